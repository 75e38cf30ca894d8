//! The integrity scan of an open database.

use super::recognised::{self, Asked, Origin};
use crate::error::Failure;
use crate::model::IntegrityReport;
use crate::schema::version;
use crate::store::engine::Engine;
use crate::store::open::Store;
use crate::store::sql::Value;
use crate::store::statements::migration::{self, LiveColumn};
use crate::store::statements::scan::{self, Findings};
use crate::store::terms::Bound;

impl Store {
    /// Every row that breaks an edge that the batches enforce, asked at this version.
    pub(crate) async fn scan(&self, version: u32) -> Result<IntegrityReport, Failure> {
        if !self.may_operate()? {
            return Err(Failure::OperatorRights);
        }
        let version = match version {
            0 if self.can_be_adopted().await? => version::BASELINE,
            known => known,
        };
        let mut report = IntegrityReport {
            checks: 0,
            findings: Vec::new(),
        };
        for check in scan::checks(version) {
            let found = self.single(&Bound::Operator, &check.query, &[]).await?;
            report.findings.extend(check.findings(found));
            report.checks += 1;
        }
        for look in scan::looks(version) {
            let Findings(found) = self.single(&Bound::Operator, &look.query, &[]).await?;
            report.findings.extend(found);
            report.checks += 1;
        }
        for look in scan::names(version) {
            let named = self.single(&Bound::Operator, &look.query, &[]).await?;
            report.findings.extend(look.findings(named));
            report.checks += 1;
        }
        Ok(report)
    }

    /// Whether the old platform made the database and nobody has adopted it yet.
    async fn can_be_adopted(&self) -> Result<bool, Failure> {
        match recognised::recognise(&mut AsItIs(self)).await {
            Ok(origin) => Ok(matches!(origin, Origin::Platform(_))),
            Err(Failure::Schema(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

/// A database that is looked at outside of a step.
struct AsItIs<'s>(&'s Store);

impl Asked for AsItIs<'_> {
    fn engine(&self) -> Result<Engine, Failure> {
        Ok(self.0.engine()?)
    }

    async fn has_table(&mut self, name: &'static str) -> Result<bool, Failure> {
        let name = [Value::from(name)];
        let found = self
            .0
            .single_as_it_is(&Bound::Operator, &migration::HAS_TABLE, &name);
        Ok(found.await? == [true])
    }

    async fn revisions(&mut self) -> Result<Vec<String>, Failure> {
        let found = self
            .0
            .single_as_it_is(&Bound::Operator, &migration::LEGACY_REVISION, &[]);
        Ok(found.await?)
    }

    async fn columns(&mut self, table: &'static str) -> Result<Vec<LiveColumn>, Failure> {
        let name = [Value::from(table)];
        let found = self
            .0
            .single_as_it_is(&Bound::Operator, &migration::TABLE_COLUMNS, &name);
        Ok(found.await?)
    }
}
