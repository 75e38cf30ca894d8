//! What is known of each mutant: a file of `governance`.
//!
//! A line is `digest, state, place, what is wrong, noticed by, reason`. The digest is that of what stands there and of
//! the mutant together: what changes is tried anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use xtask::repository::root;

use super::subject::Subject;

/// What became of a mutant; what is to be tried first comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Untried,
    Survived,
    Caught,
    /// It does what the statement does; a reason stands with it.
    Equivalent,
    /// It does not compile, at least not beside the others.
    Unviable,
}

impl State {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Untried, "untried"),
        (Self::Survived, "survived"),
        (Self::Caught, "caught"),
        (Self::Equivalent, "equivalent"),
        (Self::Unviable, "unviable"),
    ];

    fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(state, _)| *state == self);
        found.map_or("", |(_, name)| name)
    }
}

struct Entry {
    state: State,
    place: String,
    what: String,
    /// The engine and the test.
    noticed_by: String,
    reason: String,
}

/// By digest.
pub(super) struct Ledger {
    path: PathBuf,
    entries: BTreeMap<String, Entry>,
}

const HEADING: &str =
    "# digest\tstate\tplace\twhat is wrong\tnoticed by\treason (`cargo xtask mutate`)\n";

impl Ledger {
    /// What a file of the workspace keeps.
    pub(super) fn read(file: &str) -> Self {
        let path = root().join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self {
            path,
            entries: lines.map(Self::entry).collect(),
        }
    }

    fn entry(line: &str) -> (String, Entry) {
        let mut fields = line.split('\t').map(str::to_owned);
        let mut next = || fields.next().unwrap_or_default();
        let (digest, state) = (next(), next());
        let known = State::ALL.iter().find(|(_, name)| *name == state);
        let (state, _) = known.unwrap_or_else(|| panic!("no state {state:?}: {line}"));
        let entry = Entry {
            state: *state,
            place: next(),
            what: next(),
            noticed_by: next(),
            reason: next(),
        };
        let is_explained = (entry.state == State::Equivalent) != entry.reason.is_empty();
        assert!(
            is_explained,
            "a reason stands with what is equivalent, and only there: {line}"
        );
        (digest, entry)
    }

    /// Enters what is new, and drops what is no more: what noticed a mistake in a text that has changed is asked first
    /// about the same mistake in the new one. Of the unviable, given as they tell where they are, more or fewer may be
    /// so now.
    pub(super) fn enter(&mut self, subjects: &[Subject], unviable: &BTreeSet<String>) {
        let known: BTreeSet<String> = subjects.iter().map(digest).collect();
        let all = std::mem::take(&mut self.entries).into_iter();
        let (kept, dropped): (BTreeMap<_, _>, BTreeMap<_, _>) =
            all.partition(|(digest, _)| known.contains(digest));
        self.entries = kept;
        let before: BTreeMap<(String, String), String> = dropped
            .into_values()
            .map(|entry| ((entry.place, entry.what), entry.noticed_by))
            .collect();
        for subject in subjects {
            let entry = self.entries.get(&digest(subject));
            let was = entry.map(|entry| entry.state);
            match unviable.contains(&subject.reached_as) {
                true => self.note(subject, State::Unviable, String::new()),
                false if matches!(was, None | Some(State::Unviable)) => {
                    let same = (subject.place.clone(), subject.what.clone());
                    let by = before.get(&same).cloned().unwrap_or_default();
                    self.note(subject, State::Untried, by);
                }
                false => {}
            }
        }
    }

    pub(super) fn state(&self, subject: &Subject) -> State {
        let entry = self.entries.get(&digest(subject));
        entry.map_or(State::Untried, |entry| entry.state)
    }

    /// The engine and the test that noticed it the last time, or nothing.
    pub(super) fn noticed_by(&self, subject: &Subject) -> &str {
        let entry = self.entries.get(&digest(subject));
        entry.map_or("", |entry| entry.noticed_by.as_str())
    }

    /// The engines and tests that noticed anything in this place.
    pub(super) fn noticed_in(&self, place: &str) -> BTreeSet<String> {
        let of_it = self.entries.values().filter(|entry| entry.place == place);
        of_it.map(|entry| entry.noticed_by.clone()).collect()
    }

    pub(super) fn note(&mut self, subject: &Subject, state: State, by: String) {
        let entry = Entry {
            state,
            place: subject.place.clone(),
            what: subject.what.clone(),
            noticed_by: by,
            reason: String::new(),
        };
        self.entries.insert(digest(subject), entry);
    }

    /// What stands in one of both and not in the other.
    pub(super) fn differs(&self, subjects: &[Subject]) -> Vec<String> {
        let known: BTreeSet<String> = subjects.iter().map(digest).collect();
        let stale = self
            .entries
            .iter()
            .filter(|(digest, _)| !known.contains(*digest));
        let missing = subjects
            .iter()
            .filter(|it| !self.entries.contains_key(&digest(it)));
        stale
            .map(|(_, entry)| format!("no more: {}: {}", entry.place, entry.what))
            .chain(missing.map(|subject| format!("new: {subject}")))
            .collect()
    }

    pub(super) fn write(&self) {
        let mut lines: Vec<String> = self
            .entries
            .iter()
            .map(|(digest, entry)| {
                let Entry {
                    place,
                    what,
                    noticed_by,
                    reason,
                    state,
                } = entry;
                let state = state.name();
                format!("{digest}\t{state}\t{place}\t{what}\t{noticed_by}\t{reason}")
            })
            .collect();
        lines.sort_by_key(|line| {
            line.split('\t')
                .skip(2)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
        let mut text = HEADING.to_owned();
        for line in lines {
            writeln!(text, "{}", line.trim_end()).unwrap();
        }
        fs::write(&self.path, text).unwrap();
    }

    pub(super) fn count(&self, wanted: State) -> usize {
        let of_it = self.entries.values().filter(|entry| entry.state == wanted);
        of_it.count()
    }

    /// A line of the table in `docs/mutation.md`.
    pub(super) fn row(&self, of: &str) -> String {
        let caught = self.count(State::Caught);
        let (survived, equivalent) = (self.count(State::Survived), self.count(State::Equivalent));
        format!(
            "| {of} | {} | {caught} | {survived} | {equivalent} | {} | {} |",
            caught + survived + equivalent,
            self.count(State::Untried),
            self.count(State::Unviable)
        )
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of what there was and what there is.
fn digest(subject: &Subject) -> String {
    let mut hash = Sha256::new();
    for part in [&subject.place, &subject.original, &subject.text] {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
