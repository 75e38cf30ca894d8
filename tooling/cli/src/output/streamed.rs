//! A report that is written as it is made, however long it becomes: to standard output, to a file, or to both. With
//! `--json` it is one document all the same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::{Output, Text, json, to_reader, write_lines};
use crate::failure::Failure;

/// A report and where it goes.
pub(crate) struct Streamed {
    output: Output,
    /// What its items are called in the document.
    items: &'static str,
    printed: bool,
    log: Option<Log>,
    is_empty: bool,
}

impl Streamed {
    /// A report that is printed.
    pub(crate) fn printed(output: Output, items: &'static str) -> Self {
        Self {
            output,
            items,
            printed: true,
            log: None,
            is_empty: true,
        }
    }

    /// A report that goes to a log alone.
    pub(crate) fn logged(output: Output, items: &'static str, log: Log) -> Self {
        Self {
            printed: false,
            log: Some(log),
            ..Self::printed(output, items)
        }
    }

    /// Likewise, and to a log besides.
    pub(crate) fn and_logged(mut self, log: Option<Log>) -> Self {
        self.log = log;
        self
    }

    /// Writes an item.
    pub(crate) fn item(
        &mut self,
        item: &impl Serialize,
        read: impl FnOnce(&mut Text),
    ) -> Result<(), Failure> {
        let mut bytes = Vec::new();
        if self.output.json {
            bytes.extend_from_slice(&self.before_item());
            json::document(&mut bytes, item)?;
        } else {
            let mut text = Text::default();
            read(&mut text);
            write_lines(&mut bytes, &text)?;
        }
        self.is_empty = false;
        self.write(&bytes)
    }

    /// Writes what is said of all of them, which is an object, and says where the log lies.
    pub(crate) fn end(
        mut self,
        all: &impl Serialize,
        read: impl FnOnce(&mut Text),
    ) -> Result<Option<PathBuf>, Failure> {
        let mut bytes = Vec::new();
        if self.output.json {
            if self.is_empty {
                bytes = self.before_item();
            }
            let mut rest = Vec::new();
            json::write(&mut rest, all)?;
            bytes.extend_from_slice(b"],");
            bytes.extend(rest.into_iter().skip(1));
        } else {
            let mut text = Text::default();
            read(&mut text);
            write_lines(&mut bytes, &text)?;
        }
        self.write(&bytes)?;
        self.log.map(Log::end).transpose()
    }

    fn before_item(&self) -> Vec<u8> {
        match self.is_empty {
            true => format!("{{\"{}\":[", self.items).into_bytes(),
            false => b",".to_vec(),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if let Some(log) = &mut self.log {
            log.write(bytes)?;
        }
        match self.printed {
            true => to_reader(|to| to.write_all(bytes)),
            false => Ok(()),
        }
    }
}

/// A file of its own that is named by the time, made when the first of it is written.
pub(crate) struct Log {
    folder: PathBuf,
    name: &'static str,
    at: Timestamp,
    behind: &'static str,
    file: Option<(PathBuf, BufWriter<File>)>,
}

impl Log {
    /// `FOLDER/NAME-YYYYMMDD-HHMMSS` and what comes behind it, in UTC.
    pub(crate) fn new(
        folder: &Path,
        name: &'static str,
        at: Timestamp,
        behind: &'static str,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            name,
            at,
            behind,
            file: None,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let (path, mut file) = match self.file.take() {
            Some(made) => made,
            None => self.make()?,
        };
        let written = file.write_all(bytes);
        written.map_err(|error| unwritten(&path, &error))?;
        self.file = Some((path, file));
        Ok(())
    }

    /// One that another run made in the same second stays.
    fn make(&self) -> Result<(PathBuf, BufWriter<File>), Failure> {
        fs::create_dir_all(&self.folder).map_err(|error| unwritten(&self.folder, &error))?;
        let mut at = self.at;
        loop {
            let (name, behind) = (self.name, self.behind);
            let path = self.folder.join(format!(
                "{name}-{}{behind}.log",
                at.strftime("%Y%m%d-%H%M%S")
            ));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, BufWriter::new(file))),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    at = at
                        .checked_add(1.second())
                        .map_err(|_| unwritten(&path, &error))?;
                }
                Err(error) => return Err(unwritten(&path, &error)),
            }
        }
    }

    fn end(self) -> Result<PathBuf, Failure> {
        let (path, file) = match self.file {
            Some(made) => made,
            None => self.make()?,
        };
        let whole = file.into_inner().map_err(io::IntoInnerError::into_error);
        let whole = whole.and_then(|file| file.sync_all());
        whole.map_err(|error| unwritten(&path, &error))?;
        Ok(path)
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("{} cannot be written: {error}", path.display()))
}
