//! `governance/state.md` says where each batch of the hardening stands: its steps, its commits, and for each box of the
//! blueprint the tests that tick it.
//!
//! The boxes are kept in [`hardening`] and [`later`], in the blueprint's words; those of the batches that it only names, in
//! ours. A box is ticked by what it names and by nothing else: a
//! test of this suite, or a line of `.ci/run`; both must be there.

mod hardening;
mod later;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::Command;

use ringfence_migrations::STEPS;
use xtask::repository::root;

use crate::blessed;
use crate::mutation::tests_of;

/// A batch of the hardening, or a later part of the blueprint.
struct Phase {
    /// Its name in the blueprint and in the steps.
    label: &'static str,
    /// What it is about.
    title: &'static str,
    /// The batch of its steps, where it changes the schema.
    batch: Option<&'static str>,
    /// The subjects of its commits, the oldest first.
    commits: &'static [&'static str],
    /// What is verified.
    verified: &'static [Item],
    /// What done means.
    done: &'static [Item],
}

/// A box.
#[derive(Clone, Copy)]
struct Item {
    says: &'static str,
    by: By,
}

const fn item(says: &'static str, by: By) -> Item {
    Item { says, by }
}

/// What ticks a box.
#[derive(Clone, Copy)]
enum By {
    /// These tests of the suite, without the engine.
    Tests(&'static [&'static str]),
    /// This line of `.ci/run`, which everything has to pass.
    Run(&'static str),
    /// Nothing yet, for want of this.
    Open(&'static str),
}

fn phases() -> impl Iterator<Item = &'static Phase> {
    hardening::PHASES.iter().chain(later::PHASES)
}

fn items() -> impl Iterator<Item = &'static Item> {
    phases().flat_map(|phase| phase.verified.iter().chain(phase.done))
}

#[test]
fn the_state_is_what_the_boxes_say() {
    blessed::is_written("governance/state.md", &page());
}

#[test]
fn whatever_ticks_a_box_is_there() {
    let tests = tests_of_the_suite();
    let runs = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    let runs: BTreeSet<&str> = runs.lines().map(str::trim).collect();
    let mut missing = Vec::new();
    for item in items() {
        match item.by {
            By::Tests(names) => {
                assert!(!names.is_empty(), "{}", item.says);
                missing.extend(names.iter().copied().filter(|name| !tests.contains(*name)));
            }
            By::Run(line) => missing.extend((!runs.contains(line)).then_some(line)),
            By::Open(_) => {}
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_step_belongs_to_a_phase() {
    let batches: BTreeSet<&str> = STEPS.iter().map(|step| step.batch).collect();
    let known: BTreeSet<&str> = phases().filter_map(|phase| phase.batch).collect();
    let known: BTreeSet<&str> = known.into_iter().chain(["baseline"]).collect();
    assert_eq!(batches, known);
}

/// Every test of this suite, without the engine.
pub(crate) fn tests_of_the_suite() -> BTreeSet<String> {
    let listed = tests_of(&std::env::current_exe().unwrap(), &[]);
    let whole = listed.iter().map(|name| {
        let of_one = name
            .strip_suffix("::sqlite")
            .or(name.strip_suffix("::postgres"));
        of_one.unwrap_or(name).to_owned()
    });
    whole.collect()
}

/// The blueprint's five, with the values that it gives them.
#[test]
fn the_template_of_a_change_asks_what_the_blueprint_asks() {
    let template =
        std::fs::read_to_string(root().join(".github/pull_request_template.md")).unwrap();
    for asked in [
        "Tenant-boundary impact: yes / no",
        "Migration type: expand / backfill / enforce / none",
        "`session.get` grep reviewed for touched services: yes / not applicable",
        "`403`/`404` semantics tested: yes / not applicable",
        "Audit event impact: ",
    ] {
        assert!(template.contains(asked), "{asked}");
    }
}

/// A subject is one commit's. Where the history is not at hand, as in a package or a shallow clone, there is nothing to
/// look at.
#[test]
fn every_commit_that_is_named_is_in_the_history() {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(root())
            .args(arguments)
            .output();
        let output = output.ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let is_whole =
        git(&["rev-parse", "--is-shallow-repository"]).is_some_and(|it| it.trim() == "false");
    if !is_whole {
        return;
    }
    let subjects = git(&["log", "--format=%s"]).unwrap();
    for commit in phases().flat_map(|phase| phase.commits) {
        let found = subjects.lines().filter(|subject| subject == commit).count();
        assert_eq!(found, 1, "{commit}");
    }
}

fn page() -> String {
    let mut text = String::from(
        "# Where the hardening stands\n\n\
         Generated from the boxes of the blueprint in `tests/tests/suite/state`; `RINGFENCE_BLESS=1 cargo test -p \
         ringfence-tests state::` writes it anew, and a test fails while it is stale. A box is ticked by the tests of \
         the suite that stand under it, or by a line of `.ci/run`; tests hold that both are there, and that each commit \
         is in the history. A batch is taken back with its steps (`ringfence rollback`), and its commit with `git \
         revert`.\n\n| | | steps | |\n|---|---|---|---|\n",
    );
    for phase in phases() {
        let (label, title) = (phase.label, phase.title);
        let link: String = heading(phase)
            .to_lowercase()
            .chars()
            .filter(|it| it.is_ascii_alphanumeric() || *it == ' ' || *it == '-')
            .map(|it| if it == ' ' { '-' } else { it })
            .collect();
        let standing = standing(phase);
        writeln!(
            text,
            "| [{label}](#{link}) | {title} | {} | {standing} |",
            steps(phase)
        )
        .unwrap();
    }
    for phase in phases() {
        write!(
            text,
            "\n## {}\n\n{}.",
            heading(phase),
            capital(&standing(phase))
        )
        .unwrap();
        match steps(phase).as_str() {
            "" => text.push_str(" No step of the schema.\n"),
            steps => writeln!(text, " Steps {steps}.").unwrap(),
        }
        if !phase.commits.is_empty() {
            text.push_str("\nCommits:\n\n");
            phase
                .commits
                .iter()
                .for_each(|it| writeln!(text, "* {it}").unwrap());
        }
        for (name, items) in [("Verified", phase.verified), ("Done", phase.done)] {
            if !items.is_empty() {
                writeln!(text, "\n{name}:\n").unwrap();
                items.iter().for_each(|item| text.push_str(&line(item)));
            }
        }
    }
    text
}

fn heading(phase: &Phase) -> String {
    format!("{} {}", phase.label, phase.title)
}

fn standing(phase: &Phase) -> String {
    let all = || phase.verified.iter().chain(phase.done);
    let open = all().filter(|item| matches!(item.by, By::Open(_))).count();
    match (open, all().count()) {
        (0, _) => "done".to_owned(),
        (open, all) if open == all => "to come".to_owned(),
        (open, all) => format!("{open} of {all} boxes open"),
    }
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}

fn steps(phase: &Phase) -> String {
    let own = STEPS.iter().filter(|step| Some(step.batch) == phase.batch);
    let versions: Vec<String> = own.map(|step| step.version.to_string()).collect();
    versions.join(", ")
}

fn line(item: &Item) -> String {
    let says = item.says;
    match item.by {
        By::Tests(names) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("* [x] {says}<br>{}\n", names.join(", "))
        }
        By::Run(line) => format!("* [x] {says}<br>`.ci/run`: `{line}`\n"),
        By::Open(wants) => format!("* [ ] {says}<br>wants {wants}\n"),
    }
}
