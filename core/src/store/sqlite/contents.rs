//! Whether the file itself still holds what the connections write on.
//!
//! `cp`, `cat >` and `truncate` over an open file leave its inode, and SQLite does not look: it reads on from its log and
//! its cache, and its next checkpoint makes a heap of two databases. While a file keeps a log, only checkpoints write to it,
//! and what stands in it only goes forward. So where its size or its times have changed, it is read past the log, and must
//! know the last event that was seen in it. It is read through SQLite, which has descriptors for that and closes none while
//! it holds a lock: closing one of ours would drop them all.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use super::error::classify;
use super::identity::Stamp;
use crate::error::StoreError;
use crate::store::statements::control;

/// Elsewhere a path is spelled otherwise in a URI, and nothing is asked.
const CAN_READ: bool = cfg!(unix);

/// How often it is read again where it does not fit: another process may be at its checkpoint.
const LOOKS: usize = 3;

/// For how long after a change another one may leave the same times: file systems count in ticks.
const TICK: Duration = Duration::from_millis(20);

/// What is known of a file.
#[derive(Debug, Default)]
pub(super) struct Contents {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    stamp: Option<Stamp>,
    /// What has this stamp is what was seen with it.
    settled: bool,
    /// It was another one, which no later look takes back: a connection may read from it by then.
    strange: bool,
    last: Option<Stored>,
}

/// What stands in the file, whatever its log says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    schema: i64,
    /// The last event: its row and its hash.
    event: Option<(i64, Vec<u8>)>,
}

/// What comes of reading it.
#[derive(Debug)]
enum Read {
    Stored {
        stored: Stored,
        /// The hash of the event that was the last one before.
        before: Option<Vec<u8>>,
    },
    /// What is in the middle of a checkpoint, or was cut.
    Broken,
    NoDatabase,
    /// It could not be asked.
    Untold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ours,
    NotOurs,
    Unclear,
}

impl Contents {
    /// Whether it was written to since it was last looked at, as far as its size and its times tell.
    pub(super) fn may_have_changed(&self, stamp: Stamp) -> bool {
        let known = self.known();
        CAN_READ && (known.strange || !known.settled || known.stamp != Some(stamp))
    }

    /// Whether the file goes on from what was last seen in it. Asked outside of a transaction.
    pub(super) fn go_on(
        &self,
        path: &Path,
        stamp: Stamp,
        connection: &Connection,
    ) -> Result<bool, StoreError> {
        let mut known = self.known();
        if known.strange {
            return Ok(false);
        }
        let shrank = known.stamp.is_some_and(|known| stamp.bytes < known.bytes);
        let mut verdict = Verdict::Unclear;
        for _ in 0..LOOKS {
            let before = copied(connection)?;
            let event = known.last.as_ref().and_then(|last| last.event.as_ref());
            let read = read(path, event.map(|(row, _)| *row));
            let schema =
                connection.query_row(control::STORED_SCHEMA.sqlite(), [], |row| row.get(0));
            let schema = schema.map_err(classify)?;
            // All that was committed stands in it, and so nothing half-copied.
            let whole = before.is_some() && before == copied(connection)?;
            verdict = judge(&read, known.last.as_ref(), schema, whole || shrank);
            if verdict == Verdict::Ours {
                if let Read::Stored { stored, .. } = read {
                    known.last = Some(stored);
                }
                break;
            }
        }
        known.strange = verdict == Verdict::NotOurs;
        if !known.strange {
            known.stamp = Some(stamp);
            known.settled = verdict == Verdict::Ours && !stamp.is_fresh(TICK, SystemTime::now());
        }
        Ok(!known.strange)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `schema` is the version that the connections see, and never behind what stands in the file.
fn judge(read: &Read, last: Option<&Stored>, schema: i64, must_be_readable: bool) -> Verdict {
    match read {
        Read::Untold => Verdict::Unclear,
        Read::NoDatabase => Verdict::NotOurs,
        Read::Broken if must_be_readable => Verdict::NotOurs,
        Read::Broken => Verdict::Unclear,
        Read::Stored { stored, .. } if stored.schema > schema => Verdict::NotOurs,
        Read::Stored { stored, before } => {
            let goes_on = last.is_none_or(|last| {
                let event = last.event.as_ref().map(|(_, hash)| hash);
                // Steps may take the log away and begin another.
                last.schema < stored.schema
                    || last.schema == stored.schema
                        && event.is_none_or(|hash| before.as_ref() == Some(hash))
            });
            match goes_on {
                true => Verdict::Ours,
                false => Verdict::NotOurs,
            }
        }
    }
}

/// How many pages of log there are, where all of them were copied into the file.
fn copied(connection: &Connection) -> Result<Option<i32>, StoreError> {
    let asked = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::NOOP);
    let (log, copied) = asked.map_err(classify)?;
    Ok((log == copied).then_some(log))
}

fn read(path: &Path, event: Option<i64>) -> Read {
    match try_to_read(path, event) {
        Ok(read) => read,
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => Read::Broken,
            Some(ErrorCode::NotADatabase) => Read::NoDatabase,
            _ => Read::Untold,
        },
    }
}

fn try_to_read(path: &Path, event: Option<i64>) -> rusqlite::Result<Read> {
    let Some(uri) = uri(path) else {
        return Ok(Read::Untold);
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(uri, flags)?;
    let schema = file.query_row(control::STORED_SCHEMA.sqlite(), [], |row| row.get(0))?;
    let mut asked = match file.prepare(control::STORED_EVENTS.sqlite()) {
        Ok(asked) => asked,
        // There is no such table.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown) => {
            let event = None;
            let stored = Stored { schema, event };
            return Ok(Read::Stored {
                stored,
                before: None,
            });
        }
        Err(error) => return Err(error),
    };
    let asked = asked.query_row([event], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (row, hash, before): (Option<i64>, Option<Vec<u8>>, _) =
        asked.optional()?.unwrap_or_default();
    let stored = Stored {
        schema,
        event: row.zip(hash),
    };
    Ok(Read::Stored { stored, before })
}

/// Past the log, without a lock: SQLite takes such a file for one that nobody writes to.
#[cfg(unix)]
fn uri(path: &Path) -> Option<String> {
    use std::os::unix::ffi::OsStrExt;

    use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

    let path = percent_encode(path.as_os_str().as_bytes(), NON_ALPHANUMERIC);
    let path = path.to_string().replace("%2F", "/");
    Some(format!("file://{path}?immutable=1"))
}

#[cfg(not(unix))]
fn uri(_: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(schema: i64, event: Option<(i64, u8)>, before: Option<u8>) -> Read {
        let event = event.map(|(row, hash)| (row, vec![hash]));
        Read::Stored {
            stored: Stored { schema, event },
            before: before.map(|hash| vec![hash]),
        }
    }

    #[test]
    fn a_file_goes_on_from_what_was_seen_in_it() {
        let last = Stored {
            schema: 5,
            event: Some((7, vec![1])),
        };
        let judged = |read, whole| judge(&read, Some(&last), 6, whole);
        for ours in [
            stored(5, Some((7, 1)), Some(1)),
            stored(6, Some((9, 2)), Some(1)),
            stored(6, None, None),
        ] {
            assert_eq!(judged(ours, true), Verdict::Ours);
        }
        for not_ours in [
            // An older one, another's, a copy that SQLite made, one without a log of events, an empty one.
            stored(5, Some((6, 3)), None),
            stored(5, Some((9, 2)), Some(4)),
            stored(7, Some((9, 2)), Some(1)),
            stored(4, Some((9, 2)), Some(1)),
            stored(5, None, None),
            stored(0, None, None),
            Read::NoDatabase,
        ] {
            assert_eq!(judged(not_ours, false), Verdict::NotOurs);
        }
        assert_eq!(judged(Read::Broken, true), Verdict::NotOurs);
        // Another process is copying, or was ended meanwhile.
        assert_eq!(judged(Read::Broken, false), Verdict::Unclear);
        assert_eq!(judged(Read::Untold, true), Verdict::Unclear);
        let first = judge(&stored(3, None, None), None, 3, true);
        assert_eq!(first, Verdict::Ours);
    }
}
