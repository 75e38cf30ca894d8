//! Lists come in pages: up to `limit` rows in a stable order, and a cursor to where the next page starts.

use serde::{Deserialize, Serialize};

use super::text::InvalidField;
use super::{Approval, AuditEvent, Drone, Mission, MissionRun, Role, Tenant, TenantGrowth, User};

/// Rows in a page when the request does not say.
pub(crate) const LIMIT_DEFAULT: u32 = 100;
/// Most rows in a page.
pub(crate) const LIMIT_MAX: u32 = 1_000;

/// Where a list was left off. Opaque: take it from one page's `next` and hand it to the next request.
///
/// It holds a position, no right: in another tenant's session it selects that tenant's rows after the position.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(
    feature = "python",
    derive(pyo3::FromPyObject, pyo3::IntoPyObject, pyo3::IntoPyObjectRef),
    pyo3(transparent)
)]
pub struct Cursor(String);

#[cfg(feature = "uniffi")]
uniffi::custom_newtype!(Cursor, String);

impl Cursor {
    /// The cursor as text, to hand to a client.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The position after the row with this key: `1`, which is the format's version, and the key's bytes in
    /// hexadecimal.
    pub(crate) fn after(key: &str) -> Self {
        let mut text = String::with_capacity(1 + key.len() * 2);
        text.push('1');
        for byte in key.bytes() {
            text.push_str(&format!("{byte:02x}"));
        }
        Self(text)
    }

    /// The key that [`after`](Self::after) was given.
    pub(crate) fn key(&self, field: &str) -> Result<String, InvalidField> {
        self.decode()
            .ok_or_else(|| InvalidField::new(field, "is not a cursor that a page handed out"))
    }

    fn decode(&self) -> Option<String> {
        let digits = self.0.strip_prefix('1')?.as_bytes();
        if digits.is_empty()
            || !digits
                .iter()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        {
            return None;
        }
        let mut key = Vec::with_capacity(digits.len() / 2);
        let (pairs, rest) = digits.as_chunks::<2>();
        if !rest.is_empty() {
            return None;
        }
        for pair in pairs {
            key.push(u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?);
        }
        // A key with NUL could never have been stored.
        String::from_utf8(key)
            .ok()
            .filter(|key| !key.contains('\0'))
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Which page of a list is wanted. The default is the first one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct PageRequest {
    /// Most rows to return, 1 to 1000; 100 when absent.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub limit: Option<u32>,
    /// Where the page before this one ended; absent for the first page.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub after: Option<Cursor>,
}

/// A page request that has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Most rows to return.
    pub limit: u32,
    /// The key of the last row of the page before; rows start after it.
    pub after: Option<String>,
}

impl PageRequest {
    /// Refuses a limit out of range and a cursor that no page handed out.
    pub(crate) fn check(&self) -> Result<Window, InvalidField> {
        let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(InvalidField::new(
                "limit",
                format_args!("is not between 1 and {LIMIT_MAX}"),
            ));
        }
        let after = self
            .after
            .as_ref()
            .map(|cursor| cursor.key("after"))
            .transpose()?;
        Ok(Window { limit, after })
    }
}

macro_rules! page {
    ($($(#[$doc:meta])+ $page:ident of $item:ident by $key:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
        #[cfg_attr(feature = "python", pyo3::pyclass(module = "ringfence", frozen, get_all, eq))]
        pub struct $page {
            /// The rows, in the list's order.
            pub items: Vec<$item>,
            /// Where the next page starts; absent on the last one.
            pub next: Option<Cursor>,
        }

        impl $page {
            /// A page out of up to `window.limit + 1` rows: a row beyond the limit shows that there is a next page.
            pub(crate) fn cut(mut items: Vec<$item>, window: &Window) -> Self {
                let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
                let more = items.len() > limit;
                items.truncate(limit);
                let key: fn(&$item) -> String = $key;
                let next = items.last().filter(|_| more).map(|last| Cursor::after(&key(last)));
                Self { items, next }
            }
        }

        #[cfg(feature = "python")]
        $crate::model::python::a_page_of_python! { $page of $item }
    )+};
}

page! {
    /// A page of tenants, in the order of their ids.
    TenantPage of Tenant by |tenant| tenant.id.as_str().to_owned();
    /// A page of tenants and what their starting roles lack, in the order of the tenants' ids.
    TenantGrowthPage of TenantGrowth by |growth| growth.tenant_id.as_str().to_owned();
    /// A page of users, in the order of their ids.
    UserPage of User by |user| user.id.as_str().to_owned();
    /// A page of roles, in the order of their ids.
    RolePage of Role by |role| role.id.as_str().to_owned();
    /// A page of drones, in the order of their ids.
    DronePage of Drone by |drone| drone.id.as_str().to_owned();
    /// A page of missions, in the order of their ids.
    MissionPage of Mission by |mission| mission.id.as_str().to_owned();
    /// A page of runs, in the order of their ids.
    RunPage of MissionRun by |run| run.id.as_str().to_owned();
    /// A page of approvals, in the order of their ids.
    ApprovalPage of Approval by |approval| approval.id.as_str().to_owned();
    /// A page of audit events, in the order of the log.
    EventPage of AuditEvent by |event| event.seq.to_string();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{RoleId, time};

    #[test]
    fn a_cursor_carries_any_key() {
        for key in [
            "a",
            "0190d3a8-0000-7000-8000-000000000000",
            "' OR 1=1",
            "naïve ✈",
            "42",
        ] {
            assert_eq!(Cursor::after(key).key("after").unwrap(), key);
        }
    }

    #[test]
    fn a_cursor_that_no_page_handed_out_is_refused() {
        for text in [
            "", "1", "2aa", "1a", "1zz", "1+1", "1ff", "100", "1AA", "18é",
        ] {
            assert_eq!(
                Cursor::from(text).key("after").unwrap_err().field,
                "after",
                "{text}"
            );
        }
    }

    #[test]
    fn limits_run_from_one_to_a_thousand() {
        let limit = |limit| {
            PageRequest { limit, after: None }
                .check()
                .map(|window| window.limit)
        };
        assert_eq!(limit(None).unwrap(), 100);
        assert_eq!(limit(Some(1)).unwrap(), 1);
        assert_eq!(limit(Some(1_000)).unwrap(), 1_000);
        assert_eq!(limit(Some(0)).unwrap_err().field, "limit");
        assert!(limit(Some(1_001)).is_err());
    }

    #[test]
    fn a_row_beyond_the_limit_becomes_the_cursor_to_the_next_page() {
        let role = |id: &str| Role {
            id: RoleId::from(id),
            name: id.to_owned(),
            description: None,
            created_at: time::micros(jiff::Timestamp::UNIX_EPOCH),
            version: 1,
        };
        let window = Window {
            limit: 2,
            after: None,
        };
        let page = RolePage::cut(vec![role("a"), role("b"), role("c")], &window);
        assert_eq!(page.items.len(), 2);
        assert_eq!(page.next.unwrap().key("after").unwrap(), "b");
        assert_eq!(
            RolePage::cut(vec![role("a"), role("b")], &window).next,
            None
        );
        assert_eq!(RolePage::cut(vec![], &window), RolePage::default());
    }
}
