//! The fences of the plans that are flown, so that a plan is read once and not with every sample of telemetry.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Failure;
use crate::model::TenantId;
use crate::model::fence::Fences;
use crate::process::OfProcess;

/// How many corners and fences are kept at most: 2 MiB of them, some thousand plans as people draw them.
const ROOM: usize = 1 << 17;

/// A plan: whose, and its hash. The hash is what a row says, and another program may have written it into a row of another
/// tenant.
type Plan = (TenantId, String);

/// The fences of plans that were read; those that were read first go first.
pub(crate) struct KnownFences(OfProcess<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    fences: HashMap<Plan, Arc<Fences>>,
    oldest: VecDeque<Plan>,
    taken: usize,
}

impl Default for KnownFences {
    fn default() -> Self {
        Self(OfProcess::new(Mutex::default()))
    }
}

impl KnownFences {
    pub(crate) fn of(
        &self,
        tenant: &TenantId,
        sha256: &str,
    ) -> Result<Option<Arc<Fences>>, Failure> {
        let plan = (tenant.clone(), sha256.to_owned());
        Ok(self.kept()?.fences.get(&plan).cloned())
    }

    pub(crate) fn keep(
        &self,
        tenant: &TenantId,
        sha256: &str,
        fences: &Arc<Fences>,
    ) -> Result<(), Failure> {
        let plan = (tenant.clone(), sha256.to_owned());
        self.kept()?.add(plan, fences);
        Ok(())
    }

    fn kept(&self) -> Result<MutexGuard<'_, Kept>, Failure> {
        Ok(self.0.get()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    fn add(&mut self, plan: Plan, fences: &Arc<Fences>) {
        if self.fences.contains_key(&plan) || room_for(fences) > ROOM {
            return;
        }
        self.taken += room_for(fences);
        self.oldest.push_back(plan.clone());
        self.fences.insert(plan, Arc::clone(fences));
        while self.taken > ROOM {
            let gone = self.oldest.pop_front();
            let gone = gone.and_then(|plan| self.fences.remove(&plan));
            self.taken -= gone.map_or(self.taken, |fences| room_for(&fences));
        }
    }
}

/// A plan without any fence takes the room of its hash.
fn room_for(fences: &Fences) -> usize {
    fences.size() + 16
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::fence::{Area, Fence};
    use crate::model::geodesy::Position;

    fn of_corners(corners: usize) -> Arc<Fences> {
        let corner = Position { lat: 0.0, lon: 0.0 };
        let fence = Fence {
            is_inclusion: true,
            area: Area::Polygon(vec![corner; corners]),
        };
        Arc::new(Fences {
            fences: vec![fence],
            ..Fences::default()
        })
    }

    #[test]
    fn a_plan_is_known_to_its_own_tenant() {
        let (known, north, south) = (KnownFences::default(), "north".into(), "south".into());
        let fences = of_corners(3);
        known.keep(&north, "hash", &fences).unwrap();
        assert_eq!(known.of(&north, "hash").unwrap(), Some(fences));
        assert_eq!(known.of(&north, "other").unwrap(), None);
        assert_eq!(known.of(&south, "hash").unwrap(), None);
    }

    #[test]
    fn what_was_read_first_goes_where_there_is_no_room() {
        let (known, tenant) = (KnownFences::default(), "north".into());
        for (plan, corners) in [
            ("a", ROOM / 2),
            ("b", ROOM / 4),
            ("a", ROOM / 2),
            ("c", ROOM / 3),
        ] {
            known.keep(&tenant, plan, &of_corners(corners)).unwrap();
        }
        let is_known = |plan| known.of(&tenant, plan).unwrap().is_some();
        assert_eq!(["a", "b", "c"].map(is_known), [false, true, true]);
        known.keep(&tenant, "whale", &of_corners(ROOM)).unwrap();
        assert_eq!(["whale", "b", "c"].map(is_known), [false, true, true]);
        for plan in 0..=ROOM / 16 {
            let none = Arc::new(Fences::default());
            known.keep(&tenant, &plan.to_string(), &none).unwrap();
        }
        let kept = known.kept().unwrap();
        assert!(kept.taken <= ROOM && kept.fences.len() <= ROOM / 16);
        assert_eq!(kept.fences.len(), kept.oldest.len());
    }
}
