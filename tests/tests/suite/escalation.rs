//! Nobody rises above himself, and nobody pulls down who stands above him: every method that touches a user or a
//! role, tried by a clerk who manages users and may do little else.
//!
//! A method joins with a line of [`CASES`]; that none is missing is read from the source.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use ringfence::model::Permission::{
    self, All, IdentityRead, IdentityWrite, MissionRead, MissionWrite,
};
use ringfence::model::{Assignment, NewRole, NewUser, RoleId, RoleUpdate, UserId, UserUpdate};
use ringfence::{Error, Identity};
use ringfence_tests::fixture::{World, each_engine};

use crate::sources;

/// Those who are touched, by the ids that [`Cast::enter`] gives them.
struct Cast {
    number: usize,
    admin_role: RoleId,
}

/// Methods of `Identity` that change nothing.
const READS: [&str; 5] = ["user", "users", "role", "roles", "permissions_of"];

struct Case {
    method: &'static str,
    /// Who or what is touched, and how.
    what: &'static str,
    call: for<'a> fn(&'a Identity, &'a Cast) -> BoxFuture<'a, Result<(), Error>>,
    /// The permission that the clerk lacks for it, if any.
    lacks: Option<Permission>,
}

macro_rules! cases {
    (|$identity:ident, $cast:ident| $($method:literal: $what:literal => $call:expr, $lacks:expr;)+) => {
        &[$(Case {
            method: $method,
            what: $what,
            call: |$identity, $cast| Box::pin(async move { $call.await.map(drop) }),
            lacks: $lacks,
        }),+]
    };
}

const CASES: &[Case] = cases! { |identity, c|
    "create_user": "somebody who may do nothing" => identity.create_user(c.new_user()), None;
    "create_role": "without permissions" => identity.create_role(c.new_role()), None;

    "update_user": "a peer" => identity.update_user(c.user("peer"), c.renamed()), None;
    "update_user": "oneself" => identity.update_user(c.user("clerk"), c.renamed()), None;
    "update_user": "one who is denied all" => identity.update_user(c.user("muted"), c.renamed()), None;
    "update_user": "the boss, by name" => identity.update_user(c.user("boss"), c.renamed()), Some(All);
    "update_user": "the boss, switched off" => identity.update_user(c.user("boss"), off()), Some(All);
    "update_user": "one whose deny ends" => identity.update_user(c.user("paused"), c.renamed()), Some(All);

    "delete_user": "a peer" => identity.delete_user(c.user("peer")), None;
    "delete_user": "the boss" => identity.delete_user(c.user("boss")), Some(All);
    "delete_user": "one whose deny ends" => identity.delete_user(c.user("paused")), Some(All);

    "update_role": "what one holds" => identity.update_role(c.role("reader"), c.other_role()), None;
    "update_role": "what one does not hold" =>
        identity.update_role(c.role("flyer"), c.other_role()), Some(MissionWrite);
    "update_role": "a deny of what one does not hold" =>
        identity.update_role(c.role("gag"), c.other_role()), Some(MissionWrite);
    "update_role": "that of admins" => identity.update_role(c.admin_role.clone(), c.other_role()), Some(All);

    "delete_role": "what one holds" => identity.delete_role(c.role("reader2")), None;
    "delete_role": "what one does not hold" => identity.delete_role(c.role("flyer")), Some(MissionWrite);
    "delete_role": "a deny of what one does not hold" => identity.delete_role(c.role("heir")), Some(MissionWrite);
    "delete_role": "that of admins" => identity.delete_role(c.admin_role.clone()), Some(All);

    "set_password": "a peer's" => identity.set_password(c.user("peer"), password()), None;
    "set_password": "one's own" => identity.set_password(c.user("clerk"), password()), None;
    "set_password": "the boss's" => identity.set_password(c.user("boss"), password()), Some(All);
    "set_password": "of one whose deny ends" => identity.set_password(c.user("paused"), password()), Some(All);

    "end_sessions": "a peer's" => identity.end_sessions(c.user("peer")), None;
    "end_sessions": "one's own" => identity.end_sessions(c.user("clerk")), None;
    "end_sessions": "the boss's" => identity.end_sessions(c.user("boss")), Some(All);
    "end_sessions": "of one whose deny ends" => identity.end_sessions(c.user("paused")), Some(All);

    "assign_role": "what one holds" => identity.assign_role(c.give("peer", "reader2")), None;
    "assign_role": "a deny of what one holds" => identity.assign_role(c.give("peer", "hush")), None;
    "assign_role": "what one does not hold" => identity.assign_role(c.give("peer", "flyer")), Some(MissionWrite);
    "assign_role": "that to oneself" => identity.assign_role(c.give("clerk", "flyer")), Some(MissionWrite);
    "assign_role": "everything" => identity.assign_role(c.give_admin("peer")), Some(All);
    "assign_role": "a deny of what one does not hold" =>
        identity.assign_role(c.give("peer", "gag")), Some(MissionWrite);
    "assign_role": "that to oneself" => identity.assign_role(c.give("clerk", "gag")), Some(MissionWrite);
    "assign_role": "a role that inherits a deny" => identity.assign_role(c.give("peer", "heir")), Some(MissionWrite);
    "assign_role": "a deny of everything" => identity.assign_role(c.give("peer", "silence")), Some(All);
    "assign_role": "a deny of everything to the boss" => identity.assign_role(c.give("boss", "silence")), Some(All);
    "assign_role": "a deny of what one holds to the boss" => identity.assign_role(c.give("boss", "hush")), Some(All);
    "assign_role": "what one holds to the boss" => identity.assign_role(c.give("boss", "reader2")), Some(All);
    "assign_role": "an end to the boss's rights" => identity.assign_role(c.end_admin("boss")), Some(All);
    "assign_role": "an end to what the boss has beside" => identity.assign_role(c.end("boss", "reader")), Some(All);
    "assign_role": "an end to what a peer has" => identity.assign_role(c.end("peer", "reader")), None;
    "assign_role": "an end to a deny" => identity.assign_role(c.end("gagged", "gag")), Some(MissionWrite);

    "unassign_role": "what a peer has" => identity.unassign_role(c.user("peer"), c.role("reader")), None;
    "unassign_role": "a deny of what one holds" => identity.unassign_role(c.user("hushed"), c.role("hush")), None;
    "unassign_role": "a deny of what one does not hold" =>
        identity.unassign_role(c.user("gagged"), c.role("gag")), Some(MissionWrite);
    "unassign_role": "a deny of everything" => identity.unassign_role(c.user("muted"), c.role("silence")), Some(All);
    "unassign_role": "the boss's rights" =>
        identity.unassign_role(c.user("boss"), c.admin_role.clone()), Some(All);
    "unassign_role": "what the boss has beside" =>
        identity.unassign_role(c.user("boss"), c.role("reader")), Some(All);

    "grant": "what one holds" => identity.grant(c.role("flyer"), MissionRead), None;
    "grant": "what one does not hold" => identity.grant(c.role("reader"), MissionWrite), Some(MissionWrite);
    "grant": "everything" => identity.grant(c.role("reader"), All), Some(All);

    "revoke": "what one holds" => identity.revoke(c.role("reader"), MissionRead), None;
    "revoke": "what one does not hold" => identity.revoke(c.role("flyer"), MissionWrite), Some(MissionWrite);
    "revoke": "everything" => identity.revoke(c.admin_role.clone(), All), Some(All);
};

fn off() -> UserUpdate {
    UserUpdate {
        is_active: Some(false),
        ..UserUpdate::default()
    }
}

fn password() -> String {
    "a password of their own".to_owned()
}

fn soon() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

impl Cast {
    fn user(&self, name: &str) -> UserId {
        format!("{name}-{}", self.number).into()
    }

    fn role(&self, name: &str) -> RoleId {
        format!("{name}-{}", self.number).into()
    }

    fn renamed(&self) -> UserUpdate {
        UserUpdate {
            username: Some(format!("renamed-{}", self.number)),
            ..UserUpdate::default()
        }
    }

    fn new_user(&self) -> NewUser {
        NewUser::new(format!("new-{}", self.number))
    }

    fn new_role(&self) -> NewRole {
        NewRole::new(format!("new-{}", self.number))
    }

    fn other_role(&self) -> RoleUpdate {
        RoleUpdate {
            name: Some(format!("other-{}", self.number)),
            ..RoleUpdate::default()
        }
    }

    fn give(&self, user: &str, role: &str) -> Assignment {
        Assignment {
            user_id: self.user(user),
            role_id: self.role(role),
            expires_at: None,
        }
    }

    fn end(&self, user: &str, role: &str) -> Assignment {
        Assignment {
            expires_at: Some(soon()),
            ..self.give(user, role)
        }
    }

    fn give_admin(&self, user: &str) -> Assignment {
        Assignment {
            role_id: self.admin_role.clone(),
            ..self.give(user, "")
        }
    }

    fn end_admin(&self, user: &str) -> Assignment {
        Assignment {
            expires_at: Some(soon()),
            ..self.give_admin(user)
        }
    }

    /// A new cast of the tenant `north`. What no method can make yet (denies, inheritance) and all the rest is
    /// planted in the tables.
    async fn enter(world: &World, number: usize, clerk: &[Permission]) -> Self {
        let cast = Self {
            number,
            admin_role: world.north.role("admin").await,
        };
        let at = "'2026-01-05 12:00:00.000000'";
        let mut sql = String::new();
        for role in [
            "clerk", "reader", "reader2", "flyer", "gag", "hush", "silence", "heir",
        ] {
            let id = cast.role(role);
            sql += &format!(
                "INSERT INTO roles (id, tenant_id, name, created_at) VALUES ('{id}', 'north', '{id}', {at});"
            );
        }
        for user in [
            "clerk", "peer", "boss", "muted", "paused", "gagged", "hushed",
        ] {
            let id = cast.user(user);
            sql += &format!(
                "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at) \
                 VALUES ('{id}', 'north', '{id}', '', true, {at});"
            );
        }
        let reads = [
            ("reader", MissionRead),
            ("reader2", MissionRead),
            ("flyer", MissionWrite),
        ];
        let granted = clerk.iter().map(|permission| ("clerk", *permission));
        for (role, permission) in granted.chain(reads) {
            sql += &format!(
                "INSERT INTO role_permissions (role_id, permission_id, created_at) \
                 SELECT '{}', id, {at} FROM permissions WHERE name = '{permission}';",
                cast.role(role)
            );
        }
        for (role, denied) in [
            ("gag", "mission.write"),
            ("hush", "mission.read"),
            ("silence", "*"),
        ] {
            sql += &format!(
                "INSERT INTO role_denies (tenant_id, role_id, permission, created_at) \
                 VALUES ('north', '{}', '{denied}', {at});",
                cast.role(role)
            );
        }
        sql += &format!(
            "INSERT INTO role_inheritance (tenant_id, role_id, inherits_role_id, created_at) \
             VALUES ('north', '{}', '{}', {at});",
            cast.role("heir"),
            cast.role("gag")
        );
        let admin = cast.admin_role.to_string();
        let own = |role: &str| cast.role(role).to_string();
        for (user, role, end) in [
            ("clerk", own("clerk"), "NULL"),
            ("peer", own("reader"), "NULL"),
            ("boss", admin.clone(), "NULL"),
            ("boss", own("reader"), "NULL"),
            ("muted", admin.clone(), "NULL"),
            ("muted", own("silence"), "NULL"),
            ("paused", admin, "NULL"),
            ("paused", own("silence"), "'2999-01-01 00:00:00.000000'"),
            ("gagged", own("reader"), "NULL"),
            ("gagged", own("gag"), "NULL"),
            ("hushed", own("reader"), "NULL"),
            ("hushed", own("hush"), "NULL"),
        ] {
            sql += &format!(
                "INSERT INTO user_roles (user_id, role_id, created_at, expires_at) \
                 VALUES ('{}', '{role}', {at}, {end});",
                cast.user(user)
            );
        }
        world.place.raw(&sql).await.unwrap();
        cast
    }
}

/// Replaced whenever a user, a role or anything between them changes.
async fn epoch(world: &World) -> Option<String> {
    let epoch = "SELECT epoch FROM policy_epochs WHERE tenant_id = 'north'";
    world.place.raw_text(epoch).await
}

each_engine!(
    #[tokio::test]
    async fn nobody_touches_who_or_what_reaches_beyond_themselves(world: &World) {
        let rights = [IdentityRead, IdentityWrite, MissionRead];
        let mut wrong = Vec::new();
        for (number, case) in CASES.iter().enumerate() {
            let cast = Cast::enter(world, number, &rights).await;
            let clerk = world.north.session(&cast.user("clerk")).await.identity();
            let before = epoch(world).await;
            let outcome = (case.call)(&clerk, &cast).await;
            let expected = case.lacks.map_or(Ok(()), |permission| {
                Err(Error::Forbidden {
                    permission: permission.to_string(),
                })
            });
            let changed = epoch(world).await != before;
            if outcome != expected || changed != outcome.is_ok() {
                let Case { method, what, .. } = case;
                wrong.push(format!("{method}, {what}: {outcome:?}, changed: {changed}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
);

#[test]
fn every_method_that_touches_a_user_or_a_role_is_tried() {
    let tried: BTreeSet<String> = CASES
        .iter()
        .map(|case| case.method)
        .chain(READS)
        .map(str::to_owned)
        .collect();
    assert_eq!(tried, sources::methods("core/src/service/identity"));
}

each_engine!(
    /// Holding each permission is not holding everything: nor is it given back by whoever only holds each.
    #[tokio::test]
    async fn taking_a_deny_away_gives_nobody_back_more_than_the_taker_holds(world: &World) {
        let each: Vec<Permission> = Permission::ALL[1..].to_vec();
        assert!(!each.contains(&All));
        let cast = Cast::enter(world, 0, &each).await;
        let admin = world.north.admin().await.identity();
        admin.assign_role(cast.give_admin("hushed")).await.unwrap();
        let clerk = world.north.session(&cast.user("clerk")).await.identity();
        // Denied one permission the user does not hold everything, and is the clerk's to rename.
        let hushed = cast.user("hushed");
        clerk
            .update_user(hushed.clone(), cast.renamed())
            .await
            .unwrap();
        let before = epoch(world).await;
        let everything = Error::Forbidden {
            permission: All.to_string(),
        };
        // At once, or at an end that it did not have.
        let refused = clerk.unassign_role(hushed, cast.role("hush")).await;
        assert_eq!(refused, Err(everything.clone()));
        let refused = clerk.assign_role(cast.end("hushed", "hush")).await;
        assert_eq!(refused, Err(everything));
        assert_eq!(epoch(world).await, before);
    }
);

each_engine!(
    /// The end of an assignment is its end here too: what a user could do yesterday does not count.
    #[tokio::test]
    async fn rights_that_have_ended_outrank_nobody(world: &World) {
        let cast = Cast::enter(world, 0, &[IdentityWrite, MissionRead]).await;
        let clerk = world.north.session(&cast.user("clerk")).await.identity();
        let boss = cast.user("boss");
        let refused = clerk.update_user(boss.clone(), cast.renamed()).await;
        assert!(refused.unwrap_err().is_forbidden());
        let ended = format!(
            "UPDATE user_roles SET expires_at = '2026-01-05 12:00:00.000000' \
             WHERE user_id = '{boss}' AND role_id = '{}'",
            cast.admin_role
        );
        world.place.raw(&ended).await.unwrap();
        clerk.update_user(boss, cast.renamed()).await.unwrap();
    }
);
