//! Enums that other programs write too.

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

/// Declares open enums: their known values with the texts, and what is none of them.
macro_rules! open_enum {
    ($(
        $(#[$doc:meta])+
        pub enum $name:ident {
            $($(#[$variant_doc:meta])+ $variant:ident = $text:literal,)+
        }
    )+) => {$(
        $(#[$doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Enum), uniffi::export(Display))]
        pub enum $name {
            $($(#[$variant_doc])+ $variant,)+
            /// None of these: what another program stored, as it is. It is only read; a method that is given one
            /// refuses it as `Invalid`.
            Other {
                /// The text that is stored.
                text: String,
            },
        }

        impl $name {
            /// Every known value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The texts of the known values, in the same order.
            pub const TEXTS: &'static [&'static str] = &[$($text),+];

            /// The text that is stored.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other { text } => text,
                }
            }

            /// The known value that is stored as `text`, if there is one; upper and lower case matter.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)+
                    _ => None,
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
                    $(Self::$variant => std::borrow::Cow::Borrowed($text),)+
                    Self::Other { text } => std::borrow::Cow::Owned(text),
                }
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
                Ok(Self::parse(&text).unwrap_or(Self::Other { text }))
            }
        }
    )+

        /// The open enums as Python sees them: a class each, with the known values as its attributes.
        #[cfg(feature = "python")]
        pub mod classes {
            use pyo3::prelude::*;

            $(
                $(#[$doc])+
                #[derive(Clone, PartialEq, Eq, Hash)]
                #[pyclass(module = "ringfence", frozen, eq, hash, from_py_object)]
                pub struct $name(super::$name);

                #[pymethods]
                impl $name {
                    /// Whether this library knows what it means.
                    #[getter]
                    fn is_known(&self) -> bool {
                        self.0.is_known()
                    }

                    /// The text that is stored.
                    fn __str__(&self) -> &str {
                        self.0.as_str()
                    }

                    fn __repr__(&self) -> String {
                        format!("{}({:?})", stringify!($name), self.0.as_str())
                    }
                }

                impl<'py> IntoPyObject<'py> for super::$name {
                    type Target = $name;
                    type Output = Bound<'py, $name>;
                    type Error = PyErr;

                    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
                        Bound::new(py, $name(self))
                    }
                }

                impl<'a, 'py> FromPyObject<'a, 'py> for super::$name {
                    type Error = PyErr;

                    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
                        Ok(object.extract::<$name>()?.0)
                    }
                }
            )+

            /// Gives each class its known values: `Vendor.DJI`.
            ///
            /// # Errors
            /// Python's own.
            pub fn fill(py: Python<'_>) -> PyResult<()> {
                $(
                    for value in super::$name::ALL {
                        let attribute = value.as_str().to_uppercase();
                        py.get_type::<$name>().setattr(attribute, value.clone())?;
                    }
                )+
                Ok(())
            }
        }
    };
}

pub(super) use open_enum;
