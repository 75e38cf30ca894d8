//! The members of a JSON object, of which some are replaced and all others stay as they are spelled.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::Json;

/// The members of an object in their order, their values as they are spelled.
#[derive(Default)]
pub(crate) struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// Of what is an object.
    pub(crate) fn of(json: &Json) -> Option<Self> {
        serde_json::from_str(json.as_str()).ok()
    }

    /// The object.
    pub(crate) fn json(&self) -> Option<Json> {
        serde_json::to_string(self).ok().map(Json::from)
    }

    /// Removes every member of these names; whether there was one.
    pub(crate) fn remove(&mut self, names: &[&str]) -> bool {
        let before = self.0.len();
        self.0.retain(|(name, _)| !names.contains(&name.as_str()));
        self.0.len() < before
    }

    /// Adds a member at the end.
    pub(crate) fn set(&mut self, name: &str, value: impl Serialize) {
        if let Ok(value) = to_raw_value(&value) {
            self.0.push((name.to_owned(), value));
        }
    }

    /// Puts a member in the place of those of its name, or at the end.
    pub(crate) fn put(&mut self, name: &str, value: impl Serialize) {
        if let Ok(value) = to_raw_value(&value) {
            self.put_raw(name, value);
        }
    }

    /// Likewise, all of another object.
    pub(crate) fn put_all(&mut self, other: Self) {
        for (name, value) in other.0 {
            self.put_raw(&name, value);
        }
    }

    fn put_raw(&mut self, name: &str, value: Box<RawValue>) {
        match self.0.iter().position(|(known, _)| known == name) {
            Some(first) => {
                let mut at = 0;
                self.0.retain(|(known, _)| {
                    at += 1;
                    known != name || at == first + 1
                });
                if let Some((_, old)) = self.0.get_mut(first) {
                    *old = value;
                }
            }
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(member) = map.next_entry()? {
            members.0.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_put_takes_the_place_of_its_name_and_the_rest_keeps_its_spelling() {
        let mut members = Members::of(&Json::from(
            "{\"a\": 1.50, \"b\": 2, \"b\": 3, \"c\": [1e2]}",
        ))
        .unwrap();
        members.put("b", 4);
        members.put("d", "e");
        let expected = "{\"a\":1.50,\"b\":4,\"c\":[1e2],\"d\":\"e\"}";
        assert_eq!(members.json().unwrap().as_str(), expected);
        for json in ["null", "[1]", "3", "nonsense"] {
            assert!(Members::of(&Json::from(json)).is_none(), "{json}");
        }
    }
}
