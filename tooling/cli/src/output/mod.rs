//! The one way to a terminal.
//!
//! Answers go to standard output, everything else to standard error: `ringfence … | jq` reads answers alone. With
//! `--json` an answer is a document on a line, a failure is one document, and nothing else is said.

mod escape;
mod json;
mod text;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

pub(crate) use escape::escaped;
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
        let mut to = io::stdout().lock();
        let written = match self.json {
            true => json::write(&mut to, &serde_json::json!({ name: own })),
            false => to.write_all(own.as_bytes()),
        };
        Ok(written.and_then(|()| to.flush())?)
    }

    /// Prints a file that was asked for: to a terminal as lines of text, to anything else byte for byte.
    pub(crate) fn file(self, bytes: &[u8]) -> Result<(), Failure> {
        let mut to = io::stdout().lock();
        if to.is_terminal() {
            let mut text = Text::default();
            for line in String::from_utf8_lossy(bytes).lines() {
                text.line(format_args!("{}", line.replace('\t', "    ")));
            }
            write_lines(&mut to, &text)?;
        } else {
            to.write_all(bytes)?;
        }
        Ok(to.flush()?)
    }

    /// Prints a document, or its lines.
    pub(crate) fn print(
        self,
        document: &impl Serialize,
        read: impl FnOnce(&mut Text) -> serde_json::Result<()>,
    ) -> Result<(), Failure> {
        let mut to = io::stdout().lock();
        if self.json {
            json::write(&mut to, document)?;
        } else {
            let mut text = Text::default();
            read(&mut text).map_err(io::Error::from)?;
            write_lines(&mut to, &text)?;
        }
        Ok(to.flush()?)
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
        // Whoever reads has gone (`| head`), which is no failure to speak of.
        if report.is_nobodys() {
            return;
        }
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

fn write_lines(to: &mut impl Write, text: &Text) -> io::Result<()> {
    for line in text.lines() {
        writeln!(to, "{line}")?;
    }
    Ok(())
}
