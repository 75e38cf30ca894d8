//! What a caller gives of a row, listed once: to make one, and to change one.

use super::text::InvalidField;

/// Declares what makes a row (`new`, checked, with a constructor of what must be given) and what changes one (`update …
/// of` the row, checked, with the row as it leaves it); either may be left out. A field is
///
/// * `name: Type`, which must be given;
/// * `name: Type = "default"`, which need not: the default is written for Kotlin and Swift, and equal to
///   `Type::default()`;
/// * `name: Option<Type>`, which may be empty: in an update it is a [`Change`](super::Change).
///
/// What may be given is what the type's `check` lets through, or the function behind `as`, which may bring it into the form
/// in which it is stored.
macro_rules! given {
    ($(#[$doc:meta])+ new $new:ident; $($rest:tt)+) => {
        $crate::model::given::given!(@updated [[$(#[$doc])+] $new] $($rest)+);
    };
    ($(#[$doc:meta])+ update $($rest:tt)+) => {
        $crate::model::given::given!(@updated [] $(#[$doc])+ update $($rest)+);
    };
    (@updated $new:tt $(#[$doc:meta])+ update $update:ident of $row:ident; $($field:tt)+) => {
        $crate::model::given::given!(@sort $new [[$(#[$doc])+] $update $row] [] [] [] $($field)+);
    };
    (@updated $new:tt $($field:tt)+) => {
        $crate::model::given::given!(@sort $new [] [] [] [] $($field)+);
    };

    (@sort $new:tt $update:tt $must:tt $may:tt [$($empty:tt)*]
        $(#[$doc:meta])+ $field:ident: Option<$type:ty> $(as $rule:path)?; $($rest:tt)*
    ) => {
        $crate::model::given::given!(
            @sort $new $update $must $may [$($empty)* {[$(#[$doc])+] $field [$type] [$($rule)?]}] $($rest)*
        );
    };
    (@sort $new:tt $update:tt $must:tt [$($may:tt)*] $empty:tt
        $(#[$doc:meta])+ $field:ident: $type:ty = $default:literal; $($rest:tt)*
    ) => {
        $crate::model::given::given!(
            @sort $new $update $must [$($may)* {[$(#[$doc])+] $field [$type] [] $default}] $empty $($rest)*
        );
    };
    (@sort $new:tt $update:tt [$($must:tt)*] $may:tt $empty:tt
        $(#[$doc:meta])+ $field:ident: $type:ty $(as $rule:path)?; $($rest:tt)*
    ) => {
        $crate::model::given::given!(
            @sort $new $update [$($must)* {[$(#[$doc])+] $field [$type] [$($rule)?]}] $may $empty $($rest)*
        );
    };
    (@sort $new:tt $update:tt $must:tt $may:tt $empty:tt) => {
        $crate::model::given::given!(@new $new $must $may $empty);
        $crate::model::given::given!(@update $update $must $may $empty);
    };

    (@new [] $must:tt $may:tt $empty:tt) => {};
    (@new [[$($about:tt)+] $new:ident]
        [$({[$($must_about:tt)+] $must:ident [$must_type:ty] [$($must_rule:path)?]})*]
        [$({[$($may_about:tt)+] $may:ident [$may_type:ty] [] $default:literal})*]
        [$({[$($empty_about:tt)+] $empty:ident [$empty_type:ty] [$($empty_rule:path)?]})*]
    ) => {
        $($about)+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
        pub struct $new {
            $($($must_about)+ pub $must: $must_type,)*
            $(
                $($may_about)+
                #[cfg_attr(feature = "uniffi", uniffi(default = $default))]
                #[serde(default)]
                pub $may: $may_type,
            )*
            $(
                $($empty_about)+
                #[cfg_attr(feature = "uniffi", uniffi(default = None))]
                #[serde(default)]
                pub $empty: Option<$empty_type>,
            )*
        }

        impl $new {
            /// With what must be given. The rest is its default: a literal names it before `..`.
            #[must_use]
            pub fn new($($must: impl Into<$must_type>),*) -> Self {
                Self {
                    $($must: $must.into(),)*
                    $($may: <$may_type>::default(),)*
                    $($empty: None,)*
                }
            }

            /// Refuses what cannot be stored, and brings the rest into the form in which it is.
            pub(crate) fn check(&mut self) -> Result<(), $crate::model::text::InvalidField> {
                $($crate::model::given::checked!($must, &mut self.$must, $($must_rule)?)?;)*
                $($crate::model::given::checked!($may, &mut self.$may,)?;)*
                $(
                    if let Some(given) = &mut self.$empty {
                        $crate::model::given::checked!($empty, given, $($empty_rule)?)?;
                    }
                )*
                Ok(())
            }
        }
    };

    (@update [] $must:tt $may:tt $empty:tt) => {};
    (@update [[$($about:tt)+] $update:ident $row:ident]
        [$({[$($must_about:tt)+] $must:ident [$must_type:ty] [$($must_rule:path)?]})*]
        [$({[$($may_about:tt)+] $may:ident [$may_type:ty] [] $default:literal})*]
        [$({[$($empty_about:tt)+] $empty:ident [$empty_type:ty] [$($empty_rule:path)?]})*]
    ) => {
        $($about)+
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
        #[serde(default)]
        pub struct $update {
            $(
                $($must_about)+
                #[cfg_attr(feature = "uniffi", uniffi(default = None))]
                pub $must: Option<$must_type>,
            )*
            $(
                $($may_about)+
                #[cfg_attr(feature = "uniffi", uniffi(default = None))]
                pub $may: Option<$may_type>,
            )*
            $(
                $($empty_about)+
                #[cfg_attr(feature = "uniffi", uniffi(default = None))]
                #[serde(skip_serializing_if = "crate::model::Change::is_keep")]
                pub $empty: $crate::model::Change<$empty_type>,
            )*
            /// The version that the caller saw; another one is a conflict. Absent: whatever is stored.
            #[cfg_attr(feature = "uniffi", uniffi(default = None))]
            pub version: Option<i64>,
        }

        impl $update {
            /// Refuses what cannot be stored, and brings the rest into the form in which it is.
            pub(crate) fn check(&mut self) -> Result<(), $crate::model::text::InvalidField> {
                $(
                    if let Some(given) = &mut self.$must {
                        $crate::model::given::checked!($must, given, $($must_rule)?)?;
                    }
                )*
                $(
                    if let Some(given) = &mut self.$may {
                        $crate::model::given::checked!($may, given,)?;
                    }
                )*
                $(
                    if let Some(given) = self.$empty.value_mut() {
                        $crate::model::given::checked!($empty, given, $($empty_rule)?)?;
                    }
                )*
                $crate::model::text::version("version", self.version)
            }

            /// The row as it leaves it, but for what every update stamps.
            pub(crate) fn after(&self, before: &$row) -> $row {
                $row {
                    $($must: self.$must.clone().unwrap_or_else(|| before.$must.clone()),)*
                    $($may: self.$may.clone().unwrap_or_else(|| before.$may.clone()),)*
                    $($empty: self.$empty.after(&before.$empty),)*
                    ..before.clone()
                }
            }
        }
    };
}
pub(crate) use given;

/// Whether a value may be given, by its type's rule or another one.
macro_rules! checked {
    ($field:ident, $given:expr,) => {
        $given.check(stringify!($field))
    };
    ($field:ident, $given:expr, $rule:path) => {
        $rule(stringify!($field), $given)
    };
}
pub(crate) use checked;

/// The rule of what needs none here.
#[allow(clippy::unnecessary_wraps, reason = "a rule like any other")]
pub(crate) fn anything<T>(_field: &str, _given: &T) -> Result<(), InvalidField> {
    Ok(())
}
