//! What is given by an option reaches the library: each filter narrows, each version is compared, and what is said of a step
//! stands in its event.

use std::collections::BTreeSet;

use ringfence_tests::fixture::{Place, on_each_empty_database};
use serde_json::Value;

use crate::calls::Things;
use crate::every_command::{acting, commands};
use crate::{fed, printed, refused};

/// Options of every list: who asks, and which page.
const NO_FILTERS: [&str; 5] = ["tenant", "actor", "order", "limit", "after"];

/// For each filter what none of the rows has that a list of [`Things`] holds.
fn of_nothing(command: &str, option: &str) -> &'static str {
    match (command, option) {
        (_, "since") => "2999-01-01T00:00:00Z",
        (_, "until") => "1999-01-01T00:00:00Z",
        ("alerts list", "type") => "GEOFENCE_BREACH",
        ("alerts list", "severity") => "WARNING",
        ("alerts list" | "defects list" | "incidents list", "status") => "CLOSED",
        ("approvals list", "type") => "mission",
        ("approvals list", "status") => "REJECTED",
        ("inspections tasks", "status") => "DONE",
        (_, "status") => "FAILED",
        ("incidents list", "level") => "LOW",
        ("inspections exports", "format") => "csv",
        (_, "min-severity") => "5",
        (_, "active") => "false",
        (_, "vendor") => "DJI",
        (_, "state") => "ABORTED",
        (_, "plan-type") => "POINT_TASK",
        (_, "action") => "export",
        (_, "entity-type") => "credential",
        _ => "nothing",
    }
}

/// The options of a command that take a value, but for those of every command.
fn options(command: &str) -> Vec<String> {
    let whole = ringfence_cli::command();
    let found = command
        .split(' ')
        .try_fold(&whole, |at, name| at.find_subcommand(name));
    let arguments = found.unwrap().get_arguments();
    let valued = arguments.filter(|it| !it.is_global_set() && it.get_action().takes_values());
    let named = valued.filter_map(|it| it.get_long().map(str::to_owned));
    named.collect()
}

fn items(place: &Place, things: &Things, list: &str, narrowed: &[&str]) -> usize {
    let mut command = acting(place, things, list);
    command.args(narrowed).arg("--json");
    let found: Value = serde_json::from_str(&printed(&command.output().unwrap(), 0)).unwrap();
    found["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn every_filter_of_a_list_leaves_out_what_does_not_fit() {
    on_each_empty_database(async |place| {
        let things = Things::make(place).await;
        let mut tried = 0;
        for command in commands() {
            let mut filters = options(&command);
            let is_a_list = filters.iter().any(|it| it == "after");
            filters.retain(|it| is_a_list && !NO_FILTERS.contains(&it.as_str()));
            if filters.is_empty() {
                continue;
            }
            assert!(items(place, &things, &command, &[]) > 0, "{command}");
            for filter in &filters {
                let option = format!("--{filter}");
                let narrowed = [option.as_str(), of_nothing(&command, filter)];
                let left = items(place, &things, &command, &narrowed);
                assert_eq!(left, 0, "{command} {narrowed:?}");
            }
            tried += filters.len();
        }
        assert!(tried > 40, "{tried}");
    })
    .await;
}

#[tokio::test]
async fn every_version_that_is_given_is_compared() {
    on_each_empty_database(async |place| {
        let things = Things::make(place).await;
        let calls = things.calls();
        let versioned = |command: &str| options(command).iter().any(|it| it == "version");
        let versioned: Vec<_> = calls.iter().filter(|it| versioned(it.command)).collect();
        assert!(!versioned.is_empty());
        for call in versioned {
            let mut command = acting(place, &things, call.command);
            let given = call.arguments[1].iter();
            let given = given.take_while(|argument| *argument != "--version");
            command.args(given).args(["--version", "99", "--json"]);
            let error = refused(&fed(&mut command, call.input));
            assert_eq!(error["code"], "stale_version", "{}: {error}", call.command);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_said_of_a_step_stands_in_its_event() {
    on_each_empty_database(async |place| {
        let things = Things::make(place).await;
        let calls = things.calls();
        let said_by = |command: &str| {
            let mut options = options(command).into_iter();
            options.find(|it| ["comment", "note"].contains(&it.as_str()))
        };
        let area = |command: &str| command.split(' ').next().map(str::to_owned);
        let speaking: BTreeSet<_> = calls
            .iter()
            .filter(|it| said_by(it.command).is_some())
            .filter_map(|it| area(it.command))
            .collect();
        let mut said = 0;
        // Each with what comes before it.
        for call in calls
            .iter()
            .filter(|it| area(it.command).is_some_and(|it| speaking.contains(&it)))
        {
            let mut given = call.arguments[1].clone();
            let words = format!("said by {}", call.command);
            let option = said_by(call.command).map(|option| format!("--{option}"));
            if let Some(option) = &option {
                given = given
                    .into_iter()
                    .take_while(|argument| argument != option)
                    .collect();
                given.extend([option.clone(), words.clone()]);
            }
            for given in [&call.arguments[0], &given] {
                let mut command = acting(place, &things, call.command);
                command.args(given);
                printed(&fed(&mut command, call.input), call.status);
            }
            if option.is_some() {
                let events =
                    format!("SELECT count(*) FROM audit_events WHERE detail LIKE '%\"{words}\"%'");
                assert_eq!(place.count(&events).await, 1, "{}", call.command);
                said += 1;
            }
        }
        assert!(said >= 4, "{said}");
    })
    .await;
}
