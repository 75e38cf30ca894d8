//! A line of the table of calls, and what a call sees.

use std::collections::BTreeSet;
use std::sync::Mutex;

use futures_util::future::BoxFuture;
use ringfence::model::{Action, Cursor, Order, PageRequest, Permission, TimedPageRequest};
use ringfence::{Error, TenantSession};

use super::things::Ids;

/// A call of a method.
pub(crate) struct Call {
    /// The handle and the method.
    pub(crate) method: &'static str,
    /// What it is called with, where the method stands here more than once.
    pub(crate) with: &'static str,
    /// What is missing for it where the caller holds nothing, in the order in which it is asked for.
    pub(crate) needs: &'static [Permission],
    /// What is said not to be there, where it names something.
    pub(crate) names: Option<&'static str>,
    /// Whether it is one statement while the policy is what it was when it was last read.
    pub(crate) is_at_once: bool,
    /// What it leaves.
    pub(crate) writes: Option<Writes>,
    /// The call itself, as the table has it.
    pub(crate) text: &'static str,
    pub(crate) make: for<'a> fn(&'a Asked) -> BoxFuture<'a, Result<String, Error>>,
    /// A page of it, where it lists.
    pub(crate) list: Option<for<'a> fn(&'a Asked, PageRequest) -> BoxFuture<'a, Listed>>,
}

/// What the rows of a page are told apart by, and where the next page begins.
pub(crate) type Listed = Result<(Vec<String>, Option<Cursor>), Error>;

/// What a call that writes leaves.
pub(crate) struct Writes {
    pub(crate) action: Action,
    /// What the event is about.
    pub(crate) entity: &'static str,
    /// The table that it writes, and the column of it that holds the id of what the event is about; none where all that
    /// it leaves is its event.
    pub(crate) row: Option<(&'static str, &'static str)>,
    /// Other tables that it writes.
    pub(crate) also: &'static [&'static str],
    /// What its other events are about.
    pub(crate) telling: &'static [&'static str],
}

/// What a call sees: the caller, the ids that it names, some that are the caller's own, and its texts.
pub(crate) struct Asked {
    pub(crate) session: TenantSession,
    pub(crate) named: Ids,
    pub(crate) own: Ids,
    pub(crate) texts: Texts,
    /// Of a list of what happens.
    pub(crate) order: Option<Order>,
}

/// A page that a list is asked for.
#[derive(Clone)]
pub(crate) struct Page {
    pub(super) request: PageRequest,
    pub(super) order: Option<Order>,
}

impl From<Page> for PageRequest {
    fn from(page: Page) -> Self {
        page.request
    }
}

impl From<Page> for TimedPageRequest {
    fn from(Page { request, order }: Page) -> Self {
        Self {
            order,
            ..request.into()
        }
    }
}

impl Asked {
    /// About these alone.
    pub(crate) fn of(session: &TenantSession, ids: &Ids) -> Self {
        Self::named(session, ids, ids)
    }

    /// About some that are the caller's own, where another's could be named.
    pub(crate) fn named(session: &TenantSession, named: &Ids, own: &Ids) -> Self {
        Self {
            session: session.clone(),
            named: named.clone(),
            own: own.clone(),
            texts: Texts::default(),
            order: None,
        }
    }
}

/// The texts that a call hands over by their fields: the usual ones, or one that stands in the place of another.
#[derive(Default)]
pub(crate) struct Texts {
    instead: Option<(String, String)>,
    fields: Mutex<BTreeSet<&'static str>>,
}

impl Texts {
    /// With this one in this field.
    pub(crate) fn with(field: &str, text: &str) -> Self {
        Self {
            instead: Some((field.to_owned(), text.to_owned())),
            fields: Mutex::default(),
        }
    }

    pub(super) fn of(&self, field: &'static str, usual: &str) -> String {
        self.fields.lock().unwrap().insert(field);
        match &self.instead {
            Some((replaced, text)) if replaced == field => text.clone(),
            _ => usual.to_owned(),
        }
    }

    /// The fields that were handed over so far.
    pub(crate) fn fields(&self) -> BTreeSet<&'static str> {
        self.fields.lock().unwrap().clone()
    }
}

impl Call {
    /// For a failed test.
    pub(crate) fn shown(&self) -> String {
        format!("{} {}", self.method, self.with)
    }

    /// Whether it says which version of a row its caller saw.
    pub(crate) fn names_a_version(&self) -> bool {
        self.text.contains("version")
    }
}

macro_rules! calls {
    (|$s:ident, $id:ident, $own:ident, $page:ident, $t:ident|
        $(
            $handle:ident . $method:ident $(as $with:literal)? ($($needs:ident),*) $(on $names:literal)?
            $(at $once:ident)? $(listing $key:ident)?
            $(, $action:ident $entity:literal
                $(in $table:ident . $column:ident $(and $($also:ident)+)? $(+ $($told:ident)+)?)?)?
            => $call:expr;
        )+
    ) => {
        &[$(Call {
            method: concat!(stringify!($handle), ".", stringify!($method)),
            with: concat!($($with)?),
            needs: &[$(Permission::$needs),*],
            names: named!($($names)?),
            is_at_once: is_at_once!($($once)?),
            writes: written!($($action $entity
                $($table $column [$($($also)+)?] [$($($told)+)?])?)?),
            text: stringify!($call),
            make: |asked| Box::pin(async move {
                let $page = PageRequest::default();
                let answer = called!(|$s, $id, $own, $page, $t| asked => $call);
                Ok(format!("{answer:?}"))
            }),
            list: listed!(|$s, $id, $own, $page, $t| $call, $($key)?),
        }),+]
    };
}

macro_rules! called {
    (|$s:ident, $id:ident, $own:ident, $page:ident, $t:ident| $asked:ident => $call:expr) => {{
        #[allow(unused_variables, reason = "not every call names or lists something")]
        let ($s, $id, $own, $page, $t) = (
            &$asked.session,
            $asked.named.clone(),
            $asked.own.clone(),
            Page {
                request: $page,
                order: $asked.order,
            },
            |field: &'static str, usual: &str| $asked.texts.of(field, usual),
        );
        $call.await?
    }};
}

macro_rules! listed {
    (|$s:ident, $id:ident, $own:ident, $page:ident, $t:ident| $call:expr,) => {
        None
    };
    (|$s:ident, $id:ident, $own:ident, $page:ident, $t:ident| $call:expr, $key:ident) => {
        Some(|asked, $page| Box::pin(async move {
            let page = called!(|$s, $id, $own, $page, $t| asked => $call);
            let keys = page.items.iter().map(|it| it.$key.to_string());
            Ok((keys.collect(), page.next))
        }))
    };
}

macro_rules! is_at_once {
    () => {
        false
    };
    (once) => {
        true
    };
}

macro_rules! named {
    () => {
        None
    };
    ($names:literal) => {
        Some($names)
    };
}

macro_rules! written {
    () => {
        None
    };
    ($action:ident $entity:literal) => {
        Some(Writes {
            action: Action::$action,
            entity: $entity,
            row: None,
            also: &[],
            telling: &[],
        })
    };
    ($action:ident $entity:literal $table:ident $column:ident [$($also:ident)*] [$($told:ident)*]) => {
        Some(Writes {
            action: Action::$action,
            entity: $entity,
            row: Some((stringify!($table), stringify!($column))),
            also: &[$(stringify!($also)),*],
            telling: &[$(stringify!($told)),*],
        })
    };
}
