//! Lists come in pages: up to `limit` rows in a stable order, and a cursor to where the next page starts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::InvalidField;
use super::time::{Span, moments};
use super::{
    Alert, Approval, ApprovalRecord, AuditEvent, Defect, DefectAction, Drone, Incident,
    InspectionExport, InspectionTask, InspectionTemplate, LegacyCommand, LegacyEvent,
    LegacyRequest, Mission, MissionRun, Observation, Order, Role, TemplateItem, Tenant,
    TenantGrowth, User,
};

/// Rows in a page when the request does not say.
pub(crate) const LIMIT_DEFAULT: u32 = 100;
/// Most rows in a page.
pub(crate) const LIMIT_MAX: u32 = 1_000;

/// What a cursor begins with that stands behind a key, or behind a moment and a key.
const BY_KEY: char = '1';
const BY_TIME: char = '2';

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

    /// The position after the row with this key in the order of keys.
    pub(crate) fn after(key: &str) -> Self {
        Self::of(BY_KEY, key)
    }

    /// The position behind this row in the order of time.
    fn at(time: Timestamp, id: &str) -> Self {
        Self::of(BY_TIME, &format!("{}:{id}", time.as_microsecond()))
    }

    /// The kind of position, and the bytes of what tells it in hexadecimal.
    fn of(kind: char, key: &str) -> Self {
        let mut text = String::with_capacity(1 + key.len() * 2);
        text.push(kind);
        for byte in key.bytes() {
            text.push_str(&format!("{byte:02x}"));
        }
        Self(text)
    }

    /// The key that [`after`](Self::after) was given.
    pub(crate) fn key(&self, field: &str) -> Result<String, InvalidField> {
        self.decode(BY_KEY).ok_or_else(|| not_handed_out(field))
    }

    /// What [`at`](Self::at) was given.
    fn place(&self, field: &str) -> Result<(Timestamp, String), InvalidField> {
        let place = self.decode(BY_TIME).and_then(|key| {
            let (time, id) = key.split_once(':')?;
            let time = Timestamp::from_microsecond(time.parse().ok()?).ok()?;
            Some((time, id.to_owned()))
        });
        place.ok_or_else(|| not_handed_out(field))
    }

    fn decode(&self, kind: char) -> Option<String> {
        let digits = self.0.strip_prefix(kind)?.as_bytes();
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

fn not_handed_out(field: &str) -> InvalidField {
    InvalidField::new(
        field,
        "is not a cursor that a page of this list handed out in this order",
    )
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

/// Most rows of a page, where that may be.
fn limited(limit: Option<u32>) -> Result<u32, InvalidField> {
    let limit = limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(InvalidField::new(
            "limit",
            format_args!("is not between 1 and {LIMIT_MAX}"),
        ));
    }
    Ok(limit)
}

impl PageRequest {
    /// Refuses a limit out of range and a cursor that no page handed out.
    pub(crate) fn check(&self) -> Result<Window, InvalidField> {
        let limit = limited(self.limit)?;
        let after = self
            .after
            .as_ref()
            .map(|cursor| cursor.key("after"))
            .transpose()?;
        Ok(Window { limit, after })
    }
}

/// Which page of a list of what happens is wanted: by id, as adopted rows have it at random, or in the order of time. The
/// default is the first one by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct TimedPageRequest {
    /// Most rows to return, 1 to 1000; 100 when absent.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub limit: Option<u32>,
    /// Where the page before this one ended, in the same order; absent for the first page.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub after: Option<Cursor>,
    /// In this order of time; absent: in the order of the ids.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub order: Option<Order>,
}

impl TimedPageRequest {
    /// The first page in this order.
    #[must_use]
    pub fn in_order(order: Order) -> Self {
        Self {
            order: Some(order),
            ..Self::default()
        }
    }

    /// Refuses a limit out of range and a cursor that no page handed out in this order.
    pub(crate) fn check(&self, span: Span) -> Result<Timeline, InvalidField> {
        let (since, until) = moments(span);
        let after = self.after.as_ref().map(|cursor| match self.order {
            None => Ok((None, cursor.key("after")?)),
            Some(_) => cursor.place("after").map(|(time, id)| (Some(time), id)),
        });
        Ok(Timeline {
            limit: limited(self.limit)?,
            order: self.order,
            after: after.transpose()?,
            since,
            until,
        })
    }
}

impl From<PageRequest> for TimedPageRequest {
    fn from(PageRequest { limit, after }: PageRequest) -> Self {
        Self {
            limit,
            after,
            order: None,
        }
    }
}

/// A request for a page in an order of time, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timeline {
    /// Most rows to return.
    pub limit: u32,
    /// The order; absent: by id.
    pub order: Option<Order>,
    /// The moment and the id of the last row of the page before; by id the latter alone.
    after: Option<(Option<Timestamp>, String)>,
    since: Timestamp,
    until: Timestamp,
}

impl Timeline {
    /// The moments between which the rows lie.
    pub(crate) fn between(&self) -> (Timestamp, Timestamp) {
        (self.since, self.until)
    }

    /// The moment and the id of the row that the page goes on behind. The moment is absent where it starts at the bound of
    /// its order, and by id.
    pub(crate) fn left_off(&self) -> (Option<Timestamp>, String) {
        let Some((moment, id)) = self.after.clone() else {
            return (None, String::new());
        };
        let is_outside = match (self.order, moment) {
            (Some(Order::Oldest), Some(moment)) => moment < self.since,
            (Some(Order::Newest), Some(moment)) => moment >= self.until,
            _ => false,
        };
        match is_outside {
            true => (None, String::new()),
            false => (moment, id),
        }
    }
}

macro_rules! page {
    ($($(#[$doc:meta])+ $page:ident of $item:ident by $key:expr $(, at $time:expr)?;)+) => {$(
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

        $crate::model::page::page! { @cut $page of $item by $key $(, at $time)? }

        #[cfg(feature = "python")]
        $crate::model::python::a_page_of_python! { $page of $item }
    )+};
    (@cut $page:ident of $item:ident by $key:expr) => {
        impl $page {
            /// A page out of up to `window.limit + 1` rows: a row beyond the limit shows that there is a next page.
            pub(crate) fn cut(items: Vec<$item>, window: &Window) -> Self {
                let key: fn(&$item) -> String = $key;
                let (items, next) = cut(items, window.limit, |last| Cursor::after(&key(last)));
                Self { items, next }
            }
        }
    };
    (@cut $page:ident of $item:ident by $key:expr, at $time:expr) => {
        impl $page {
            /// A page out of up to `asked.limit + 1` rows: a row beyond the limit shows that there is a next page.
            pub(crate) fn cut(items: Vec<$item>, asked: &Timeline) -> Self {
                let (key, time): (fn(&$item) -> String, fn(&$item) -> Timestamp) = ($key, $time);
                let (items, next) = cut(items, asked.limit, |last| match asked.order {
                    None => Cursor::after(&key(last)),
                    Some(_) => Cursor::at(time(last), &key(last)),
                });
                Self { items, next }
            }
        }
    };
}
use page;

/// The rows up to the limit, and where the next page starts if there are more.
fn cut<T>(mut items: Vec<T>, limit: u32, at: impl Fn(&T) -> Cursor) -> (Vec<T>, Option<Cursor>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(at);
    (items, next)
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
    /// A page of missions, in the order that was asked for.
    MissionPage of Mission by |mission| mission.id.as_str().to_owned(), at |mission| mission.created_at;
    /// A page of runs, in the order that was asked for.
    RunPage of MissionRun by |run| run.id.as_str().to_owned(), at |run| run.started_at;
    /// A page of approvals, in the order that was asked for.
    ApprovalPage of Approval by |approval| approval.id.as_str().to_owned(), at |approval| approval.created_at;
    /// A page of inspection templates, in the order of their ids.
    TemplatePage of InspectionTemplate by |template| template.id.as_str().to_owned();
    /// A page of the items of an inspection template, in the order of their ids.
    TemplateItemPage of TemplateItem by |item| item.id.as_str().to_owned();
    /// A page of inspection tasks, in the order that was asked for.
    TaskPage of InspectionTask by |task| task.id.as_str().to_owned(), at |task| task.created_at;
    /// A page of observations, in the order that was asked for.
    ObservationPage of Observation by |observation| observation.id.as_str().to_owned(), at |observation| observation.ts;
    /// A page of reports of inspections, in the order that was asked for.
    ExportPage of InspectionExport by |export| export.id.as_str().to_owned(), at |export| export.created_at;
    /// A page of defects, in the order that was asked for.
    DefectPage of Defect by |defect| defect.id.as_str().to_owned(), at |defect| defect.created_at;
    /// A page of what was done about defects, in the order that was asked for.
    DefectActionPage of DefectAction by |action| action.id.as_str().to_owned(), at |action| action.created_at;
    /// A page of incidents, in the order that was asked for.
    IncidentPage of Incident by |incident| incident.id.as_str().to_owned(), at |incident| incident.created_at;
    /// A page of alerts, in the order that was asked for.
    AlertPage of Alert by |alert| alert.id.as_str().to_owned(), at |alert| alert.first_seen_at;
    /// A page of recorded decisions, in the order that was asked for.
    ApprovalRecordPage of ApprovalRecord by |record| record.id.as_str().to_owned(), at |record| record.created_at;
    /// A page of what the old platform had drones told, in the order that was asked for.
    LegacyCommandPage of LegacyCommand by |command| command.id.as_str().to_owned(), at |command| command.issued_at;
    /// A page of what happened on the old platform, in the order that was asked for.
    LegacyEventPage of LegacyEvent by |event| event.event_id.as_str().to_owned(), at |event| event.ts;
    /// A page of what the old platform was asked, in the order that was asked for.
    LegacyRequestPage of LegacyRequest by |request| request.id.as_str().to_owned(), at |request| request.ts;
    /// A page of audit events, in the order of the log.
    EventPage of AuditEvent by |event| event.seq.to_string();
}

/// Reading page by page to the end, which comes: a cursor that comes again, after however many pages, is noticed. A cursor is
/// kept for as long again as it took to get there (Brent's algorithm).
#[derive(Debug, Default)]
pub(crate) struct PageWalk {
    after: Option<Cursor>,
    kept: Option<Cursor>,
    since_kept: u64,
    keeps_for: u64,
}

/// Pages that come round to where they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GoesRound;

impl PageWalk {
    /// Where the next page starts.
    pub(crate) fn after(&self) -> Option<Cursor> {
        self.after.clone()
    }

    /// Goes on to where a page said that the next one starts; whether there is one.
    pub(crate) fn goes_on(&mut self, next: Option<Cursor>) -> Result<bool, GoesRound> {
        if next.is_some() && next == self.kept {
            return Err(GoesRound);
        }
        if self.since_kept == self.keeps_for {
            self.kept.clone_from(&next);
            self.keeps_for = (self.keeps_for * 2).max(1);
            self.since_kept = 0;
        }
        self.since_kept += 1;
        self.after = next;
        Ok(self.after.is_some())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{RoleId, time};

    #[test]
    fn pages_that_come_round_are_noticed_and_those_that_end_are_read_to_their_end() {
        let cursor = |n: u32| Some(Cursor::after(&n.to_string()));
        for (lead, round) in [(0, 1), (0, 3), (5, 1), (7, 4), (100, 33)] {
            let mut walk = PageWalk::default();
            let mut pages = (0..lead).chain((lead..lead + round).cycle());
            let noticed = pages
                .by_ref()
                .take(1_000)
                .position(|n| walk.goes_on(cursor(n)).is_err());
            assert!(noticed.is_some_and(|at| at <= 500), "{lead} {round}");
        }
        let mut walk = PageWalk::default();
        assert!((0..1_000).all(|n| walk.goes_on(cursor(n)) == Ok(true)));
        assert_eq!(walk.after(), cursor(999));
        assert_eq!(walk.goes_on(None), Ok(false));
        assert_eq!(PageWalk::default().goes_on(None), Ok(false));
    }

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
