//! The one way to a terminal.
//!
//! Answers go to standard output, everything else to standard error: `ringfence … | jq` reads answers alone. With
//! `--json` an answer is a document on a line, a failure is one document, and nothing else is said but what the library
//! tells its log, where that is asked for.

mod escape;
mod json;
mod streamed;
mod text;

use std::io::{self, ErrorKind, IsTerminal, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

pub(crate) use escape::escaped;
pub(crate) use streamed::{Log, Streamed};
pub(crate) use text::Text;

use crate::failure::{Failure, Report};

/// What a command answers: the document, which `--json` prints as it is, and how that reads as text.
pub(crate) trait Answer: Serialize {
    /// Its lines.
    fn read(&self, text: &mut Text);
}

/// Where answers and failures go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints an answer that reads in a way of its own.
    pub(crate) fn answer(self, answer: &impl Answer) -> Result<(), Failure> {
        self.print(answer, |text| {
            answer.read(text);
            Ok(())
        })
    }

    /// Prints an answer that reads as a line for each of its fields.
    pub(crate) fn record(self, record: &impl Serialize) -> Result<(), Failure> {
        self.print(record, |text| {
            text.fields(&serde_json::to_value(record)?);
            Ok(())
        })
    }

    /// Prints an answer that is a text of this program's own, with nothing of anybody's data in it; `name` is
    /// its name in the document.
    pub(crate) fn verbatim(self, name: &str, own: &str) -> Result<(), Failure> {
        to_reader(|to| match self.json {
            true => json::write(to, &serde_json::json!({ name: own })),
            false => to.write_all(own.as_bytes()),
        })
    }

    /// Prints the help, or the version, that was asked for.
    pub(crate) fn help(self, help: &clap::Error) -> Result<(), Failure> {
        to_reader(|_| help.print())
    }

    /// Prints a file that was asked for: to a terminal as lines of text, to anything else byte for byte.
    pub(crate) fn file(self, bytes: &[u8]) -> Result<(), Failure> {
        if io::stdout().is_terminal() {
            let mut text = Text::default();
            for line in String::from_utf8_lossy(bytes).lines() {
                text.line(format_args!("{}", line.replace('\t', "    ")));
            }
            to_reader(|to| write_lines(to, &text))
        } else {
            to_reader(|to| to.write_all(bytes))
        }
    }

    /// Prints a document, or its lines.
    pub(crate) fn print(
        self,
        document: &impl Serialize,
        read: impl FnOnce(&mut Text) -> serde_json::Result<()>,
    ) -> Result<(), Failure> {
        if self.json {
            return to_reader(|to| json::write(to, document));
        }
        let mut text = Text::default();
        read(&mut text).map_err(io::Error::from)?;
        to_reader(|to| write_lines(to, &text))
    }

    /// Whether nobody reads on.
    pub(crate) fn is_unread(self) -> bool {
        UNREAD.load(Ordering::Relaxed)
    }

    /// Says what the library tells its log.
    pub(crate) fn told(self, level: &str, target: &str, message: &str) {
        let mut to = io::stderr().lock();
        let written = if self.json {
            let event = serde_json::json!({ "level": level, "target": target, "message": message });
            json::write(&mut to, &event)
        } else {
            let mut text = Text::default();
            text.line(format_args!("ringfence: {level} {target}: {message}"));
            write_lines(&mut to, &text)
        };
        // Nobody is left to be told.
        drop(written);
    }

    /// Says something that is no part of an answer, such as where the next page starts.
    pub(crate) fn note(self, note: &str) {
        if !self.json {
            let mut text = Text::default();
            text.line(format_args!("ringfence: {note}"));
            // Nobody is left to be told.
            drop(write_lines(&mut io::stderr().lock(), &text));
        }
    }

    /// Says how a command failed.
    pub(crate) fn failed(self, report: &Report) {
        let mut to = io::stderr().lock();
        let mut text = Text::default();
        report.read(&mut text);
        let written = match self.json {
            true => json::write(&mut to, report),
            false => write_lines(&mut to, &text),
        };
        // Nobody is left to be told.
        drop(written);
    }
}

/// Whoever read standard output has gone.
static UNREAD: AtomicBool = AtomicBool::new(false);

/// Writes to standard output. That its reader has gone (`| head`) is no failure: what was asked goes on to its end, and
/// nothing more is printed.
fn to_reader(write: impl FnOnce(&mut StdoutLock<'_>) -> io::Result<()>) -> Result<(), Failure> {
    if UNREAD.load(Ordering::Relaxed) {
        return Ok(());
    }
    let mut to = io::stdout().lock();
    match write(&mut to).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            UNREAD.store(true, Ordering::Relaxed);
            Ok(())
        }
        written => Ok(written?),
    }
}

fn write_lines(to: &mut impl Write, text: &Text) -> io::Result<()> {
    for line in text.lines() {
        writeln!(to, "{line}")?;
    }
    Ok(())
}
