//! Limits on text that a caller hands over.
//!
//! The databases themselves would take a gigabyte: the limits keep a row, an audit leaf and an error small. Text that
//! is already stored is never checked again, because adopted rows keep what they have.

use std::fmt;

/// Longest id in bytes.
pub(crate) const ID_MAX: usize = 200;
/// Longest name (tenant, user, role, drone, mission) in bytes.
pub(crate) const NAME_MAX: usize = 200;
/// Longest description or comment in bytes.
pub(crate) const TEXT_MAX: usize = 4_000;
/// Shortest new password in characters (NIST SP 800-63B-4, section 3.1.1.2).
pub(crate) const PASSWORD_MIN: usize = 8;
/// Longest password in bytes: Argon2id reads all of it at every attempt.
pub(crate) const PASSWORD_MAX: usize = 1_024;

/// What is wrong with a value that a caller handed over: the field, and the rule that it breaks.
///
/// It never holds the value itself, so that it can be logged and shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}")]
pub struct InvalidField {
    /// The field as the method's argument names it, with a path into it where there is one:
    /// `name`, `admin.username`, `plan.mission.items[3].params[4]`.
    pub field: String,
    /// The rule, as the rest of a sentence that begins with the field: `is empty`.
    pub rule: String,
}

impl InvalidField {
    /// `field` breaks `rule`.
    pub(crate) fn new(field: impl Into<String>, rule: impl fmt::Display) -> Self {
        Self {
            field: field.into(),
            rule: rule.to_string(),
        }
    }

    /// The same violation, seen from outside a part called `part`: `username` becomes `admin.username`.
    pub(crate) fn inside(self, part: &str) -> Self {
        Self {
            field: format!("{part}.{}", self.field),
            rule: self.rule,
        }
    }
}

/// A text of up to `max` bytes, which may be empty.
pub(crate) fn bounded(field: &str, text: &str, max: usize) -> Result<(), InvalidField> {
    if text.len() > max {
        return Err(InvalidField::new(
            field,
            format_args!("is longer than {max} bytes"),
        ));
    }
    if text.contains('\0') {
        return Err(InvalidField::new(
            field,
            "contains NUL, which Postgres cannot store",
        ));
    }
    Ok(())
}

/// A name: not blank, and at most [`NAME_MAX`] bytes.
pub(crate) fn name(field: &str, text: &str) -> Result<(), InvalidField> {
    bounded(field, text, NAME_MAX)?;
    if text.trim().is_empty() {
        return Err(InvalidField::new(field, "is blank"));
    }
    Ok(())
}

/// A description or comment of at most [`TEXT_MAX`] bytes.
pub(crate) fn remark(field: &str, text: &str) -> Result<(), InvalidField> {
    bounded(field, text, TEXT_MAX)
}

/// A password that somebody tries: adopted ones may be short.
pub(crate) fn password(field: &str, text: &str) -> Result<(), InvalidField> {
    if text.len() > PASSWORD_MAX {
        return Err(InvalidField::new(
            field,
            format_args!("is longer than {PASSWORD_MAX} bytes"),
        ));
    }
    Ok(())
}

/// A password that is about to be set.
pub(crate) fn new_password(field: &str, text: &str) -> Result<(), InvalidField> {
    password(field, text)?;
    if text.chars().count() < PASSWORD_MIN {
        return Err(InvalidField::new(
            field,
            format_args!("has fewer than {PASSWORD_MIN} characters"),
        ));
    }
    Ok(())
}

/// A version that an update says it saw: rows start at 1.
pub(crate) fn version(field: &str, version: Option<i64>) -> Result<(), InvalidField> {
    match version {
        Some(version) if version < 1 => Err(InvalidField::new(field, "is less than 1")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_of_ten_megabytes_is_refused_without_being_repeated() {
        let refused = name("name", &"x".repeat(10_000_000)).unwrap_err();
        assert_eq!(refused.to_string(), "name is longer than 200 bytes");
    }

    #[test]
    fn names_are_limited_in_bytes_not_in_characters() {
        assert!(name("name", &"é".repeat(100)).is_ok());
        assert!(name("name", &"é".repeat(101)).is_err());
    }

    #[test]
    fn blank_names_and_nul_are_refused() {
        for text in ["", " ", "\t\n", "a\0b", "\0"] {
            assert_eq!(name("name", text).unwrap_err().field, "name", "{text:?}");
        }
        assert!(remark("comment", "a\0b").is_err());
        assert!(remark("comment", "").is_ok());
    }

    #[test]
    fn a_new_password_has_eight_characters_and_at_most_a_kibibyte() {
        assert!(new_password("password", "hunter2").is_err());
        assert!(new_password("password", "hunter22").is_ok());
        assert!(new_password("password", "éééé").is_err());
        assert!(new_password("password", &"x".repeat(1_025)).is_err());
    }
}
