//! What is known of each mutant: `governance/mutants.tsv`.
//!
//! A line is `digest, state, engine, statement, what is wrong, reason`. The digest is that of the statement and the
//! mutant together: a statement that changes is tried anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Patient;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Caught,
    Survived,
    /// It does what the statement does; a reason stands with it.
    Equivalent,
}

impl State {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Caught, "caught"),
        (Self::Survived, "survived"),
        (Self::Equivalent, "equivalent"),
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
    reason: String,
}

/// By digest.
pub(super) struct Ledger(BTreeMap<String, Entry>);

const HEADING: &str =
    "# digest\tstate\tengine statement\twhat is wrong\treason (`cargo xtask mutate`)\n";

impl Ledger {
    fn path() -> PathBuf {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        tests.parent().unwrap().join("governance/mutants.tsv")
    }

    pub(super) fn read() -> Self {
        let text = fs::read_to_string(Self::path()).unwrap_or_default();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(lines.map(Self::entry).collect())
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
            reason: next(),
        };
        let is_explained = (entry.state == State::Equivalent) != entry.reason.is_empty();
        assert!(
            is_explained,
            "a reason stands with what is equivalent, and only there: {line}"
        );
        (digest, entry)
    }

    pub(super) fn state(&self, patient: &Patient) -> Option<State> {
        self.0.get(&digest(patient)).map(|entry| entry.state)
    }

    pub(super) fn note(&mut self, patient: &Patient, state: State) {
        let entry = Entry {
            state,
            place: format!("{} {}", patient.engine_name(), patient.statement),
            what: patient.mutant.what.clone(),
            reason: String::new(),
        };
        self.0.insert(digest(patient), entry);
    }

    pub(super) fn stale(&self, patients: &[Patient]) -> Vec<String> {
        let known: Vec<String> = patients.iter().map(digest).collect();
        let stale = self.0.iter().filter(|(digest, _)| !known.contains(digest));
        stale
            .map(|(_, entry)| format!("{}: {}", entry.place, entry.what))
            .collect()
    }

    pub(super) fn forget_stale(&mut self, patients: &[Patient]) {
        let known: Vec<String> = patients.iter().map(digest).collect();
        self.0.retain(|digest, _| known.contains(digest));
    }

    pub(super) fn write(&self) {
        let mut lines: Vec<String> = self
            .0
            .iter()
            .map(|(digest, entry)| {
                let Entry {
                    place,
                    what,
                    reason,
                    state,
                } = entry;
                format!("{digest}\t{}\t{place}\t{what}\t{reason}", state.name())
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
        fs::write(Self::path(), text).unwrap();
    }

    pub(super) fn summary(&self, of: usize) -> String {
        let count = |wanted| {
            self.0
                .values()
                .filter(|entry| entry.state == wanted)
                .count()
        };
        format!(
            "of {of} mutants {} are caught, {} survived, {} are equivalent, {} were never tried",
            count(State::Caught),
            count(State::Survived),
            count(State::Equivalent),
            of - self.0.len()
        )
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of what there was and what there is.
fn digest(patient: &Patient) -> String {
    let mut hash = Sha256::new();
    for part in [
        patient.engine_name(),
        patient.statement,
        patient.original,
        &patient.mutant.text,
    ] {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
