//! What an open database holds of the boundary: what must stand at its version, beside what does.

use std::collections::BTreeMap;

use super::history::{self, LATEST};
use crate::error::{Failure, StoreError};
use crate::model::{BoundaryFinding, BoundaryLayer, BoundaryReport, LayerReport, LayerState};
use crate::schema::ddl;
use crate::schema::ddl::boundary::{self, Part, Runtime};
use crate::schema::version::BASELINE;
use crate::schema::{self, Privilege};
use crate::store::engine::Engine;
use crate::store::open::{Opened, Store};
use crate::store::postgres::Granted;
use crate::store::statements::migration;
use crate::store::terms::Bound;

/// A layer of a table, or of the database.
type Place = (Option<&'static str>, BoundaryLayer);

/// How often the report is made while steps are taken beside it.
const RUNS: u32 = 4;

impl Store {
    /// What stands of the boundary, and what does not. Reads only.
    pub(crate) async fn boundary(&self) -> Result<BoundaryReport, Failure> {
        if !self.may_operate()? {
            return Err(Failure::OperatorRights);
        }
        let mut version = self.known_version().await?;
        for _ in 0..RUNS {
            // A step that is taken meanwhile may also take away what is looked at.
            let report = self.boundary_at(version).await;
            let after = self.known_version().await?;
            if after == version {
                return report;
            }
            version = after;
        }
        Err(StoreError::Migrating(String::new()).into())
    }

    async fn known_version(&self) -> Result<u32, Failure> {
        let applied = self.migration_history().await?;
        let current = history::current(&applied);
        history::refuse_newer(current)?;
        history::refuse_divergent(&applied, self.engine()?)?;
        Ok(current)
    }

    async fn boundary_at(&self, version: u32) -> Result<BoundaryReport, Failure> {
        let engine = self.engine()?;
        let asked = Bound::Operator;
        let mut live = self.single(&asked, &migration::LIVE_OBJECTS, &[]).await?;
        live.extend(self.single(&asked, &migration::LIVE_GUARDS, &[]).await?);
        live.extend(self.single(&asked, &migration::LIVE_SHAPES, &[]).await?);
        let granted = self.granted(version).await?;
        let nobody = Runtime::default();
        let runtime = granted.as_ref().map_or(&nobody, |it| &it.runtime);

        let parts = parts(engine, version);
        let mut layers = Layers::default();
        for part in &parts {
            layers.tell((part.table, part.layer), part.found(&live));
        }
        for table in schema::catalogue().iter().filter(|it| it.since <= version) {
            for (layer, found) in boundary::beside(table, &parts, &live, runtime) {
                layers.at((Some(table.name), layer)).findings.push(found);
            }
            for found in ddl::misshapen(table, version, &live) {
                let keys = layers.at((Some(table.name), BoundaryLayer::Keys));
                keys.findings.push(found);
            }
        }
        if let Some(granted) = granted {
            layers.grant(granted);
        }
        for (place, step) in still_to_come(engine, version, parts) {
            layers.at(place).step = Some(step);
        }
        Ok(BoundaryReport {
            version,
            latest: LATEST,
            layers: layers.told(),
        })
    }

    /// On Postgres: what stands of the runtime role, which the first step makes.
    async fn granted(&self, version: u32) -> Result<Option<Granted>, Failure> {
        match self.opened()? {
            Opened::Sqlite(_) => Ok(None),
            Opened::Postgres(_) if version == 0 => Ok(None),
            Opened::Postgres(store) => {
                let asking = async {
                    let asked = store.connections().asked().await?;
                    let standing = store.connections().standing();
                    let granted = standing.granted(asked.client()?, version).await;
                    drop(asked.answered());
                    Ok(Some(granted?))
                };
                self.inside(asking).await
            }
        }
    }
}

/// Every part of the boundary on an engine.
fn parts(engine: Engine, version: u32) -> Vec<Part> {
    match engine {
        Engine::Sqlite => boundary::on_sqlite(version),
        Engine::Postgres => boundary::on_postgres(version),
    }
}

/// The layers that a later step changes, each with the last step that does.
fn still_to_come(engine: Engine, version: u32, now: Vec<Part>) -> BTreeMap<Place, u32> {
    let mut coming = BTreeMap::new();
    if engine == Engine::Postgres && version == 0 {
        coming.insert((None, BoundaryLayer::RuntimeRole), BASELINE);
    }
    let mut before = now;
    for step in version + 1..=LATEST {
        let after = parts(engine, step);
        for (these, those) in [(&before, &after), (&after, &before)] {
            for part in these.iter().filter(|part| !those.contains(part)) {
                coming.insert((part.table, part.layer), step);
            }
        }
        before = after;
        for table in schema::catalogue()
            .iter()
            .filter(|_| engine == Engine::Postgres)
        {
            let may = |version| table.runtime_at(version).collect::<Vec<&Privilege>>();
            if may(step - 1) != may(step) {
                coming.insert((Some(table.name), BoundaryLayer::Grants), step);
            }
        }
    }
    coming
}

/// What is told of a layer, as it is collected.
#[derive(Default)]
struct Told {
    held: usize,
    findings: Vec<BoundaryFinding>,
    step: Option<u32>,
}

/// What is told of each layer.
#[derive(Default)]
struct Layers(BTreeMap<Place, Told>);

impl Layers {
    fn at(&mut self, place: Place) -> &mut Told {
        self.0.entry(place).or_default()
    }

    /// A part that was looked at.
    fn tell(&mut self, place: Place, found: Option<BoundaryFinding>) {
        let told = self.at(place);
        told.held += usize::from(found.is_none());
        told.findings.extend(found);
    }

    fn grant(&mut self, granted: Granted) {
        let role = self.at((None, BoundaryLayer::RuntimeRole));
        role.held = usize::from(granted.of_the_role.is_empty());
        role.findings.extend(granted.of_the_role);
        let login = self.at((None, BoundaryLayer::Login));
        login.held = usize::from(granted.of_the_login.is_empty());
        login.findings.extend(granted.of_the_login);
        for (name, held, findings) in granted.of_tables {
            let place = match schema::table(&name) {
                Some(table) => (Some(table.name), BoundaryLayer::Grants),
                None => (None, BoundaryLayer::RuntimeRole),
            };
            let told = self.at(place);
            told.held += held;
            told.findings.extend(findings);
        }
    }

    /// The database's first, then the tables' in the order of the catalogue.
    fn told(mut self) -> Vec<LayerReport> {
        let tables = schema::catalogue().iter().map(|it| Some(it.name));
        let mut layers = Vec::new();
        for table in [None].into_iter().chain(tables) {
            for layer in BoundaryLayer::ALL {
                if let Some(told) = self.0.remove(&(table, *layer)) {
                    layers.push(told.report(table, *layer));
                }
            }
        }
        layers
    }
}

impl Told {
    fn report(self, table: Option<&'static str>, layer: BoundaryLayer) -> LayerReport {
        let state = if self.findings.iter().any(|it| it.breaks) {
            LayerState::Broken
        } else if self.step.is_some() {
            LayerState::NotYet
        } else {
            LayerState::Holds
        };
        let batch = table.and_then(schema::table).map(|it| it.batch.label());
        LayerReport {
            table: table.map(ToOwned::to_owned),
            batch: batch.map(ToOwned::to_owned),
            layer,
            state,
            held: u32::try_from(self.held).unwrap_or(u32::MAX),
            step: self.step,
            findings: self.findings,
        }
    }
}
