//! A JSON value that knows its place in the file, read no further than it is asked.
//!
//! Values stay slices of the text: built as a tree, a file of eight megabytes of empty lists would take hundreds.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::geodesy::Position;
use crate::model::json;
use crate::model::text::InvalidField;

/// The rule of commands and frames.
pub(super) const NO_CODE: &str = "is not a whole number from 0 to 65535";

/// A value and its place, such as `plan.mission.items[3]`.
#[derive(Debug)]
pub(super) struct Node<'a> {
    path: String,
    raw: &'a RawValue,
}

/// The keys of an object.
#[derive(Debug)]
pub(super) struct Object<'a> {
    path: String,
    values: BTreeMap<String, &'a RawValue>,
}

/// The elements of a list; their places are spelled out only when they are asked for.
#[derive(Debug)]
pub(super) struct List<'a> {
    path: String,
    values: Vec<&'a RawValue>,
}

impl<'a> Node<'a> {
    /// The whole of a text. A number or an escape that nobody can represent is none that anybody asks for, or is refused
    /// where it is asked for.
    pub(super) fn root(path: &str, text: &'a str) -> Result<Self, InvalidField> {
        json::levels(path, text)?;
        let raw = serde_json::from_str(text)
            .map_err(|error| InvalidField::new(path, json::not_json(&error)))?;
        Ok(Self {
            path: path.to_owned(),
            raw,
        })
    }

    fn read<T: Deserialize<'a>>(&self) -> Option<T> {
        serde_json::from_str(self.raw.get()).ok()
    }

    /// That the value breaks a rule.
    pub(super) fn invalid(&self, rule: impl std::fmt::Display) -> InvalidField {
        InvalidField::new(&self.path, rule)
    }

    pub(super) fn object(&self) -> Result<Object<'a>, InvalidField> {
        let values = self
            .read()
            .ok_or_else(|| self.invalid("is not an object"))?;
        Ok(Object {
            path: self.path.clone(),
            values,
        })
    }

    pub(super) fn list(&self) -> Result<List<'a>, InvalidField> {
        let values = self.read().ok_or_else(|| self.invalid("is not a list"))?;
        Ok(List {
            path: self.path.clone(),
            values,
        })
    }

    pub(super) fn text(&self) -> Result<String, InvalidField> {
        self.read().ok_or_else(|| self.invalid("is not a text"))
    }

    /// A number; `null` is how QGroundControl writes NaN, "not set".
    pub(super) fn number(&self) -> Result<Option<f64>, InvalidField> {
        self.read().ok_or_else(|| self.invalid("is not a number"))
    }

    /// A whole number from 0 to 65535, as commands and frames are; `16.0` is one.
    pub(super) fn code(&self) -> Result<u16, InvalidField> {
        let text = self.raw.get();
        let whole = match text.split_once('.') {
            Some((whole, rest)) if rest.bytes().all(|digit| digit == b'0') => whole,
            _ => text,
        };
        let code = whole.parse();
        code.map_err(|_| self.invalid(NO_CODE))
    }

    /// True or false, where it is either.
    pub(super) fn flag(&self) -> Option<bool> {
        self.read()
    }

    pub(super) fn expect_text(&self, expected: &str) -> Result<(), InvalidField> {
        match self.read::<String>() {
            Some(text) if text == expected => Ok(()),
            _ => Err(self.invalid(format_args!("is not \"{expected}\""))),
        }
    }

    pub(super) fn expect_number(&self, expected: f64) -> Result<(), InvalidField> {
        match self.read::<f64>() {
            Some(number) if number.total_cmp(&expected).is_eq() => Ok(()),
            _ => Err(self.invalid(format_args!("is not {expected}"))),
        }
    }

    /// A speed in metres per second. What is not above 0 is how QGroundControl says that none is set.
    pub(super) fn speed(&self) -> Result<Option<f64>, InvalidField> {
        Ok(self.number()?.filter(|speed| *speed > 0.0))
    }

    pub(super) fn positive(&self) -> Result<f64, InvalidField> {
        match self.read::<f64>() {
            Some(number) if number > 0.0 => Ok(number),
            _ => Err(self.invalid("is not a number above 0")),
        }
    }

    /// Degrees within `-limit` to `limit`.
    pub(super) fn degrees(&self, limit: f64) -> Result<Option<f64>, InvalidField> {
        within(&self.path, self.number()?, limit)
    }

    /// `[latitude, longitude]`, with or without an altitude, or nulls where none is set.
    pub(super) fn place(&self) -> Result<Option<Position>, InvalidField> {
        let list = self.list()?;
        let is_set = list
            .values
            .iter()
            .take(2)
            .any(|value| value.get() != "null");
        if list.len() > 1 && !is_set {
            return Ok(None);
        }
        self.position().map(Some)
    }

    /// `[latitude, longitude]`, with or without an altitude.
    pub(super) fn position(&self) -> Result<Position, InvalidField> {
        let list = self.list()?;
        let mut values = list.iter();
        let (Some(lat), Some(lon)) = (values.next(), values.next()) else {
            return Err(self.invalid("is not a latitude and a longitude"));
        };
        match (lat.degrees(90.0)?, lon.degrees(180.0)?) {
            (Some(lat), Some(lon)) => Ok(Position { lat, lon }),
            _ => Err(self.invalid("is not a latitude and a longitude")),
        }
    }

    /// The altitude of a position in metres, where it has one.
    pub(super) fn altitude(&self) -> Result<Option<f64>, InvalidField> {
        let list = self.list()?;
        match list.iter().nth(2) {
            Some(altitude) => Ok(altitude.number()?.map(unsigned_zero)),
            None => Ok(None),
        }
    }

    /// A list of positions, as polygons and polylines are.
    pub(super) fn positions(&self) -> Result<Vec<Position>, InvalidField> {
        self.list()?
            .iter()
            .map(|position| position.position())
            .collect()
    }

    /// A list of at least three positions.
    pub(super) fn polygon(&self) -> Result<Vec<Position>, InvalidField> {
        let corners = self.positions()?;
        if corners.len() < 3 {
            return Err(self.invalid("has fewer than 3 corners"));
        }
        Ok(corners)
    }
}

/// Degrees within `-limit` to `limit`, where they are set.
pub(super) fn within(
    path: &str,
    degrees: Option<f64>,
    limit: f64,
) -> Result<Option<f64>, InvalidField> {
    match degrees {
        Some(degrees) if !(-limit..=limit).contains(&degrees) => Err(InvalidField::new(
            path,
            format_args!("is not between -{limit} and {limit} degrees"),
        )),
        degrees => Ok(degrees.map(unsigned_zero)),
    }
}

/// Of the two zeros of a number the one without a sign: the other is written out as `-0.0`.
pub(super) fn unsigned_zero(number: f64) -> f64 {
    number + 0.0
}

impl<'a> Object<'a> {
    /// The value of a key that has to be there.
    pub(super) fn get(&self, key: &str) -> Result<Node<'a>, InvalidField> {
        let path = format!("{}.{key}", self.path);
        match self.values.get(key) {
            Some(raw) => Ok(Node { path, raw }),
            None => Err(InvalidField::new(path, "is missing")),
        }
    }

    /// The value of a key, unless it is missing or `null`.
    pub(super) fn opt(&self, key: &str) -> Option<Node<'a>> {
        self.get(key).ok().filter(|node| node.raw.get() != "null")
    }

    /// The list at a key; without the key it is empty.
    pub(super) fn list(&self, key: &str) -> Result<List<'a>, InvalidField> {
        match self.opt(key) {
            Some(node) => node.list(),
            None => Ok(List {
                path: format!("{}.{key}", self.path),
                values: Vec::new(),
            }),
        }
    }
}

impl<'a> List<'a> {
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Node<'a>> + '_ {
        self.values.iter().enumerate().map(|(index, raw)| Node {
            path: format!("{}[{index}]", self.path),
            raw,
        })
    }
}
