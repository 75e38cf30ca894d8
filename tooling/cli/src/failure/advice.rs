//! What to do next, where something can be done in a shell.

use ringfence::Error;

use super::{Situation, Standing};

/// What an operator does about an error: after its kind, its field or its code, and else after the schema.
pub(super) fn about(error: &Error, situation: Situation) -> Option<String> {
    let Situation {
        standing, is_file, ..
    } = situation;
    let fixed = match error {
        Error::Internal { .. } => return behind(standing),
        Error::Invalid { rule, .. } if about_option(rule).is_some() => about_option(rule)?,
        Error::Invalid { field, .. } => return Some(about_argument(field, is_file)),
        Error::NotFound { entity } if situation.restores && entity == "user" => {
            "an operator is not shown the users of a tenant: name one that is known, or make a new user the administrator \
             with `ringfence tenants create-admin`"
        }
        Error::NotFound { entity } => return about_absence(entity),
        Error::Forbidden { permission } if permission == "database.operator" => {
            "name a login in --database that owns the tables; what operators do, the runtime role may not"
        }
        Error::Forbidden { permission } => {
            return Some(format!(
                "`ringfence whoami` says what the actor may do; a role that was granted {permission} gives it"
            ));
        }
        Error::Unauthenticated => {
            "--actor is the id of an active user of --tenant, and the tenant is enabled (`ringfence tenants show`); \
             the first administrator's id is in `ringfence deployment-log events --entity-type tenant`"
        }
        Error::Schema { code, .. } => return about_schema(code, standing),
        Error::Integrity { findings, detail } if findings.is_empty() => {
            match detail.contains("`integrity_scan`") {
                true => "`ringfence scan` names the row: mend it with the database's own tools",
                false => {
                    "leave the log as it is, and take what was there from a backup: what is mended by hand verifies no \
                     more than what was broken"
                }
            }
        }
        Error::Integrity { .. } if standing.is_some_and(|it| it.current == it.latest) => {
            return None;
        }
        Error::Integrity { .. } => {
            "mend these rows with the database's own tools and run it again; `ringfence scan` names them too"
        }
        _ => {
            return about_code(error.code(), is_file)
                .map(str::to_owned)
                .or_else(|| behind(standing));
        }
    };
    Some(fixed.to_owned())
}

/// What the library calls an option is an argument here.
fn about_option(rule: &str) -> Option<&'static str> {
    if rule.contains("`allow_hard_links`") {
        Some("give --allow-hard-links where nobody has the file open, or take its other names away")
    } else if rule.contains("`allow_any_mount`") {
        Some(
            "put the file on a disk of this machine, or give --allow-any-mount where nobody else has it open",
        )
    } else {
        None
    }
}

fn about_argument(field: &str, is_file: bool) -> String {
    if let Some(parameter) = field.strip_prefix("url.") {
        return match parameter {
            "options" => "leave `options` away in --database: --schema names the schema, and what else it sets is the \
                          login's (ALTER ROLE … SET)"
                .to_owned(),
            _ => format!("mend or leave away `{parameter}` in --database"),
        };
    }
    // Of the first administrator of a tenant.
    let fixed = match field.strip_prefix("admin.").unwrap_or(field) {
        "url" => {
            "--database is `sqlite:PATH` or `postgres://user@host/database`; only `ringfence migrate` makes a file \
             that is not there"
        }
        "schema" if is_file => "leave --schema away: a file has none",
        "schema" => {
            "--schema is a schema of this Postgres database; make it with CREATE SCHEMA first"
        }
        "to" => "`ringfence status` lists the steps",
        "operator" => {
            "give --operator a name of at most 200 bytes, without characters that cannot be seen"
        }
        "secret_key" | "old" => "RINGFENCE_SECRET_KEY holds the key in 64 hexadecimal digits",
        "new" => {
            "the new key is another one, in 64 hexadecimal digits: `openssl rand -hex 32` makes one"
        }
        "after" => "give --after what the page before named, or leave it away for the first page",
        "password" => {
            "the password comes from --password-stdin, or for `tenants create` from RINGFENCE_ADMIN_PASSWORD"
        }
        _ => return format!("`{field}` is one of the command's arguments: see its --help"),
    };
    fixed.to_owned()
}

fn about_absence(entity: &str) -> Option<String> {
    let list = match entity {
        "tenant" => "tenants list",
        "user" => "users list",
        "role" => "roles list",
        "drone" => "drones list",
        "mission" => "missions list",
        "run" => "missions runs",
        "incident" => "incidents list",
        "alert" => "alerts list",
        "event" => "audit events` or `ringfence deployment-log events",
        "grant" | "assignment" => "users permissions",
        _ => return None,
    };
    Some(format!("`ringfence {list}` shows what there is"))
}

fn about_schema(code: &str, standing: Option<Standing>) -> Option<String> {
    let fixed = match code {
        "incomplete_schema" | "older_schema" => return behind(standing),
        "newer_schema" => "use a `ringfence` of the version that migrated it, or a later one",
        "lossy_rollback" => {
            "nothing is taken back where not all of it can be: remove what would be lost, or name a later step with --to. What an \
             audit log holds stays: behind the first event the way back to an older platform is a copy from before"
        }
        "runtime_role_missing" | "runtime_role_rights" => {
            "have the statements run by who may, and run it again: see docs/guides/postgres.md"
        }
        "no_schema" => "name it with --schema",
        "guards_asleep" => {
            "an administrator of the server takes that default away: ALTER ROLE or ALTER DATABASE … RESET \
             session_replication_role"
        }
        "pooler" => "name the server itself in --database; see docs/guides/postgres.md",
        "not_a_database" => "see that --database names the right file; this one was left as it is",
        "divergent_history" | "unrecognised_schema" | "unknown_legacy_revision" => {
            "make sure that --database (and --schema) name the right database; see docs/guides/migrations.md"
        }
        _ => return behind(standing),
    };
    Some(fixed.to_owned())
}

/// What is missing of the schema comes before everything else.
fn behind(standing: Option<Standing>) -> Option<String> {
    let standing = standing.filter(|it| it.current < it.latest)?;
    Some(match standing.current {
        0 => "there are no tables of Ringfence here: see that --database (and --schema) name the right one, or make \
              them with `ringfence migrate`"
            .to_owned(),
        _ => "`ringfence status` shows the steps that are missing, `ringfence migrate` applies them".to_owned(),
    })
}

fn about_code(code: &str, is_file: bool) -> Option<&'static str> {
    Some(match code {
        "taken" => "choose another, or look at the one that there is",
        "stale_version" => "look at it again and name the version that it has now",
        "already_disabled" | "not_disabled" => {
            "nothing is left to do: see `ringfence tenants show`"
        }
        "has_admin" => {
            "that one gives others the role `admin`: `ringfence roles assign --actor ID` as an administrator"
        }
        "no_secret_key" | "other_secret_key" => {
            "RINGFENCE_SECRET_KEY holds the key that the credentials were sealed with"
        }
        "no_admin" => "make a new user: `ringfence tenants create-admin`",
        "last_admin" => "give somebody else the role `admin` first: `ringfence roles assign`",
        "busy" => {
            "others are at work in it: run it again; `migrate` and `rollback` wait for longer with --wait SECONDS"
        }
        "timed_out" => {
            "the server does not answer, or somebody holds it up: look at it before you run it again"
        }
        "too_late" => "others are writing: run it again",
        "migrating" => "wait for longer with --wait SECONDS, or end that process if it hangs",
        "unreachable" if is_file => {
            "see the rights on the folder of --database, and that its disk answers"
        }
        "unreachable" => {
            "see the host, the port and the TLS settings in --database, and that the server runs"
        }
        "login_refused" => "see the user, the password and the database's name in --database",
        "outcome_unknown" => {
            "it may have been done: look with `ringfence status` or the log's events before you run it again"
        }
        "read_only" if is_file => "see the rights on the file and on its folder",
        "read_only" => "name the primary server in --database",
        "disk_full" => "make room and run it again",
        "too_many_open_files" => "raise the limit (`ulimit -n`) and run it again",
        _ => return None,
    })
}
