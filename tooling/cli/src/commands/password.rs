//! Passwords: never an argument, which every process of the machine can read.

use std::io::{IsTerminal, stdin};

use crate::failure::Failure;

/// Where a command takes a password from.
#[derive(Debug, clap::Args)]
pub(super) struct Password {
    /// Read the password from standard input: its first line. On a terminal it is asked for twice, unseen.
    #[arg(long)]
    password_stdin: bool,
}

impl Password {
    /// The password, if one is to be read.
    pub(super) fn read(&self) -> Result<Option<String>, Failure> {
        self.password_stdin.then(read).transpose()
    }
}

/// Reads a password.
pub(super) fn read() -> Result<String, Failure> {
    read_as("Password")
}

/// Reads what is as secret, which is asked for by this name.
pub(super) fn read_as(name: &str) -> Result<String, Failure> {
    let called = name.to_lowercase();
    let unreadable = |error| Failure::usage(format!("the {called} cannot be read: {error}"));
    if stdin().is_terminal() {
        let ask = |prompt: &str| rpassword::prompt_password(prompt).map_err(unreadable);
        let (password, again) = (ask(&format!("{name}: "))?, ask("Again: ")?);
        return match password == again {
            true => Ok(password),
            false => Err(Failure::usage("the two differ")),
        };
    }
    let mut line = String::new();
    stdin().read_line(&mut line).map_err(unreadable)?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    match password {
        "" => Err(Failure::usage(format!(
            "standard input holds no {called} in its first line"
        ))),
        password => Ok(password.to_owned()),
    }
}
