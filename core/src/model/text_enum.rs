//! Enums whose values have a text each, which is what is stored and what JSON and Python show.

use std::borrow::Cow;

use super::InvalidField;

/// What is stored as a text.
pub(crate) trait Textual: Sized {
    /// What is stored as `text`.
    fn stored(text: &str) -> Self;

    /// The text that is stored.
    fn as_text(&self) -> &str;

    /// Likewise.
    fn into_text(self) -> Cow<'static, str>;
}

impl Textual for String {
    fn stored(text: &str) -> Self {
        text.to_owned()
    }

    fn as_text(&self) -> &str {
        self
    }

    fn into_text(self) -> Cow<'static, str> {
        self.into()
    }
}

/// An enum that other programs write too.
pub(crate) trait OpenEnum: Textual {
    /// The texts of the known values.
    const KNOWN: &'static [&'static str];

    /// Whether it is a known value.
    fn known(&self) -> bool;

    /// Refuses what may be read and not given.
    fn check(&self, field: &str) -> Result<(), InvalidField> {
        if self.known() {
            return Ok(());
        }
        let known = Self::KNOWN.join(", ");
        Err(InvalidField::new(
            field,
            format_args!("is not one of {known}"),
        ))
    }

    /// Likewise, where there is one at all.
    fn check_opt(field: &str, given: Option<&Self>) -> Result<(), InvalidField> {
        given.map_or(Ok(()), |value| value.check(field))
    }
}

/// Declares enums with the text of each value. An `open` one may hold a text that another program stored and that is
/// none of them; a `closed` one is the library's own.
///
/// `bindings-python/python/ringfence/_enums.py` is made from these declarations, by a test.
macro_rules! text_enums {
    () => {};
    (
        $(#[$meta:meta])+
        pub open enum $name:ident {
            $($(#[$value_meta:meta])+ $value:ident = $text:literal,)+
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Enum), uniffi::export(Display))]
        pub enum $name {
            $($(#[$value_meta])+ $value,)+
            /// None of these: what another program stored, as it is. It is only read; a method that is given one
            /// refuses it as `Invalid`.
            Other {
                /// The text that is stored.
                text: String,
            },
        }

        impl $name {
            /// The text that is stored.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $text,)+
                    Self::Other { text } => text,
                }
            }

            /// Whether this library knows what it means.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other { .. })
            }
        }

        impl $crate::model::OpenEnum for $name {
            const KNOWN: &'static [&'static str] = Self::TEXTS;

            fn known(&self) -> bool {
                self.is_known()
            }
        }

        impl $crate::model::Textual for $name {
            fn stored(text: &str) -> Self {
                Self::parse(text).unwrap_or_else(|| Self::Other { text: text.to_owned() })
            }

            fn as_text(&self) -> &str {
                self.as_str()
            }

            fn into_text(self) -> std::borrow::Cow<'static, str> {
                match self {
                    $(Self::$value => std::borrow::Cow::Borrowed($text),)+
                    Self::Other { text } => std::borrow::Cow::Owned(text),
                }
            }
        }

        $crate::model::text_enums! {
            @both $name, |text| Some($crate::model::Textual::stored(text)), $($value = $text,)+
        }
        $crate::model::text_enums! { $($rest)* }
    };
    (
        $(#[$meta:meta])+
        pub closed enum $name:ident {
            $($(#[$value_meta:meta])+ $value:ident = $text:literal,)+
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$value_meta])+ $value,)+
        }

        impl $name {
            /// The text that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }

        $crate::model::text_enums! { @both $name, |text| Self::parse(text), $($value = $text,)+ }
        $crate::model::text_enums! { $($rest)* }
    };
    (@both $name:ident, |$given:ident| $read:expr, $($value:ident = $text:literal,)+) => {
        impl $name {
            /// Every known value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The texts of the known values, in the order of declaration.
            pub const TEXTS: &'static [&'static str] = &[$($text),+];

            /// The known value that this text stands for, if there is one; upper and lower case matter.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$value),)+
                    _ => None,
                }
            }

            /// What a text stands for that comes from outside.
            fn read($given: &str) -> Option<Self> {
                $read
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::read(&text).ok_or_else(|| {
                    serde::de::Error::unknown_variant(&text, &[$($text),+])
                })
            }
        }

        #[cfg(feature = "python")]
        $crate::model::python_enums::a_class_of_python! { $name, $name::read }
    };
}

pub(crate) use text_enums;
