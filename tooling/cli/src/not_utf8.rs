//! Which word of the command line, or which variable that it reads, is not UTF-8: the parser does not say.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;

use crate::command;
use crate::failure::Failure;

/// The failure that names it, where there is one.
pub(crate) fn named(words: &[OsString], misuse: &clap::Error) -> Option<Failure> {
    let word = words.iter().position(|word| !is_text(word));
    let name = match word {
        Some(at) => match words
            .get(at.wrapping_sub(1))
            .and_then(|before| before.to_str())
        {
            Some(option) if takes_value(&command(), option) => {
                format!("the value of {option}")
            }
            _ => format!("argument {at}"),
        },
        None if misuse.kind() == ErrorKind::InvalidUtf8 => {
            let mut unread = Vec::new();
            variables(&command(), &mut unread);
            unread.join(", ")
        }
        None => return None,
    };
    Some(Failure::usage(format!("{name} is not UTF-8")))
}

/// Whether the next word is this option's value.
fn takes_value(of: &clap::Command, option: &str) -> bool {
    let is_it = |arg: &clap::Arg| {
        let long = arg.get_long().map(|long| format!("--{long}"));
        let short = arg.get_short().map(|short| format!("-{short}"));
        arg.get_action().takes_values()
            && [long, short].into_iter().flatten().any(|it| it == option)
    };
    of.get_arguments().any(is_it) || of.get_subcommands().any(|below| takes_value(below, option))
}

/// The variables that a command and those below it read, as far as they hold no text.
fn variables(of: &clap::Command, unread: &mut Vec<String>) {
    for name in of.get_arguments().filter_map(clap::Arg::get_env) {
        let shown = name.to_string_lossy().into_owned();
        let is_unread = std::env::var_os(name).is_some_and(|value| !is_text(&value));
        if is_unread && !unread.contains(&shown) {
            unread.push(shown);
        }
    }
    of.get_subcommands()
        .for_each(|below| variables(below, unread));
}

fn is_text(word: &OsStr) -> bool {
    word.to_str().is_some()
}
