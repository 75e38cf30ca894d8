//! Reading what the policy says of an actor, in the transaction that acts on it.

use jiff::Timestamp;

use super::decision::{self, Effective};
use super::permission::PermissionSet;
use super::reach;
use crate::error::{Failure, StoreError};
use crate::model::{Permission, RoleId, UserId};
use crate::store::statements::policy::{self, Actor, Rule};
use crate::store::{Judged, Tx, Value};

/// What the policy says of an actor at one epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The tenant's policy epoch that this was read at.
    pub(crate) epoch: String,
    /// The user's session epoch: sessions opened at another one have ended.
    pub(crate) session_epoch: i64,
    pub(crate) effective: Effective,
}

impl Standing {
    pub(crate) fn allows(&self, permission: Permission) -> bool {
        self.effective.allows(permission)
    }

    /// The role that lets the actor do it, where one does.
    pub(crate) fn role_for(&self, permission: Permission) -> Option<RoleId> {
        self.effective.role_for(permission).cloned()
    }

    /// Whether it ceases to hold by itself, because an assignment has an end.
    pub(crate) fn ends(&self) -> bool {
        self.effective.valid_until.is_some()
    }

    /// Whether no assignment has ended since.
    pub(crate) fn holds_at(&self, now: Timestamp) -> bool {
        self.effective.holds_at(now)
    }
}

/// What a call of the tenant is judged by. A tenant that does not exist has nothing to judge by.
pub(crate) async fn judged(tx: &mut Tx) -> Result<Judged, Failure> {
    tx.judged().await?.ok_or(Failure::Unauthenticated)
}

/// Reads an actor's standing. An unknown or inactive actor and a disabled tenant are the same refusal.
pub(crate) async fn read(
    tx: &mut Tx,
    actor: &UserId,
    judged: &Judged,
) -> Result<Standing, Failure> {
    let asked = [Value::from(actor.as_str())];
    match tx.opt(&policy::ACTOR, &asked).await? {
        Some(Actor {
            disabled_at: None,
            is_active: true,
            session_epoch,
            logs,
        }) => {
            if logs == 0 {
                return Err(StoreError::no_log().into());
            }
            let effective = effective(tx, actor, judged.now).await?;
            Ok(Standing {
                epoch: judged.epoch.clone(),
                session_epoch,
                effective,
            })
        }
        _ => Err(Failure::Unauthenticated),
    }
}

/// What a user may do as of `now`, out of its roles and those that they inherit.
pub(crate) async fn effective(
    tx: &mut Tx,
    user: &UserId,
    now: Timestamp,
) -> Result<Effective, Failure> {
    Ok(decision::decide(&rules_of_user(tx, user, now).await?, now))
}

/// What somebody must hold to change a user: see [`reach::of_user`].
pub(crate) async fn reach_of_user(
    tx: &mut Tx,
    user: &UserId,
    now: Timestamp,
) -> Result<PermissionSet, Failure> {
    Ok(reach::of_user(&rules_of_user(tx, user, now).await?, now))
}

async fn rules_of_user(
    tx: &mut Tx,
    user: &UserId,
    now: Timestamp,
) -> Result<Vec<Rule>, StoreError> {
    let asked = [Value::from(user.as_str()), Value::from(now)];
    tx.all(&policy::RULES_OF_USER, &asked).await
}

/// What somebody must hold to give a role or to take it, with what it inherits: see [`reach::of_role`].
pub(crate) async fn reach_of_role(
    tx: &mut Tx,
    role: &RoleId,
    now: Timestamp,
) -> Result<PermissionSet, Failure> {
    let asked = [Value::from(role.as_str())];
    let rules = tx.all(&policy::RULES_OF_ROLE, &asked).await?;
    Ok(reach::of_role(&rules, now))
}

/// Whether anybody is left who may do everything and will not cease to by itself.
pub(crate) async fn has_admin(tx: &mut Tx, now: Timestamp) -> Result<bool, Failure> {
    for holder in tx.all(&policy::HOLDERS_OF_ALL, &[]).await? {
        let effective = effective(tx, &UserId::from(holder), now).await?;
        if effective.allows(Permission::All) {
            return Ok(true);
        }
    }
    Ok(false)
}
