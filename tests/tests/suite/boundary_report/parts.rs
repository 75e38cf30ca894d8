//! Every part that the catalogue makes of the boundary, taken away or changed one at a time.

use std::collections::BTreeMap;

use ringfence::model::BoundaryLayer::{self, References, RowLevelSecurity, Triggers};
use ringfence::model::BoundaryProblem::{self, Changed, Disabled, Missing};
use ringfence::schema::ddl::{self, Object};
use ringfence::schema::{self, Privilege, version};
use ringfence::{MigrateMode, Ringfence};
use ringfence_tests::fixture::{Engine, Place, World, each_engine, on};

use super::{broken, change, layer, report, the_fault};

/// What is done to the database, what of it is at fault then, and how it is mended.
pub(super) struct Harm {
    pub(super) harm: String,
    pub(super) table: Option<&'static str>,
    pub(super) layer: BoundaryLayer,
    pub(super) what: String,
    pub(super) problem: BoundaryProblem,
    pub(super) mend: String,
}

/// Does each harm by itself, and sees that it is named, and nothing besides.
pub(super) async fn are_noticed(rf: &Ringfence, place: &Place, harms: Vec<Harm>) {
    for harm in harms {
        change(place, &harm.harm).await;
        let found = report(rf).await;
        let all = broken(&found);
        let named = all.iter().any(|(layer, finding)| {
            (layer.table.as_deref(), layer.layer, finding.problem)
                == (harm.table, harm.layer, harm.problem)
                && finding.what == harm.what
        });
        assert!(named && all.len() == 1, "{}: {all:#?}", harm.harm);
        change(place, &harm.mend).await;
    }
    let found = report(rf).await;
    assert!(found.is_whole(), "{:#?}", broken(&found));
}

fn objects(engine: Engine) -> Vec<Object> {
    match engine {
        Engine::Sqlite => ddl::sqlite(version::LATEST),
        Engine::Postgres => ddl::postgres(version::LATEST),
    }
}

/// The table that a statement names behind this word.
fn behind(create: &str, word: &str) -> &'static str {
    let mut words = create.split_whitespace().skip_while(|it| *it != word);
    let name = words.nth(1).unwrap();
    schema::table(name).unwrap().name
}

each_engine!(
    #[tokio::test]
    async fn every_trigger_that_is_taken_away_is_named(world: &World) {
        let all = objects(world.place.engine);
        let triggers = all.iter().filter(|it| it.name.starts_with("trigger "));
        let harms = triggers.map(|it| {
            let table = behind(&it.create, "ON");
            let name = it.name.split(' ').nth(1).unwrap();
            Harm {
                harm: it.drop.clone(),
                table: Some(table),
                layer: Triggers,
                what: format!("trigger {name} on {table}"),
                problem: Missing,
                mend: it.create.clone(),
            }
        });
        let harms: Vec<Harm> = harms.collect();
        assert!(harms.len() > 60, "only {}", harms.len());
        are_noticed(&world.ringfence, &world.place, harms).await;
    }
);

each_engine!(
    #[tokio::test]
    async fn a_trigger_that_is_changed_is_named_those_by_hand_as_well(world: &World) {
        let place = &world.place;
        let changed = |name: &str, table: &'static str, [from, to]: [&str; 2], text: &str| {
            let (drop, what) = match place.engine {
                Engine::Sqlite => (format!("DROP TRIGGER {name}"), name),
                Engine::Postgres => (format!("DROP TRIGGER {name} ON {table}"), name),
            };
            assert!(text.contains(from), "{text}");
            Harm {
                harm: format!("{drop}; {}", text.replacen(from, to, 1)),
                table: Some(table),
                layer: Triggers,
                what: format!("trigger {what} on {table}"),
                problem: Changed,
                mend: format!("{drop}; {text}"),
            }
        };
        let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
        for step in ringfence_migrations::STEPS {
            let up = match place.engine {
                Engine::Sqlite => step.sqlite.up,
                Engine::Postgres => step.postgres.up,
            };
            for (at, _) in up.match_indices("\nCREATE TRIGGER ") {
                let text = &up[at + 1..];
                let end = match place.engine {
                    Engine::Sqlite => text.find("\nEND;").unwrap() + 4,
                    Engine::Postgres => text.find(';').unwrap(),
                };
                let text = &text[..end];
                texts.insert(text.split_whitespace().nth(2).unwrap(), text);
            }
        }
        let harms = match place.engine {
            Engine::Sqlite => vec![
                changed(
                    "rf_missions_insert",
                    "missions",
                    ["tenant_id = NEW.tenant_id AND ", ""],
                    texts["rf_missions_insert"],
                ),
                changed(
                    "rf_drones_key",
                    "drones",
                    ["NEW.id IS NOT OLD.id", "0"],
                    texts["rf_drones_key"],
                ),
                changed(
                    "rf_audit_heads_delete",
                    "audit_heads",
                    ["BEFORE DELETE", "AFTER DELETE"],
                    texts["rf_audit_heads_delete"],
                ),
                changed(
                    "rf_approvals_four_eyes_insert",
                    "approvals",
                    ["NOT tenants.self_approval", "0"],
                    texts["rf_approvals_four_eyes_insert"],
                ),
            ],
            Engine::Postgres => vec![
                changed(
                    "ringfence_four_eyes",
                    "approvals",
                    ["NEW.decision = 'APPROVE'", "NEW.decision = 'REJECT'"],
                    texts["ringfence_four_eyes"],
                ),
                changed(
                    "ringfence_four_eyes",
                    "approvals",
                    ["INSERT OR UPDATE", "UPDATE"],
                    texts["ringfence_four_eyes"],
                ),
                changed(
                    "ringfence_reserved",
                    "tenants",
                    [", 1) =", ", 2) ="],
                    texts["ringfence_reserved"],
                ),
                changed(
                    "ringfence_editor",
                    "missions",
                    ["NOT DISTINCT", "DISTINCT"],
                    texts["ringfence_editor"],
                ),
            ],
        };
        are_noticed(&world.ringfence, place, harms).await;
    }
);

/// Each is taken away, and is by turns not validated, deferrable, or another answer to a parent that goes.
#[tokio::test]
async fn every_reference_of_postgres_that_is_loosened_is_named() {
    on(Engine::Postgres, async |world: &World| {
        let mut harms = Vec::new();
        for it in objects(Engine::Postgres) {
            let name = it.name.strip_prefix("constraint ").unwrap_or_default();
            let Some((table, constraint)) = name.split_once('.') else {
                continue;
            };
            // What the old platform declared and a later batch takes over is nobody's promise yet.
            let is_held = |(_, parent): (_, &schema::Parent)| parent.enforced.is_some();
            if !schema::parent_named(constraint).is_some_and(is_held) {
                continue;
            }
            let [cascades, restricts] = ["ON DELETE CASCADE", "ON DELETE RESTRICT"];
            let unlike = match it.create.contains(cascades) {
                true => it.create.replace(cascades, restricts),
                false => it.create.replace(restricts, cascades),
            };
            let loosened = [
                format!("{} NOT VALID", it.create),
                format!("{} DEFERRABLE", it.create),
                unlike,
            ];
            let turn = harms.len() / 2 % loosened.len();
            for (instead, problem) in [("", Missing), (loosened[turn].as_str(), Changed)] {
                let mend = match problem {
                    Missing => it.create.clone(),
                    _ => format!("{}; {}", it.drop, it.create),
                };
                harms.push(Harm {
                    harm: format!("{}; {instead}", it.drop),
                    table: Some(schema::table(table).unwrap().name),
                    layer: References,
                    what: format!("constraint {table}.{constraint}"),
                    problem,
                    mend,
                });
            }
        }
        assert!(harms.len() > 50, "only {}", harms.len());
        are_noticed(&world.ringfence, &world.place, harms).await;
    })
    .await;
}

/// Those that nothing refers to are taken away; others cannot be, and lose their name.
#[tokio::test]
async fn every_key_of_postgres_that_is_loosened_is_named() {
    on(Engine::Postgres, async |world: &World| {
        let mut harms = Vec::new();
        for table in schema::catalogue() {
            let there = table.uniques.iter();
            for unique in there.filter(|it| it.there_at(version::LATEST)) {
                let name = unique.name;
                let alter = format!("ALTER TABLE {}", table.name);
                let of_key = format!("= '{name}'::regclass");
                let referred = format!("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conindid {of_key}");
                let told = format!("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conindid {of_key} AND conname = '{name}'");
                let told = world.place.raw_text(&told).await.unwrap();
                let (drop, add) = (
                    format!("{alter} DROP CONSTRAINT {name}"),
                    format!("{alter} ADD CONSTRAINT {name} {told}"),
                );
                let ways = match world.place.count(&referred).await {
                    0 => vec![
                        (drop.clone(), Missing, add.clone()),
                        (format!("{drop}; {add} DEFERRABLE"), Changed, format!("{drop}; {add}")),
                    ],
                    _ => vec![(
                        format!("{alter} RENAME CONSTRAINT {name} TO another"),
                        Missing,
                        format!("{alter} RENAME CONSTRAINT another TO {name}"),
                    )],
                };
                for (harm, problem, mend) in ways {
                    harms.push(Harm {
                        harm,
                        table: Some(table.name),
                        layer: BoundaryLayer::Keys,
                        what: format!("constraint {}.{name}", table.name),
                        problem,
                        mend,
                    });
                }
            }
        }
        assert!(harms.len() > 40, "only {}", harms.len());
        are_noticed(&world.ringfence, &world.place, harms).await;
    })
    .await;
}

#[tokio::test]
async fn every_key_that_nothing_refers_to_is_missed_on_sqlite() {
    on(Engine::Sqlite, async |world: &World| {
        let all = objects(Engine::Sqlite);
        let keys = all
            .iter()
            .filter(|it| it.create.starts_with("CREATE UNIQUE INDEX "));
        let harms: Vec<Harm> = keys
            .map(|it| {
                let table = behind(&it.create, "ON");
                let (_, columns) = it.create.split_once('(').unwrap();
                Harm {
                    harm: it.drop.clone(),
                    table: Some(table),
                    layer: BoundaryLayer::Keys,
                    what: format!("key {table} ({columns}"),
                    problem: Missing,
                    mend: it.create.clone(),
                }
            })
            .collect();
        assert!(harms.len() >= 2, "only {}", harms.len());
        are_noticed(&world.ringfence, &world.place, harms).await;
    })
    .await;
}

/// A key of some rows only, and one over more columns, hold less.
#[tokio::test]
async fn a_key_that_is_weaker_is_none_on_sqlite() {
    on(Engine::Sqlite, async |world: &World| {
        let name = "uq_users_tenant_name_key";
        let weaker = [
            "(tenant_id, name_key) WHERE id <> ''",
            "(tenant_id, name_key, id)",
        ];
        for weaker in weaker {
            let made = format!("DROP INDEX {name}; CREATE UNIQUE INDEX {name} ON users {weaker}");
            change(&world.place, &made).await;
            let found = report(&world.ringfence).await;
            let what = "key users (tenant_id, name_key)";
            assert_eq!(
                the_fault(&found),
                (Some("users"), BoundaryLayer::Keys, what, Missing)
            );
        }
    })
    .await;
}

/// As a tool would that rewrites the schema under the database.
#[tokio::test]
async fn a_reference_that_is_no_longer_declared_is_missed_on_sqlite() {
    on(Engine::Sqlite, async |world: &World| {
    let columns = "(tenant_id, role_id)";
    let rewritten = format!(
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, \
         'CONSTRAINT fk_role_denies_tenant_role FOREIGN KEY {columns} REFERENCES roles (tenant_id, id) ON DELETE CASCADE', \
         'CHECK (1)') WHERE name = 'role_denies'; PRAGMA writable_schema = RESET"
    );
    change(&world.place, &rewritten).await;
    let rf = world.place.open(MigrateMode::Never).await;
    let found = report(&rf.unwrap()).await;
    let what = format!("reference role_denies {columns}");
    assert_eq!(
        the_fault(&found),
        (Some("role_denies"), References, what.as_str(), Missing)
    );
    }).await;
}

/// Beside the one that the steps declare, before it and behind it.
#[tokio::test]
async fn another_reference_from_the_same_columns_is_no_change_of_ours_on_sqlite() {
    on(Engine::Sqlite, async |world: &World| {
        let ours = "CONSTRAINT fk_role_denies_tenant_role FOREIGN KEY (tenant_id, role_id) REFERENCES roles \
                    (tenant_id, id) ON DELETE CASCADE";
        let hosts = "FOREIGN KEY (tenant_id, role_id) REFERENCES roles (name, id)";
        let (before, behind) = (format!("{hosts}, {ours}"), format!("{ours}, {hosts}"));
        for (from, to) in [(ours, before.as_str()), (&before, &behind)] {
            let rewritten = format!(
                "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, '{from}', '{to}') \
                 WHERE name = 'role_denies'; PRAGMA writable_schema = RESET"
            );
            change(&world.place, &rewritten).await;
            let stands = "SELECT count(*) FROM pragma_foreign_key_list('role_denies') WHERE \"to\" = 'name'";
            assert_eq!(world.place.count(stands).await, 1);
            let rf = world.place.open(MigrateMode::Never).await.unwrap();
            let found = report(&rf).await;
            assert_eq!(broken(&found), [], "{to}");
            rf.shutdown().await.unwrap();
        }
    })
    .await;
}

/// What Postgres alone has: a key and a trigger that are switched off, functions, policies and rows without a tenant.
#[tokio::test]
async fn whatever_of_postgres_is_switched_off_or_changed_is_named() {
    on(Engine::Postgres, async |world: &World| {
    let mut harms = Vec::new();
    for table in schema::catalogue() {
        let name = table.name;
        if !table.rls_at(version::LATEST) {
            continue;
        }
        harms.push(Harm {
            harm: format!("ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"),
            table: Some(name),
            layer: RowLevelSecurity,
            what: format!("row-level security of {name}"),
            problem: Missing,
            mend: format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"),
        });
        let column = table.tenant_column().unwrap();
        let policy = objects(Engine::Postgres);
        let policy = policy
            .iter()
            .find(|it| it.name == format!("policy ringfence_tenant on {name}"));
        let create = policy.unwrap().create.split(';').next().unwrap().to_owned();
        let drop = format!("DROP POLICY ringfence_tenant ON {name}");
        let what = format!("policy ringfence_tenant on {name}");
        for (made, problem) in [
            (String::new(), Missing),
            (
                format!("CREATE POLICY ringfence_tenant ON {name} USING (true) WITH CHECK (true)"),
                Changed,
            ),
            (create.replacen(&format!("WITH CHECK ({column} ="), &format!("WITH CHECK (true OR {column} ="), 1), Changed),
        ] {
            let mend = match made.as_str() {
                "" => create.clone(),
                _ => format!("{drop}; {create}"),
            };
            harms.push(Harm {
                harm: format!("{drop}; {made}"),
                table: Some(name),
                layer: RowLevelSecurity,
                what: what.clone(),
                problem,
                mend,
            });
        }
    }
    for (name, since) in ddl::guard_functions() {
        assert!(since <= version::LATEST);
        let whole = format!("SELECT pg_get_functiondef('{name}'::regproc)");
        let whole = world.place.raw_text(&whole).await.unwrap();
        for harm in [
            whole.replacen("BEGIN", "BEGIN RETURN NULL;", 1),
            format!("ALTER FUNCTION {name}() SECURITY DEFINER"),
            format!("ALTER FUNCTION {name}() SET search_path = pg_temp, public"),
        ] {
            harms.push(Harm {
                harm,
                table: None,
                layer: BoundaryLayer::Functions,
                what: format!("function {name}"),
                problem: Changed,
                mend: format!("ALTER FUNCTION {name}() RESET ALL; {whole}"),
            });
        }
    }
    let switched = |switch: &str, table: &'static str, layer, what: &str| Harm {
        harm: format!("ALTER TABLE {table} DISABLE TRIGGER {switch}"),
        table: Some(table),
        layer,
        what: what.to_owned(),
        problem: Disabled,
        mend: format!("ALTER TABLE {table} ENABLE TRIGGER {switch}"),
    };
    harms.push(switched(
        "ringfence_key",
        "drones",
        Triggers,
        "trigger ringfence_key on drones",
    ));
    let of_a_key = "SELECT t.tgname::text FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint \
                    WHERE k.conname = 'fk_missions_tenant_drone' AND t.tgrelid = 'missions'::regclass LIMIT 1";
    let of_a_key = world.place.raw_text(of_a_key).await.unwrap();
    harms.push(switched(
        &format!("\"{of_a_key}\""),
        "missions",
        References,
        "constraint missions.fk_missions_tenant_drone",
    ));
    are_noticed(&world.ringfence, &world.place, harms).await;
    }).await;
}

/// A primary key says it besides, once the keys are swapped.
#[tokio::test]
async fn a_tenant_that_may_be_null_is_named_on_postgres() {
    on(Engine::Postgres, async |world: &World| {
        let back = world
            .ringfence
            .rollback("suite".into(), version::KEYS_BACKFILL, None);
        back.await.unwrap();
        let null = "ALTER TABLE user_roles ALTER COLUMN tenant_id DROP NOT NULL";
        change(&world.place, null).await;
        let found = report(&world.ringfence).await;
        let what = "not null user_roles.tenant_id";
        assert_eq!(
            the_fault(&found),
            (Some("user_roles"), BoundaryLayer::Keys, what, Missing)
        );
    })
    .await;
}

/// Every right of the runtime role that the catalogue gives, and every one that it does not.
#[tokio::test]
async fn every_right_that_is_missing_or_too_much_is_named() {
    on(Engine::Postgres, async |world: &World| {
    let role = world
        .place
        .raw_text("SELECT 'ringfence_' || left(encode(sha256(convert_to(current_database(), 'UTF8')), 'hex'), 16)")
        .await
        .unwrap();
    let mut harms = Vec::new();
    for table in schema::catalogue() {
        let may: Vec<&Privilege> = table.runtime_at(version::LATEST).collect();
        for (word, privilege) in [
            ("SELECT", Privilege::Select),
            ("INSERT", Privilege::Insert),
            ("DELETE", Privilege::Delete),
        ] {
            let name = table.name;
            let (grant, revoke) = (
                format!("GRANT {word} ON {name} TO {role}"),
                format!("REVOKE {word} ON {name} FROM {role}"),
            );
            let has = may.contains(&&privilege);
            let (harm, problem, mend) = match has {
                true => (revoke, Missing, grant),
                false => (grant, BoundaryProblem::Excess, revoke),
            };
            harms.push(Harm {
                harm,
                table: Some(name),
                layer: BoundaryLayer::Grants,
                what: format!("{word} on {name}"),
                problem,
                mend,
            });
        }
    }
    are_noticed(&world.ringfence, &world.place, harms).await;
    assert!(layer(&report(&world.ringfence).await, None, BoundaryLayer::RuntimeRole).held > 0);
    }).await;
}
