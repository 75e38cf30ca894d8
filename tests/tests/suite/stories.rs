//! What people do with a tenant from beginning to end, through the public surface alone.

mod alert;
mod incident;
