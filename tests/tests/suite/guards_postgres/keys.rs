//! A row of a log and a tenant's epoch keep their tenant, as other rows do, which
//! [`attacks`](crate::attacks) tries.

use ringfence::schema::{self, Privilege, version};

use super::attack::{Attack, Refused, owner, runtime};

pub(super) fn attacks() -> Vec<Attack> {
    let mut attacks = Vec::new();
    let guarded = schema::tenant_tables().filter(|table| table.guarded_at(version::LATEST));
    for table in guarded.filter(|table| table.log || table.name == "policy_epochs") {
        let refused = match table.log {
            true => Refused::Guard(format!("ringfence.append_only:{}", table.name).leak()),
            false => Refused::Guard(format!("ringfence.key:{}", table.name).leak()),
        };
        let may = table.runtime.contains(&Privilege::Update);
        let tenant = table.tenant_column().unwrap();
        let moved = format!(
            "UPDATE {} SET {tenant} = 'empty' WHERE {tenant} = 'a'",
            table.name
        );
        let renamed = format!(
            "UPDATE {} SET id = id || 'x' WHERE {tenant} = 'a'",
            table.name
        );
        for sql in [moved, renamed] {
            if !sql.contains("SET id") || table.column("id").is_some() {
                attacks.push(owner(sql.clone(), refused.clone()));
                let refused = if may {
                    refused.clone()
                } else {
                    Refused::Privilege
                };
                attacks.push(runtime(sql, refused));
            }
        }
    }
    attacks
}
