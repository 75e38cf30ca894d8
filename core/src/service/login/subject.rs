//! Under what an attempt is counted.
//!
//! Never under the name that was typed, which is sometimes a password, nor under a digest that would tell it: of the
//! name's SHA-256 the first five hexadecimal digits are kept. Whoever holds the table can rule guesses out by them
//! and confirm none, since one in a million of all texts has the same. A key would not serve instead: it would have
//! to stand in the same database, and whoever took the table would have it too. Two names of a tenant that meet, one
//! pair in a million, share their counters.

use crate::password::digest;

/// Under which subject refused logins of names that nobody has are counted. No digest is empty.
pub(super) const NOBODY: &str = "";

/// Names that have counters of their own at the same time. Known ones are among them, or the bound would tell them
/// from the others.
pub(super) const MOST_SUBJECTS: i64 = 1_000;

/// How much of the digest a name's own subject is, and one that it shares when there are too many.
const OWN: usize = 5;
const SHARED: usize = 2;

/// The subjects of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subjects {
    /// Its own.
    pub(super) own: String,
    /// What it shares with one in 256 of all names, where too many others have counters of their own.
    pub(super) shared: String,
}

impl Subjects {
    pub(super) fn of(username: &str) -> Self {
        let digest = digest(username);
        let cut = |digits: usize| digest.chars().take(digits).collect();
        Self {
            own: cut(OWN),
            shared: cut(SHARED),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_subject_tells_a_guess_from_few_others_and_there_are_few_shared_ones() {
        let subjects: Vec<Subjects> = (0..3_000)
            .map(|number| Subjects::of(&format!("name {number}")))
            .collect();
        let shared: BTreeSet<&str> = subjects.iter().map(|it| it.shared.as_str()).collect();
        assert_eq!(shared.len(), 256);
        let lengths: BTreeSet<usize> = subjects.iter().map(|it| it.own.len()).collect();
        assert_eq!(lengths, BTreeSet::from([OWN]));
    }
}
