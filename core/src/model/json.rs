//! JSON that is kept as the text that it came as.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::text::{self, InvalidField};

/// Longest JSON text in bytes: 1 MiB.
pub(crate) const JSON_MAX: usize = 1 << 20;

/// A JSON object as text, kept byte for byte: key order, spacing and the spelling of numbers stay as they were
/// given.
///
/// Any text can be made into one; a method that takes it refuses what is not one well-formed JSON object
/// (RFC 8259), is longer than 1 MiB, or nests deeper than 127 levels.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(
    feature = "python",
    derive(pyo3::FromPyObject, pyo3::IntoPyObject, pyo3::IntoPyObjectRef),
    pyo3(transparent)
)]
pub struct Json(String);

#[cfg(feature = "uniffi")]
uniffi::custom_newtype!(Json, String);

impl Json {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Refuses what is not a JSON object, naming `field`.
    pub(crate) fn check(&self, field: &str) -> Result<(), InvalidField> {
        text::bounded(field, &self.0, JSON_MAX)?;
        object(field, &self.0)
    }

    /// Whether the object's own `key` is `true`; anything else, a missing key included, is not.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.own(key) == Some(serde_json::Value::Bool(true))
    }

    /// The number at the object's own `key`, where there is one.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.own(key)?.as_f64()
    }

    fn own(&self, key: &str) -> Option<serde_json::Value> {
        let object = serde_json::from_str::<serde_json::Map<_, _>>(&self.0);
        object.ok()?.remove(key)
    }
}

/// How many levels an object may have: as many as the parser follows.
const LEVELS: u32 = 127;

/// Refuses a text that nests too deep, whether or not it is JSON.
pub(crate) fn levels(field: &str, text: &str) -> Result<(), InvalidField> {
    levels_within(field, text, LEVELS, b"{[", b"}]")
}

/// Refuses a text with more than `most` levels between these brackets; what stands in quotation marks is none.
pub(crate) fn levels_within(
    field: &str,
    text: &str,
    most: u32,
    opening: &[u8],
    closing: &[u8],
) -> Result<(), InvalidField> {
    let (mut level, mut in_text, mut is_escaped) = (0_u32, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            _ if opening.contains(&byte) => level += 1,
            _ if closing.contains(&byte) => level = level.saturating_sub(1),
            _ => {}
        }
        if level > most {
            return Err(InvalidField::new(
                field,
                format_args!("nests deeper than {most} levels"),
            ));
        }
    }
    Ok(())
}

/// Refuses a text of any length that is not one well-formed JSON object, or nests too deep.
fn object(field: &str, text: &str) -> Result<(), InvalidField> {
    levels(field, text)?;
    match serde_json::from_str::<Shape>(text) {
        Ok(Shape::Object) => Ok(()),
        Ok(Shape::Other) => Err(InvalidField::new(field, "is not a JSON object")),
        Err(error) => Err(InvalidField::new(field, not_json(&error))),
    }
}

/// Says where a text stops being JSON. The parser's own message is left out, because it may quote the text.
pub(crate) fn not_json(error: &serde_json::Error) -> String {
    if error.is_eof() && (error.line(), error.column()) == (1, 0) {
        return "is not well-formed JSON: there is nothing in it".to_owned();
    }
    format!(
        "is not well-formed JSON (line {}, column {})",
        error.line(),
        error.column()
    )
}

impl Default for Json {
    /// The empty object.
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<Json> for String {
    fn from(json: Json) -> Self {
        json.0
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for Json {
    fn from(object: serde_json::Map<String, serde_json::Value>) -> Self {
        Self(serde_json::Value::Object(object).to_string())
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSON value looked at without being built. Unlike `IgnoredAny` it goes through the parser's depth limit and
/// refuses numbers and escapes that no reader could represent.
enum Shape {
    Object,
    Other,
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        while map.next_entry::<Shape, Shape>()?.is_some() {}
        Ok(Shape::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        while seq.next_element::<Shape>()?.is_some() {}
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Other)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_object_is_kept_byte_for_byte() {
        let text = "{ \"b\": 1.50,\n\"a\" :[1e2, null, true, \"\\u00e9\"] , \"n\": {} }";
        let json = Json::from(text);
        json.check("payload").unwrap();
        assert_eq!(json.as_str(), text);
    }

    #[test]
    fn what_is_not_one_object_is_refused_naming_the_field() {
        let deep = format!("{}1{}", "{\"a\":".repeat(128), "}".repeat(128));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(JSON_MAX));
        for text in [
            "",
            "null",
            "1",
            "\"a\"",
            "[]",
            "{",
            "{}{}",
            "{\"a\":NaN}",
            "{\"a\":1e999}",
            "{a:1}",
            "{\"a\":01}",
            "{\"a\":1,}",
            "{\"a\":\"\\ud800\"}",
            "{} \0",
            &deep,
            &long,
        ] {
            let refused = Json::from(text).check("payload").unwrap_err();
            assert_eq!(refused.field, "payload");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_the_text() {
        let refused = Json::from("{\"secret-key\": nope}")
            .check("capabilities")
            .unwrap_err();
        assert_eq!(
            refused.to_string(),
            "capabilities is not well-formed JSON (line 1, column 17)"
        );
    }

    #[test]
    fn only_a_literal_true_is_true() {
        assert!(Json::from("{\"emergency_fastlane\": true}").is_true("emergency_fastlane"));
        for text in [
            "{}",
            "{\"a\": 1}",
            "{\"a\": \"true\"}",
            "{\"b\": {\"a\": true}}",
            "[true]",
            "nonsense",
        ] {
            assert!(!Json::from(text).is_true("a"), "{text}");
        }
    }
}
