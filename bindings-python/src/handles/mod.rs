//! The handles of the core as Python has them, one file each group. A method is declared once ([`crate::table`]).

mod alerts;
mod approvals;
mod audit;
mod commands;
mod database;
mod defects;
mod drones;
mod identity;
mod incidents;
mod inspections;
mod missions;
mod session;

/// The classes whose methods wait.
pub(crate) mod sync {
    pub(crate) use super::alerts::sync::*;
    pub(crate) use super::approvals::sync::*;
    pub(crate) use super::audit::sync::*;
    pub(crate) use super::commands::sync::*;
    pub(crate) use super::database::sync::*;
    pub(crate) use super::defects::sync::*;
    pub(crate) use super::drones::sync::*;
    pub(crate) use super::identity::sync::*;
    pub(crate) use super::incidents::sync::*;
    pub(crate) use super::inspections::sync::*;
    pub(crate) use super::missions::sync::*;
    pub(crate) use super::session::sync::*;
}

/// The classes whose methods are coroutines.
pub(crate) mod aio {
    pub(crate) use super::alerts::aio::*;
    pub(crate) use super::approvals::aio::*;
    pub(crate) use super::audit::aio::*;
    pub(crate) use super::commands::aio::*;
    pub(crate) use super::database::aio::*;
    pub(crate) use super::defects::aio::*;
    pub(crate) use super::drones::aio::*;
    pub(crate) use super::identity::aio::*;
    pub(crate) use super::incidents::aio::*;
    pub(crate) use super::inspections::aio::*;
    pub(crate) use super::missions::aio::*;
    pub(crate) use super::session::aio::*;
}
