//! What is written by hand in the steps: triggers and functions, read from the steps' own texts.

use std::sync::LazyLock;

use ringfence_migrations::STEPS;

/// What surrounds the part of a step's text that the catalogue writes.
const MARKS: [&str; 2] = [
    "-- From the catalogue\n",
    "-- End of what is from the catalogue\n",
];

/// A trigger that a step makes.
pub(super) struct Trigger {
    /// The step.
    pub(super) since: u32,
    /// The statement that makes it.
    pub(super) create: &'static str,
}

/// A function that a step makes. None takes an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    /// What it runs. `%I` stands for the schema of the step.
    pub(super) body: String,
    /// Whether it finds names along the path that the step runs in.
    pub(super) pinned: bool,
}

/// Those on SQLite.
pub(super) fn on_sqlite() -> &'static [Trigger] {
    static ALL: LazyLock<Vec<Trigger>> = LazyLock::new(|| {
        let steps = STEPS.iter();
        let each = steps.flat_map(|step| triggers(step.version, step.sqlite.up, "\nEND"));
        let mut all: Vec<Trigger> = Vec::new();
        for made in each {
            // A step that makes a table anew makes what stands on it again, in the same words.
            if all.iter().all(|it| it.create != made.create) {
                all.push(made);
            }
        }
        all
    });
    &ALL
}

/// Those on Postgres.
pub(super) fn on_postgres() -> &'static [Trigger] {
    static ALL: LazyLock<Vec<Trigger>> = LazyLock::new(|| {
        let steps = STEPS.iter();
        let each = steps.flat_map(|step| triggers(step.version, step.postgres.up, ""));
        each.collect()
    });
    &ALL
}

/// The functions on Postgres, each with the step that makes it.
pub(super) fn functions() -> &'static [(u32, Function)] {
    static ALL: LazyLock<Vec<(u32, Function)>> = LazyLock::new(|| {
        let made = STEPS.iter().flat_map(|step| {
            let text = by_hand(step.postgres.up).concat();
            let made = functions_in(&text).into_iter();
            made.map(|function| (step.version, function))
        });
        made.collect()
    });
    &ALL
}

/// The functions that a text makes.
pub(super) fn functions_in(text: &str) -> Vec<Function> {
    let made = text.split("CREATE FUNCTION ").skip(1);
    made.filter_map(|rest| {
        let (name, _) = rest.split_once('(')?;
        let (_, rest) = rest.split_once(" AS $")?;
        let (tag, rest) = rest.split_once('$')?;
        let (body, _) = rest.split_once(&format!("${tag}$"))?;
        let altered = [format!("ALTER FUNCTION {name}()"), format!("'{name}'")];
        Some(Function {
            name: name.to_owned(),
            body: body.to_owned(),
            pinned: altered.iter().any(|it| text.contains(it.as_str())),
        })
    })
    .collect()
}

/// The parts before and behind the catalogue's.
fn by_hand(text: &'static str) -> [&'static str; 2] {
    let [begin, end] = MARKS;
    match (text.split_once(begin), text.split_once(end)) {
        (Some((before, _)), Some((_, behind))) => [before, behind],
        _ => [text, ""],
    }
}

/// The triggers in what is written by hand. A statement ends with the first semicolon behind its `end`.
fn triggers(since: u32, text: &'static str, end: &str) -> Vec<Trigger> {
    let parts = by_hand(text).into_iter().flat_map(|part| {
        let starts = part.match_indices("\nCREATE TRIGGER ");
        starts.filter_map(|(at, _)| {
            let rest = part.get(at + 1..)?;
            let ends = rest.find(&format!("{end};"))? + end.len();
            rest.get(..ends)
        })
    });
    parts.map(|create| Trigger { since, create }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::{MARKS, by_hand, functions, on_postgres, on_sqlite};
    use crate::schema::{Special, catalogue};
    use ringfence_migrations::STEPS;

    fn names(made: &[super::Trigger]) -> BTreeSet<(String, u32)> {
        let word = |text: &str, behind: &str| {
            let mut words = text.split_whitespace().skip_while(|word| *word != behind);
            words.nth(1).unwrap().to_owned()
        };
        let named = |it: &super::Trigger| {
            let (name, table) = (word(it.create, "TRIGGER"), word(it.create, "ON"));
            (format!("{name} on {table}"), it.since)
        };
        made.iter().map(named).collect()
    }

    #[test]
    fn the_triggers_of_the_steps_are_those_that_the_catalogue_calls_special() {
        let (mut sqlite, mut postgres) = (BTreeSet::new(), BTreeSet::new());
        for table in catalogue() {
            let on = table.name;
            for special in table.special {
                match *special {
                    Special::Sqlite(what, since) => {
                        sqlite.insert((format!("rf_{on}_{what} on {on}"), since));
                    }
                    Special::Postgres(what, since) => {
                        postgres.insert((format!("ringfence_{what} on {on}"), since));
                    }
                    Special::Partial(..) => {}
                }
            }
        }
        assert_eq!(names(on_sqlite()), sqlite);
        assert_eq!(names(on_postgres()), postgres);
    }

    /// What is read here adds up from the first step to the last.
    #[test]
    fn nothing_that_is_written_by_hand_is_taken_away_by_a_later_step() {
        for step in STEPS {
            for text in [step.sqlite.up, step.postgres.up] {
                let parts = by_hand(text).concat();
                let said = parts.lines().filter(|line| !line.starts_with("--"));
                let parts = said.collect::<Vec<_>>().join("\n");
                for gone in ["DROP ", "OR REPLACE", "RENAME"] {
                    assert!(!parts.contains(gone), "{} has {gone}", step.name);
                }
                let marks = MARKS.map(|mark| text.matches(mark).count());
                assert!([[0, 0], [1, 1]].contains(&marks), "{}", step.name);
            }
        }
    }

    #[test]
    fn a_function_is_read_with_its_body_and_its_path() {
        let named = |name: &str| {
            let mut all = functions().iter();
            &all.find(|(_, it)| it.name == name).unwrap().1
        };
        let refuse = named("ringfence_refuse");
        assert!(refuse.body.starts_with("\nBEGIN\n    RAISE EXCEPTION"));
        assert!(refuse.body.ends_with("\nEND\n"));
        assert!(!refuse.pinned);
        assert!(
            named("ringfence_append")
                .body
                .contains("FROM %I.audit_heads")
        );
        assert!(!named("ringfence_append").pinned);
        for pinned in ["ringfence_open_log", "ringfence_four_eyes"] {
            assert!(named(pinned).pinned, "{pinned}");
        }
    }
}
