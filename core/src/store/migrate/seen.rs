//! What a run on SQLite has looked at and found nothing in its way: it is not looked at again while nobody writes there.
//!
//! A step looks at what it changes once more because others may have written since the last one. SQLite tells whether they
//! have: another connection's commits by `data_version`, this one's by how many rows it has changed. On Postgres nothing
//! does, and nothing is remembered.

use std::collections::{BTreeMap, BTreeSet};

use super::touched::words;
use crate::store::sql::Statement;

/// The looks that found nothing.
#[derive(Default)]
pub(super) struct Seen {
    as_of: Option<Mark>,
    clean: BTreeMap<&'static str, Clean>,
}

/// A look's text, and whether it looked at values.
struct Clean {
    text: &'static str,
    values: bool,
}

/// Until when everything that was written is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Moves with the commits of others.
    pub(super) theirs: i64,
    /// How many rows this connection has changed.
    pub(super) ours: u64,
}

impl Seen {
    /// A step begins, and nobody else writes until it ends.
    pub(super) fn begins(&mut self, now: Option<Mark>) {
        if now != self.as_of {
            self.clean.clear();
        }
        self.as_of = now;
    }

    /// It ends.
    pub(super) fn ends(&mut self, now: Option<Mark>) {
        self.as_of = now;
    }

    /// Whether nothing was found by this look, and would be now.
    pub(super) fn knows(&self, look: &Statement, values: bool) -> bool {
        let clean = self.clean.get(look.name);
        self.as_of.is_some() && clean.is_some_and(|it| it.values || !values)
    }

    /// Nothing was found by it.
    pub(super) fn remembers(&mut self, look: &'static Statement, values: bool) {
        let (name, text) = (look.name, look.sqlite());
        self.clean.insert(name, Clean { text, values });
    }

    /// Rows of these tables were changed: every look that asks one of them is stale.
    pub(super) fn forgets(&mut self, written: &BTreeSet<String>) {
        let asks = |text| words(text).any(|word| written.contains(word));
        self.clean.retain(|_, it| !asks(it.text));
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, Seen};
    use crate::store::statements::scan;

    fn mark(theirs: i64, ours: u64) -> Option<Mark> {
        Some(Mark { theirs, ours })
    }

    /// A run that has looked at everything there is at the baseline, values too or not.
    fn looked(values: bool) -> Seen {
        let mut seen = Seen::default();
        seen.begins(mark(1, 0));
        for look in scan::looks(1) {
            seen.remembers(look.query.statement(), values);
        }
        seen.ends(mark(1, 7));
        seen
    }

    fn known(seen: &Seen, values: bool) -> Vec<&'static str> {
        let known = scan::looks(1).filter(|look| seen.knows(look.query.statement(), values));
        known.map(scan::Look::table).collect()
    }

    #[test]
    fn what_was_looked_at_is_known_until_somebody_writes() {
        for (begins, is_known) in [
            (mark(1, 7), true),
            (mark(2, 7), false),
            (mark(1, 8), false),
            (None, false),
        ] {
            let mut seen = looked(true);
            seen.begins(begins);
            assert_eq!(!known(&seen, true).is_empty(), is_known);
        }
    }

    #[test]
    fn who_looked_past_the_values_knows_nothing_of_them() {
        let seen = looked(false);
        assert!(known(&seen, true).is_empty());
        assert!(!known(&seen, false).is_empty());
    }

    #[test]
    fn a_change_is_forgotten_with_all_that_refers_to_it() {
        let mut seen = looked(true);
        seen.forgets(&["drones".to_owned()].into());
        let known = known(&seen, true);
        for table in ["drones", "missions", "inspection_observations"] {
            assert!(!known.contains(&table), "{table}");
        }
        assert!(known.contains(&"roles"));
    }
}
