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
    let unreadable = |error| Failure::usage(format!("the password cannot be read: {error}"));
    if stdin().is_terminal() {
        let ask = |prompt| rpassword::prompt_password(prompt).map_err(unreadable);
        let (password, again) = (ask("Password: ")?, ask("Again: ")?);
        return match password == again {
            true => Ok(password),
            false => Err(Failure::usage("the two passwords differ")),
        };
    }
    let mut line = String::new();
    stdin().read_line(&mut line).map_err(unreadable)?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    match password {
        "" => Err(Failure::usage(
            "standard input holds no password in its first line",
        )),
        password => Ok(password.to_owned()),
    }
}
