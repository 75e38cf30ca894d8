//! Taking steps and taking them back.
//!
//! Each step has a transaction of its own: take the lock, read the history again, check, run the SQL,
//! check, write the history row, record it in the deployment's log, commit. refinery keeps the history and
//! the checksums; the transaction stays ours, because its own drivers begin and commit by themselves and
//! take no lock.

use std::collections::BTreeSet;

use ringfence_migrations::{Kind, STEPS, Step};

use super::history::{self, LATEST};
use super::leaning::refuse_leaning;
use super::preparing::Prepared;
use super::recognised::Origin;
use super::refusing::{Looked, refuse_findings};
use super::run::{Done, Run};
use super::seen::Seen;
use super::stepping::Stepping;
use super::touched;
use crate::error::{Failure, SchemaCode, SchemaMismatch, StoreError};
use crate::model::{MigrationStatus, MigrationStep, Progress};
use crate::schema::version;
use crate::store::open::{Store, older};

impl Store {
    /// Which steps are applied. Writes nothing.
    pub(crate) async fn migration_status(&self) -> Result<MigrationStatus, Failure> {
        let applied = self.migration_history().await?;
        let at = |version: u32| applied.iter().find(|row| row.version == version);
        Ok(MigrationStatus {
            current: history::current(&applied),
            latest: LATEST,
            steps: STEPS
                .iter()
                .map(|step| MigrationStep {
                    version: step.version,
                    name: step.name.to_owned(),
                    batch: step.batch.to_owned(),
                    applied_at: at(step.version).and_then(|row| row.applied_at),
                })
                .collect(),
        })
    }

    /// Applies every step up to `to`, and settles the rights where they do not fit, at the newest step too. Whoever
    /// migrates at the same time waits, and finds it done.
    pub(crate) async fn migrate(&self, to: u32, run: &Run<'_>) -> Result<(), Failure> {
        // On the heap: it is large, and so would be every future around it.
        self.inside(Box::pin(self.step_up(to, run)))
            .await
            .map_err(Failure::of_operator)
    }

    async fn step_up(&self, to: u32, run: &Run<'_>) -> Result<(), Failure> {
        let _lock = self.lock_schema().await?;
        self.clear_preparations().await?;
        let taken = self.take_steps(to, run).await;
        if taken.is_err() {
            self.clear_preparations_of_what_failed().await;
        }
        taken
    }

    async fn take_steps(&self, to: u32, run: &Run<'_>) -> Result<(), Failure> {
        let mut done = 0;
        let mut prepared: Option<Prepared> = None;
        let mut seen = Seen::default();
        loop {
            let next = |step: &Step, current| step.version > current && step.version <= to;
            let (mut stepping, current, step) = self.next_step(next).await?;
            let Some(step) = step else {
                let unvalidated = stepping.unvalidated(current).await?;
                if !unvalidated.is_empty() {
                    stepping.abandon().await?;
                    self.validate(unvalidated).await?;
                    continue;
                }
                self.settle_rights(stepping, current, run).await?;
                return self.settle_names(current, run).await;
            };
            // Tables that are not adopted yet are recognised before anything else is said of them.
            if done == 0 && prepared.is_none() && current >= version::BASELINE {
                look_all_the_way_up(&mut stepping, current, to).await?;
            }
            let prepares = prepared.take_if(|it| it.step == step.version);
            if prepares.is_none() {
                let total = u64::from(to - current) + done;
                (run.progress)(Progress {
                    stage: step.name.to_owned(),
                    done,
                    total: Some(total),
                });
                let large = stepping.large(step).await?;
                if !large.is_empty() {
                    stepping.abandon().await?;
                    prepared = Some(self.prepare(step, large, done == 0).await?);
                    continue;
                }
            }
            let prepares = prepares.unwrap_or_default();
            let course = Course {
                to,
                is_first: done == 0,
                prepared: &prepares,
            };
            seen.begins(stepping.mark()?);
            let found = apply(&mut stepping, step, &course, &mut seen).await?;
            stepping.settle_rights(step.version).await?;
            if step.version >= version::AUDIT_LOG {
                let note = run.note(Done::Applied { step, found })?;
                stepping = stepping.record(run.record, note).await?;
            }
            seen.ends(stepping.mark()?);
            stepping.commit().await?;
            self.checkpoint()?;
            done += 1;
            tracing::info!(target: "ringfence::migrate", step = step.name, "applied");
        }
    }

    /// Begins the first step of which this holds at the version where the database stands. One that makes tables anew begins
    /// once more, as such a step does: what comes next is known inside of a transaction alone.
    async fn next_step(
        &self,
        next: impl Fn(&Step, u32) -> bool,
    ) -> Result<(Stepping, u32, Option<&'static Step>), Failure> {
        let mut rebuilds = false;
        loop {
            let mut stepping = self.begin_step(rebuilds).await?;
            let current = stepping.current().await?;
            let step = STEPS.iter().find(|step| next(step, current));
            if step.is_some_and(|step| stepping.rebuilds(step)) == rebuilds {
                return Ok((stepping, current, step));
            }
            rebuilds = !rebuilds;
            stepping.abandon().await?;
        }
    }

    /// Brings what the runtime role may do to what it must be at this version, and records what that changed. What
    /// the login may not mend is refused with the statements that do.
    async fn settle_rights(
        &self,
        mut stepping: Stepping,
        version: u32,
        run: &Run<'_>,
    ) -> Result<(), Failure> {
        let unsettled = match version {
            0 => None,
            _ => stepping.unsettled_rights(version).await?,
        };
        let Some(misfit) = unsettled else {
            return stepping.abandon().await;
        };
        match stepping.settle_rights(version).await {
            Err(Failure::Store(StoreError::NotPermitted(particulars))) => {
                stepping.abandon().await?;
                self.check_rights(version).await?;
                return Err(StoreError::OperatorRights(particulars).into());
            }
            settled => settled?,
        }
        let left = stepping.unsettled_rights(version).await?;
        let settled = misfit.without(left.as_ref());
        if settled.is_none() {
            stepping.abandon().await?;
            return self.check_rights(version).await;
        }
        if version >= version::AUDIT_LOG {
            let note = run.note(Done::Rights {
                lacked: settled.lacks,
                exceeded: settled.exceeds,
            })?;
            stepping = stepping.record(run.record, note).await?;
        }
        stepping.commit().await?;
        tracing::info!(target: "ringfence::migrate", "rights settled");
        self.check_rights(version).await
    }

    /// Gives the names their keys that another program has written since, and records that.
    async fn settle_names(&self, version: u32, run: &Run<'_>) -> Result<(), Failure> {
        if version < version::NAMES {
            return Ok(());
        }
        let mut stepping = self.begin_step(false).await?;
        if stepping.unkeyed_names().await?.is_empty() {
            return stepping.abandon().await;
        }
        // Nobody takes a name meanwhile whose key is given to another.
        stepping.hold(&["users"], version).await?;
        let users: BTreeSet<(String, String)> = stepping
            .key_names()
            .await?
            .into_iter()
            .map(|user| (user.tenant, user.id))
            .collect();
        if users.is_empty() {
            return stepping.abandon().await;
        }
        let note = run.note(Done::Names {
            users: users.len() as u64,
        })?;
        stepping = stepping.record(run.record, note).await?;
        stepping.commit().await?;
        tracing::info!(target: "ringfence::migrate", users = users.len(), "keys of names filled");
        Ok(())
    }

    /// Takes steps back, the newest first, down to `to`.
    pub(crate) async fn roll_back(&self, to: u32, run: &Run<'_>) -> Result<(), Failure> {
        self.inside(Box::pin(self.step_down(to, run)))
            .await
            .map_err(Failure::of_operator)
    }

    async fn step_down(&self, to: u32, run: &Run<'_>) -> Result<(), Failure> {
        let _lock = self.lock_schema().await?;
        self.clear_preparations().await?;
        self.look_all_the_way_down(to).await?;
        let mut done = 0;
        loop {
            let next = |step: &Step, current| step.version == current && current > to;
            let (mut stepping, current, step) = self.next_step(next).await?;
            let Some(step) = step else {
                return stepping.abandon().await;
            };
            let total = u64::from(current - to) + done;
            (run.progress)(Progress {
                stage: step.name.to_owned(),
                done,
                total: Some(total),
            });
            let touched = touched::before_down(stepping.texts(step), step.version);
            stepping.hold(&touched, step.version).await?;
            refuse_loss(&mut stepping, step).await?;
            if step.version > version::AUDIT_LOG {
                let note = run.note(Done::TakenBack { step })?;
                stepping = stepping.record(run.record, note).await?;
            }
            stepping.take_back(step).await?;
            if step.version - 1 == version::BASELINE {
                stepping.return_to_the_baseline().await?;
            }
            stepping.settle_rights(step.version - 1).await?;
            stepping.commit().await?;
            self.checkpoint()?;
            done += 1;
            tracing::info!(target: "ringfence::migrate", step = step.name, "taken back");
        }
    }

    /// Refuses what a step on the way down would lose, and what it would stop at, before the first is taken back: half-way a
    /// database is of no use to anybody. Each step looks again at what was written meanwhile.
    async fn look_all_the_way_down(&self, to: u32) -> Result<(), Failure> {
        let mut stepping = self.begin_step(false).await?;
        let current = stepping.current().await?;
        for step in between(to, current).rev() {
            refuse_loss(&mut stepping, step).await?;
        }
        let keys = between(to, current)
            .rev()
            .map(|step| (step, step.version, step.version - 1));
        refuse_leaning(&mut stepping, keys).await?;
        stepping.abandon().await
    }

    /// What a caller that must not migrate is told.
    pub(crate) async fn check_current(&self) -> Result<(), Failure> {
        let applied = self.migration_history().await?;
        let current = history::current(&applied);
        history::refuse_newer(current)?;
        history::refuse_divergent(&applied, self.engine()?)?;
        if current == LATEST {
            return self.inside(self.check_rights(LATEST)).await;
        }
        Err(older(current))
    }
}

/// Where a step stands in its run.
struct Course<'a> {
    /// Where the run ends.
    to: u32,
    is_first: bool,
    prepared: &'a Prepared,
}

/// Makes one step. A look at every edge comes before the first of a run: before a legacy database is so much as marked as
/// adopted. Each step looks again at what it changes, because the old platform may have written meanwhile; the one that
/// fills looks at what it has filled. Returns what of the step stood already.
async fn apply(
    stepping: &mut Stepping,
    step: &'static Step,
    course: &Course<'_>,
    seen: &mut Seen,
) -> Result<Vec<String>, Failure> {
    let before = step.version.saturating_sub(1);
    let own = touched::of_batch(step);
    match step.kind {
        Kind::Baseline => {
            if let Origin::Platform(revision) = stepping.origin().await? {
                tracing::info!(
                    target: "ringfence::migrate", revision = revision.as_deref().unwrap_or("none"),
                    "a database of the old platform"
                );
                look_all_the_way_up(stepping, version::BASELINE, course.to).await?;
                refuse_findings(stepping, step, Looked::at(version::BASELINE), seen).await?;
                stepping.mark_applied(step).await?;
                return Ok(Vec::new());
            }
        }
        Kind::Create | Kind::Expand | Kind::Enforce => {
            let mut touched = touched::before_up(stepping.texts(step), step.version);
            stepping.hold(&touched, before).await?;
            touched.extend(&own);
            let all = course.is_first && !course.prepared.is_of(step);
            let looked = Looked {
                within: (!all).then_some(touched.as_slice()),
                rows: stepping.written_since(course.prepared, step).await?,
                ..Looked::at(before)
            };
            refuse_findings(stepping, step, looked, seen).await?;
        }
        Kind::Backfill if course.is_first => {
            refuse_findings(stepping, step, Looked::at(before), seen).await?;
        }
        Kind::Backfill => {}
    }
    let watched = stepping.watch()?;
    let made = make(stepping, step, course.prepared).await;
    stepping.unwatch()?;
    seen.forgets(&watched.tables());
    let found = made?;
    if step.kind == Kind::Backfill {
        let looked = Looked {
            within: Some(&own),
            ..Looked::at(step.version)
        };
        refuse_findings(stepping, step, looked, seen).await?;
    }
    Ok(found)
}

/// Runs a step, and what of it no SQL can do.
async fn make(
    stepping: &mut Stepping,
    step: &'static Step,
    prepared: &Prepared,
) -> Result<Vec<String>, Failure> {
    let identified = stepping.identified().await?;
    if step.version - 1 == version::BASELINE {
        stepping.leave_the_baseline().await?;
    }
    let found = stepping
        .apply(step, |text| prepared.taken_over(text))
        .await?;
    stepping.identify_again(identified, step.version).await?;
    if step.version == version::NAMES {
        stepping.key_names().await?;
    }
    Ok(found)
}

/// The steps that lie between two versions.
fn between(low: u32, high: u32) -> impl DoubleEndedIterator<Item = &'static Step> {
    let steps = STEPS.iter();
    steps.filter(move |step| step.version > low && step.version <= high)
}

/// Refuses what a step on the way up would stop at, before the first is taken.
async fn look_all_the_way_up(
    stepping: &mut Stepping,
    current: u32,
    to: u32,
) -> Result<(), Failure> {
    let keys = between(current, to).map(|step| (step, step.version - 1, step.version));
    refuse_leaning(stepping, keys).await
}

/// Counts what the step's way back would lose.
async fn refuse_loss(stepping: &mut Stepping, step: &'static Step) -> Result<(), Failure> {
    for (what, count) in stepping.texts(step).lossy {
        let rows = stepping.count(count).await?;
        if rows > 0 {
            return Err(Failure::Schema(SchemaMismatch {
                code: SchemaCode::LossyRollback,
                detail: format!("taking {} back would lose {rows} {what}", step.name),
            }));
        }
    }
    Ok(())
}
