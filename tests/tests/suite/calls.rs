//! The table of calls: every public method of every handle of a session, once.
//!
//! What a rule says of every method is shown over this table, so that a method is covered by being listed here; one
//! that is not listed fails. Each is called on what [`things::settle`] made.

mod effects;
mod looks;
pub(crate) mod operators;
mod permissions;
mod rows;
pub(crate) mod things;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use quote::ToTokens;
use ringfence::model::{
    Action, Assignment, Change, Cursor, DroneUpdate, EventFilter, MissionFilter, MissionUpdate,
    NewDrone, NewRole, NewUser, PageRequest, Permission, PlanType, Resource, UserUpdate, Vendor,
};
use ringfence::{Error, TenantSession};
use syn::Signature;

use crate::sources;
use things::{Ids, assignment, nowhere, river, survey};

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
    /// The table that it writes, and the column of it that holds the id of what the event is about.
    pub(crate) row: (&'static str, &'static str),
    /// Other tables that it writes.
    pub(crate) also: &'static [&'static str],
}

/// What a call sees: the caller, the ids that it names, and some that are the caller's own.
pub(crate) struct Asked {
    pub(crate) session: TenantSession,
    pub(crate) named: Ids,
    pub(crate) own: Ids,
}

impl Call {
    /// For a failed test.
    pub(crate) fn shown(&self) -> String {
        format!("{} {}", self.method, self.with)
    }
}

macro_rules! calls {
    (|$s:ident, $id:ident, $own:ident, $page:ident|
        $(
            $handle:ident . $method:ident $(as $with:literal)? ($($needs:ident),*) $(on $names:literal)?
            $(at $once:ident)? $(listing $key:ident)?
            $(, $action:ident $entity:literal in $table:ident . $column:ident $(and $also:ident)*)?
            => $call:expr;
        )+
    ) => {
        &[$(Call {
            method: concat!(stringify!($handle), ".", stringify!($method)),
            with: concat!($($with)?),
            needs: &[$(Permission::$needs),*],
            names: named!($($names)?),
            is_at_once: is_at_once!($($once)?),
            writes: written!($($action $entity $table $column $($also)*)?),
            make: |asked| Box::pin(async move {
                let $page = PageRequest::default();
                let answer = called!(|$s, $id, $own, $page| asked => $call);
                Ok(format!("{answer:?}"))
            }),
            list: listed!(|$s, $id, $own, $page| $call, $($key)?),
        }),+]
    };
}

macro_rules! called {
    (|$s:ident, $id:ident, $own:ident, $page:ident| $asked:ident => $call:expr) => {{
        #[allow(unused_variables, reason = "not every call names or lists something")]
        let ($s, $id, $own, $page) = (
            &$asked.session,
            $asked.named.clone(),
            $asked.own.clone(),
            $page,
        );
        $call.await?
    }};
}

macro_rules! listed {
    (|$s:ident, $id:ident, $own:ident, $page:ident| $call:expr,) => {
        None
    };
    (|$s:ident, $id:ident, $own:ident, $page:ident| $call:expr, $key:ident) => {
        Some(|asked, $page| Box::pin(async move {
            let page = called!(|$s, $id, $own, $page| asked => $call);
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
    ($action:ident $entity:literal $table:ident $column:ident $($also:ident)*) => {
        Some(Writes {
            action: Action::$action,
            entity: $entity,
            row: (stringify!($table), stringify!($column)),
            also: &[$(stringify!($also)),*],
        })
    };
}

/// `handle.method as "with what" (permissions) on "what it names" at once listing key, event "about" in table.column and
/// others => call`: at once what is one statement, and what lists takes the page.
pub(crate) const CALLS: &[Call] = calls! { |s, id, own, page|
    session.whoami () => s.whoami();
    session.tenant () => s.tenant();
    session.set_self_approval (IdentityWrite, MissionApprove), Update "tenant" in tenants.id
        => s.set_self_approval(true);
    session.authorize as "nothing" (RegistryRead) at once => s.authorize(Permission::RegistryRead, None);
    session.authorize as "a drone" (RegistryRead) on "drone"
        => s.authorize(Permission::RegistryRead, Some(Resource::Drone { id: id.drone }));
    session.authorize as "a mission" (MissionRead) on "mission"
        => s.authorize(Permission::MissionRead, Some(Resource::Mission { id: id.mission }));
    session.authorize as "a run" (MissionRead) on "run"
        => s.authorize(Permission::MissionRead, Some(Resource::Run { id: id.run }));
    session.authorize as "a user" (IdentityRead) on "user"
        => s.authorize(Permission::IdentityRead, Some(Resource::User { id: id.user }));
    session.authorize as "a role" (IdentityRead) on "role"
        => s.authorize(Permission::IdentityRead, Some(Resource::Role { id: id.role }));

    drones.register (RegistryWrite), Create "drone" in drones.id => s.drones().register(NewDrone {
        name: "heron".into(), vendor: Vendor::Dji, capabilities: r#"{"camera":"rgb"}"#.into(),
    });
    drones.get (RegistryRead) on "drone" at once => s.drones().get(id.drone);
    drones.list (RegistryRead) at once listing id => s.drones().list(Default::default(), page);
    drones.update (RegistryWrite) on "drone", Update "drone" in drones.id
        => s.drones().update(id.drone, DroneUpdate {
            name: Some("osprey".into()), vendor: Some(Vendor::Mavlink), capabilities: Some(r#"{"rtk":true}"#.into()),
            ..DroneUpdate::default()
        });
    drones.delete (RegistryWrite) on "drone", Delete "drone" in drones.id => s.drones().delete(id.spare_drone);

    missions.create (MissionWrite) on "drone", Create "mission" in missions.id
        => s.missions().create(survey(id.drone, "{}"));
    missions.create as "an emergency" (MissionWrite, MissionFastlane) on "drone", Create "mission" in missions.id
        => s.missions().create(survey(id.drone, r#"{"emergency_fastlane":true}"#));
    missions.import_plan (MissionWrite) on "drone", Create "mission" in missions.id
        => s.missions().import_plan(river(id.drone));
    missions.get (MissionRead) on "mission" at once => s.missions().get(id.mission);
    missions.list (MissionRead) at once listing id => s.missions().list(Default::default(), page);
    missions.plan (MissionRead) on "mission" at once => s.missions().plan(id.mission);
    missions.update (MissionWrite) on "mission", Update "mission" in missions.id
        => s.missions().update(id.mission, MissionUpdate {
            name: Some("delta".into()), payload: Some(r#"{"speed":4}"#.into()), drone_id: Change::Clear,
            plan_type: Some(PlanType::PointTask),
            ..MissionUpdate::default()
        });
    missions.update as "to a drone" (MissionWrite) on "drone", Update "mission" in missions.id
        => s.missions().update(own.mission, MissionUpdate {
            drone_id: id.spare_drone.into(), ..MissionUpdate::default()
        });
    missions.update as "an emergency" (MissionWrite, MissionFastlane) on "mission", Update "mission" in missions.id
        => s.missions().update(id.mission, MissionUpdate {
            constraints: Some(r#"{"emergency_fastlane":true}"#.into()), ..MissionUpdate::default()
        });
    missions.delete (MissionWrite) on "mission", Delete "mission" in missions.id => s.missions().delete(id.mission);
    missions.delete as "a rejected one" (MissionWrite) on "mission", Delete "mission" in missions.id and approvals
        => s.missions().delete(id.rejected);
    missions.approve (MissionApprove) on "mission", Approval "mission" in missions.id and approvals
        => s.missions().approve(id.mission, 1, Some("wind is fine".into()));
    missions.reject (MissionApprove) on "mission", Approval "mission" in missions.id and approvals
        => s.missions().reject(id.mission, 1, Some("too close".into()));
    missions.approvals (MissionRead) on "mission" listing id => s.missions().approvals(id.rejected, page);
    missions.start (MissionWrite) on "mission", Update "mission" in missions.id and mission_runs
        => s.missions().start(id.approved);
    missions.start as "an emergency" (MissionWrite, MissionFastlane) on "mission",
        Update "mission" in missions.id and mission_runs => s.missions().start(id.emergency);
    missions.pause (MissionWrite) on "mission", Update "mission" in missions.id => s.missions().pause(id.running);
    missions.resume (MissionWrite) on "mission", Update "mission" in missions.id => s.missions().resume(id.paused);
    missions.complete (MissionWrite) on "mission", Update "mission" in missions.id and mission_runs
        => s.missions().complete(id.running);
    missions.abort (MissionWrite) on "mission", Update "mission" in missions.id and mission_runs
        => s.missions().abort(id.running);
    missions.runs (MissionRead) on "mission" listing id => s.missions().runs(id.running, page);
    missions.run (MissionRead) on "run" at once => s.missions().run(id.run);

    identity.create_user (IdentityWrite), Create "user" in users.id => s.identity().create_user(NewUser {
        username: "lena".into(), password: None,
    });
    identity.user (IdentityRead) on "user" at once => s.identity().user(id.user);
    identity.users (IdentityRead) at once listing id => s.identity().users(Default::default(), page);
    identity.update_user (IdentityWrite) on "user", Update "user" in users.id
        => s.identity().update_user(id.user, UserUpdate {
            username: Some("anna".into()), is_active: Some(false), ..UserUpdate::default()
        });
    identity.set_password (IdentityWrite) on "user", Update "user" in users.id
        => s.identity().set_password(id.user, "a long password".into());
    identity.create_role (IdentityWrite), Create "role" in roles.id => s.identity().create_role(NewRole {
        name: "crew".into(), description: Some("flies".into()),
    });
    identity.roles (IdentityRead) at once listing id => s.identity().roles(Default::default(), page);
    identity.assign_role as "to a user" (IdentityWrite) on "user", Update "user" in user_roles.user_id
        => s.identity().assign_role(assignment(id.user, own.role));
    identity.assign_role as "of a role" (IdentityWrite) on "role", Update "user" in user_roles.user_id
        => s.identity().assign_role(assignment(own.user, id.role));
    identity.assign_role as "with an end from now on" (IdentityWrite) on "user", Update "user" in user_roles.user_id
        => s.identity().assign_role(Assignment {
            expires_at: Some(Timestamp::now() + SignedDuration::from_hours(1)),
            ..assignment(id.member, own.member_role)
        });
    identity.unassign_role as "from a user" (IdentityWrite) on "user", Update "user" in user_roles.user_id
        => s.identity().unassign_role(id.member, own.member_role);
    identity.unassign_role as "of a role" (IdentityWrite) on "role", Update "user" in user_roles.user_id
        => s.identity().unassign_role(own.member, id.member_role);
    identity.grant (IdentityWrite) on "role", Update "role" in role_permissions.role_id
        => s.identity().grant(id.role, Permission::IdentityWrite);
    identity.revoke (IdentityWrite) on "role", Update "role" in role_permissions.role_id
        => s.identity().revoke(id.member_role, Permission::IdentityWrite);
    identity.permissions_of (IdentityRead) on "user" => s.identity().permissions_of(id.user);

    audit.events (AuditRead) at once listing seq => s.audit().events(EventFilter::default(), page);
    audit.event (AuditRead) on "event" at once => s.audit().event(id.seq);
    audit.verify (AuditRead) => s.audit().verify();
};

/// Every filter that takes an id: by one that is not the tenant's it selects nothing.
pub(crate) const FILTERS: &[Call] = calls! { |s, id, own, page|
    missions.list as "of a drone" (MissionRead) => s.missions().list(MissionFilter {
        drone_id: Some(id.drone), ..MissionFilter::default()
    }, page);
    missions.list as "of a creator" (MissionRead) => s.missions().list(MissionFilter {
        created_by: Some(id.user), ..MissionFilter::default()
    }, page);
    audit.events as "of an entity" (AuditRead) => s.audit().events(EventFilter {
        entity_id: Some(id.mission.as_str().to_owned()), ..EventFilter::default()
    }, page);
    audit.events as "of an actor" (AuditRead) => s.audit().events(EventFilter {
        actor: Some(id.user.as_str().to_owned()), ..EventFilter::default()
    }, page);
};

/// Makes every call of the table, naming what exists nowhere, and keeps what came of each.
pub(crate) async fn each_call(session: &TenantSession) -> Vec<(String, Result<(), Error>)> {
    let mut came_of = Vec::new();
    for call in CALLS {
        let asked = Asked {
            session: session.clone(),
            named: nowhere(),
            own: nowhere(),
        };
        came_of.push((call.shown(), (call.make)(&asked).await.map(drop)));
    }
    came_of
}

/// Those that name something.
pub(crate) fn lookups() -> impl Iterator<Item = (&'static Call, &'static str)> {
    CALLS.iter().filter_map(|call| Some((call, call.names?)))
}

/// The handles of a session, as the sources name their types.
const HANDLES: [(&str, &str); 5] = [
    ("session", "TenantSession"),
    ("drones", "Drones"),
    ("missions", "Missions"),
    ("identity", "Identity"),
    ("audit", "Audit"),
];

#[test]
fn nothing_but_what_a_caller_is_told_of_itself_is_without_a_permission() {
    let open = CALLS.iter().filter(|call| call.needs.is_empty());
    let open: Vec<&str> = open.map(|call| call.method).collect();
    assert_eq!(open, ["session.whoami", "session.tenant"]);
}

/// The public methods of these handles, by handle and method, as the sources have them.
fn defined(handles: &[(&str, &str)]) -> BTreeMap<String, Signature> {
    let owners = handles.iter().map(|(_, owner)| (*owner).to_owned());
    let signatures = sources::signatures("core/src", &owners.collect());
    let named = signatures.into_iter().map(|(owner, signature)| {
        let (handle, _) = handles.iter().find(|(_, name)| *name == owner).unwrap();
        (format!("{handle}.{}", signature.ident), signature)
    });
    named.collect()
}

/// Every public method that the tables of calls are about, likewise.
pub(crate) fn methods() -> BTreeMap<String, Signature> {
    let mut methods = defined(&HANDLES);
    methods.extend(defined(&operators::HANDLES));
    methods
}

#[test]
fn every_public_method_of_every_handle_is_in_the_table() {
    let listed: BTreeSet<String> = CALLS.iter().map(|call| call.method.to_owned()).collect();
    sources::same(
        &defined(&HANDLES).into_keys().collect(),
        &listed,
        [
            "in no line of CALLS in tests/tests/suite/calls.rs: add what it needs, names and writes",
            "in CALLS, and a method no more",
        ],
    );
    // A handle is whatever holds a session's scope.
    let known: BTreeSet<String> = HANDLES.iter().map(|(_, name)| (*name).to_owned()).collect();
    sources::same(
        &sources::handles(),
        &known,
        [
            "holds a session's scope: add it to HANDLES in tests/tests/suite/calls.rs",
            "in HANDLES, and a handle no more",
        ],
    );
}

#[test]
fn whatever_takes_a_page_is_said_to_list() {
    let taking = methods().into_iter().filter(|(_, signature)| {
        let inputs = signature.inputs.to_token_stream().to_string();
        inputs.contains("PageRequest")
    });
    let of_sessions = CALLS.iter().filter(|call| call.list.is_some());
    let of_operators = operators::lists().map(|(method, _)| method);
    let listed = of_sessions.map(|call| call.method).chain(of_operators);
    sources::same(
        &taking.map(|(method, _)| method).collect(),
        &listed.map(str::to_owned).collect(),
        [
            "takes a page: its line in the table of calls says `listing` and what tells its rows apart",
            "said to list, and takes no page",
        ],
    );
}
