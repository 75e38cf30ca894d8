//! What the report of the boundary says: nothing is wrong while nothing is, and whatever is taken away, changed, switched
//! off or let in is named.

mod opened;
mod parts;
mod shapes;

use std::collections::BTreeSet;

use ringfence::model::{
    BoundaryFinding, BoundaryLayer, BoundaryProblem, BoundaryReport, LayerReport, LayerState,
};
use ringfence::schema::{self, version};
use ringfence::{Error, MigrateMode, Ringfence};
use ringfence_tests::fixture::{Engine, Place, World, each_engine};

/// Runs SQL on the database in which nothing is asleep.
async fn change(place: &Place, sql: &str) {
    let changed = place.raw(sql).await;
    changed.unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
}

async fn report(rf: &Ringfence) -> BoundaryReport {
    rf.boundary_report().await.unwrap()
}

/// That nothing that the steps so far make is missing or changed.
pub(crate) async fn stands(rf: &Ringfence) -> BoundaryReport {
    let report = report(rf).await;
    assert_eq!(broken(&report), []);
    report
}

/// Likewise, and no step is to be taken.
pub(crate) async fn is_whole(rf: &Ringfence) {
    assert!(stands(rf).await.is_whole());
}

/// The layer of a table, or of the database.
fn layer<'a>(
    report: &'a BoundaryReport,
    table: Option<&str>,
    layer: BoundaryLayer,
) -> &'a LayerReport {
    let found = report
        .layers
        .iter()
        .find(|it| it.table.as_deref() == table && it.layer == layer);
    found.unwrap_or_else(|| panic!("no layer {layer:?} of {table:?}"))
}

/// What is wrong, each with its layer.
fn broken(report: &BoundaryReport) -> Vec<(&LayerReport, &BoundaryFinding)> {
    let layers = report.layers.iter();
    let all = layers.flat_map(|layer| layer.findings.iter().map(move |it| (layer, it)));
    all.filter(|(_, finding)| finding.breaks).collect()
}

/// The one thing that is wrong: its table, layer, name and problem.
#[track_caller]
fn the_fault(report: &BoundaryReport) -> (Option<&str>, BoundaryLayer, &str, BoundaryProblem) {
    let [(layer, finding)] = broken(report)[..] else {
        panic!("{:#?}", broken(report));
    };
    assert_eq!(layer.state, LayerState::Broken);
    assert!(!report.is_whole());
    let table = layer.table.as_deref();
    (table, layer.layer, &finding.what, finding.problem)
}

each_engine!(
    #[tokio::test]
    async fn a_database_at_the_newest_step_is_whole(world: &World) {
        let report = report(&world.ringfence).await;
        assert!(report.is_whole(), "{:#?}", broken(&report));
        assert_eq!(
            (report.version, report.latest),
            (version::LATEST, version::LATEST)
        );
        // Each table of the catalogue is there, and each of its layers holds something.
        let told: BTreeSet<&str> = report
            .layers
            .iter()
            .filter_map(|it| it.table.as_deref())
            .collect();
        let tables: BTreeSet<&str> = schema::catalogue().iter().map(|it| it.name).collect();
        assert_eq!(told, tables);
        for table in schema::catalogue() {
            for it in report
                .layers
                .iter()
                .filter(|it| it.table.as_deref() == Some(table.name))
            {
                assert_eq!(it.state, LayerState::Holds, "{it:?}");
                assert!(it.held > 0, "{it:?}");
                assert_eq!(it.findings, []);
                assert_eq!(it.batch.as_deref(), Some(table.batch.label()));
                assert_eq!(it.step, None);
            }
            assert!(layer(&report, Some(table.name), BoundaryLayer::Keys).held > 0);
        }
        let opened = world.place.engine == Engine::Postgres;
        let drones = |it| layer(&report, Some("drones"), it).held;
        assert!(drones(BoundaryLayer::Triggers) > 1);
        assert_eq!(drones(BoundaryLayer::References), 1);
        if opened {
            assert_eq!(drones(BoundaryLayer::RowLevelSecurity), 2);
            assert_eq!(drones(BoundaryLayer::Grants), 4);
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_database_half_way_says_which_step_makes_the_rest(place: &Place) {
        let mut at_each = Vec::new();
        for version in 0..=version::LATEST {
            let rf = place.at(version).await;
            let report = report(&rf).await;
            assert_eq!(
                broken(&report),
                [],
                "V{version}: nothing is missing that is to come"
            );
            assert_eq!((report.version, report.latest), (version, version::LATEST));
            assert_eq!(report.is_whole(), version == version::LATEST);
            at_each.push(report);
            rf.shutdown().await.unwrap();
        }
        // A later batch may have something to add, so that the last step of several is told.
        for table in schema::catalogue() {
            let Some(hardened) = table.guards else {
                continue;
            };
            for report in &at_each {
                let mut layers = report.layers.iter();
                let triggers = layers.find(|it| {
                    it.table.as_deref() == Some(table.name) && it.layer == BoundaryLayer::Triggers
                });
                let Some(triggers) = triggers else { continue };
                let told = (triggers.state, triggers.step);
                let is_to_come = |step: Option<u32>| step.is_some_and(|it| it > report.version);
                match report.version < hardened {
                    true => assert!(
                        is_to_come(triggers.step.filter(|it| *it >= hardened)),
                        "{told:?}"
                    ),
                    false => {
                        assert_eq!(told.0 == LayerState::NotYet, is_to_come(told.1), "{told:?}")
                    }
                }
            }
        }
        let on_postgres = place.engine == Engine::Postgres;
        for table in schema::catalogue().iter().filter(|_| on_postgres) {
            let may = |version| table.runtime_at(version).collect::<Vec<_>>();
            for report in &at_each {
                let mut to_come = (report.version + 1..=version::LATEST).rev();
                let given = to_come.find(|step| may(step - 1) != may(*step));
                let mut layers = report.layers.iter();
                let grants = layers.find(|it| {
                    it.table.as_deref() == Some(table.name) && it.layer == BoundaryLayer::Grants
                });
                let told = grants.and_then(|it| it.step);
                assert_eq!(told, given, "{} at V{}", table.name, report.version);
            }
        }
        let of_the_log = |version: u32| {
            let report = &at_each[version as usize];
            let it = layer(report, Some("audit_events"), BoundaryLayer::Triggers);
            (it.state, it.step)
        };
        let made = version::AUDIT_LOG;
        assert_eq!(of_the_log(made - 1), (LayerState::NotYet, Some(made)));
        assert_eq!(of_the_log(made), (LayerState::Holds, None));
        for report in &at_each[2..] {
            let connections = layer(report, None, BoundaryLayer::Connections);
            assert_eq!(
                (connections.state, connections.held),
                (LayerState::Holds, 1)
            );
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_trigger_of_the_hosts_is_told_and_breaks_nothing(world: &World) {
        let swallowing = crate::host_triggers::swallowing(world.place.engine);
        change(&world.place, swallowing).await;
        change(&world.place, "CREATE TABLE host_notes (place text)").await;
        let report = report(&world.ringfence).await;
        assert!(report.is_whole(), "{:#?}", broken(&report));
        let triggers = layer(&report, Some("drones"), BoundaryLayer::Triggers);
        assert_eq!(triggers.state, LayerState::Holds);
        let told: BTreeSet<_> = triggers
            .findings
            .iter()
            .map(|it| (it.what.as_str(), it.problem, it.breaks))
            .collect();
        let foreign = |what| (what, BoundaryProblem::Foreign, false);
        assert_eq!(
            told,
            BTreeSet::from([
                foreign("trigger host_insert on drones"),
                foreign("trigger host_update on drones"),
            ])
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn a_report_reads_and_writes_nothing(place: &Place) {
        let rf = place.open(MigrateMode::Never).await.unwrap();
        let at_nothing = report(&rf).await;
        assert!(!at_nothing.is_whole());
        let history = "SELECT count(*) FROM ringfence_schema_history";
        assert!(place.raw(history).await.is_err());
        rf.migrate("suite".into(), None, None).await.unwrap();
        assert!(report(&rf).await.is_whole());
        let before = place.count("SELECT count(*) FROM audit_events").await;
        report(&rf).await;
        assert_eq!(
            place.count("SELECT count(*) FROM audit_events").await,
            before
        );
    }
);

each_engine!(
    /// What was there when the report began is gone when it looks: then it looks again.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_report_beside_a_step_that_is_taken_back_is_of_one_side_of_it(place: &Place) {
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        for version in (version::BASELINE..version::LATEST).rev() {
            let taking = rf.clone();
            let back = async move { taking.rollback("suite".into(), version, None).await };
            let back = tokio::spawn(back);
            while !back.is_finished() {
                let report = report(&rf).await;
                assert_eq!(broken(&report), [], "V{}", report.version);
                assert!([version, version + 1].contains(&report.version));
            }
            assert_eq!(back.await.unwrap().unwrap().current, version);
        }
    }
);

each_engine!(
    #[tokio::test]
    async fn a_history_that_is_not_the_librarys_is_refused(world: &World) {
        let rf = &world.ringfence;
        let forged = "UPDATE ringfence_schema_history SET checksum = '1' WHERE version = 7";
        change(&world.place, forged).await;
        let refused: Error = rf.boundary_report().await.unwrap_err();
        assert_eq!(refused.code(), "divergent_history");
    }
);
