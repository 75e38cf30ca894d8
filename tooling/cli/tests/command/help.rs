//! Help, completions and manual pages teach what there is.

use clap::Command;

use crate::every_command::commands;
use crate::{binary, printed};

fn page(command: &str) -> String {
    let words = command.split(' ').filter(|word| !word.is_empty());
    printed(&binary().args(words).arg("--help").output().unwrap(), 0)
}

/// The words of a line as a shell reads them, without where it sends its output.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            '<' | '>' if !quoted => break,
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_has_an_example_that_parses() {
    for command in commands().iter().map(String::as_str).chain([""]) {
        let help = page(command);
        let (_, examples) = help
            .split_once("\nExample:\n")
            .unwrap_or_else(|| panic!("{command}: {help}"));
        let mut seen = 0;
        for line in examples.lines() {
            let line = line.trim();
            assert!(
                line.starts_with(&format!("ringfence {command}")),
                "{command}: {line}"
            );
            let parsed = ringfence_cli::command().try_get_matches_from(words(line));
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            seen += 1;
        }
        assert!(seen > 0, "{command}");
    }
}

#[test]
fn the_first_page_says_the_forms_of_a_database_the_environment_and_the_exit_statuses() {
    let help = page("");
    fn variables(command: &Command, into: &mut Vec<String>) {
        for argument in command.get_arguments() {
            into.extend(
                argument
                    .get_env()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
        for sub in command.get_subcommands() {
            variables(sub, into);
        }
    }
    let mut named = vec!["RINGFENCE_ADMIN_PASSWORD".to_owned()];
    variables(&ringfence_cli::command(), &mut named);
    assert!(named.len() > 4);
    let (_, help) = help.split_once("\nThe database:\n").unwrap();
    for said in named.iter().map(String::as_str).chain([
        "sqlite:",
        "postgres://",
        "  0  ",
        "  1  ",
        "  2  ",
    ]) {
        assert!(help.contains(said), "{said}: {help}");
    }
}

#[test]
fn every_shell_gets_completions_and_every_command_a_manual_page() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&binary().args(["completions", shell]).output().unwrap(), 0);
        assert!(script.contains("deployment-log"), "{shell}");
        if ["bash", "zsh"].contains(&shell) {
            // What a value may be is completed, too.
            assert!(script.contains("mission.approve"), "{shell}");
        }
    }
    for command in commands() {
        let page = printed(
            &binary()
                .arg("man")
                .args(command.split(' '))
                .output()
                .unwrap(),
            0,
        );
        let name = command.replace(' ', "-");
        assert!(page.contains(&format!(".TH ringfence-{name} 1")), "{page}");
        assert!(page.contains("Example:"), "{command}");
    }
}
