//! What selects the rows of a list of what happens.

/// Declares a filter: `by` says what its times are about, and a field is `name: Type`, checked as
/// [`given`](super::given) says. All may be left out. Those of the time are added: `since` and `until`.
macro_rules! filter {
    (
        $(#[$doc:meta])+ $filter:ident by $happened:literal;
        $($(#[$about:meta])+ $field:ident: $type:ty $(as $rule:path)?;)*
    ) => {
        $(#[$doc])+
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
        #[serde(default)]
        pub struct $filter {
            $(
                $(#[$about])+
                #[cfg_attr(feature = "uniffi", uniffi(default = None))]
                pub $field: Option<$type>,
            )*
            #[cfg_attr(
                not(feature = "uniffi"),
                doc = concat!("Only those that ", $happened, " at this moment or later.")
            )]
            #[cfg_attr(feature = "uniffi", doc = "Only those of this moment or later.")]
            #[cfg_attr(feature = "uniffi", uniffi(default = None))]
            pub since: Option<jiff::Timestamp>,
            #[cfg_attr(
                not(feature = "uniffi"),
                doc = concat!("Only those that ", $happened, " before this moment.")
            )]
            #[cfg_attr(feature = "uniffi", doc = "Only those before this moment.")]
            #[cfg_attr(feature = "uniffi", uniffi(default = None))]
            pub until: Option<jiff::Timestamp>,
        }

        impl $filter {
            /// Refuses what can never be stored.
            pub(crate) fn check(&self) -> Result<(), $crate::model::text::InvalidField> {
                $(
                    if let Some(sought) = &self.$field {
                        $crate::model::given::checked!($field, sought, $($rule)?)?;
                    }
                )*
                Ok(())
            }

            /// Between which moments they lie.
            pub(crate) fn span(&self) -> $crate::model::time::Span {
                (self.since, self.until)
            }
        }
    };
}
pub(crate) use filter;
