//! The integrity scan of an open database.

use super::adopted::ADOPTED_REVISION;
use crate::error::{Failure, StoreError};
use crate::model::IntegrityReport;
use crate::schema::version;
use crate::store::open::Store;
use crate::store::sql::Value;
use crate::store::statements::migration;
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

    /// Whether the legacy platform made the database and nobody has adopted it yet.
    async fn can_be_adopted(&self) -> Result<bool, StoreError> {
        let alembic = [Value::from("alembic_version")];
        let found = self
            .single_as_it_is(&Bound::Operator, &migration::HAS_TABLE, &alembic)
            .await?;
        if found != [true] {
            return Ok(false);
        }
        let revision = self
            .single_as_it_is(&Bound::Operator, &migration::LEGACY_REVISION, &[])
            .await?;
        Ok(revision == [ADOPTED_REVISION])
    }
}
