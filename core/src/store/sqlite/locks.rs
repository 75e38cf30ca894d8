//! Whether the system still holds the locks that SQLite believes it holds.
//!
//! POSIX drops every lock that a process has on a file when the process closes any descriptor of it: another SQLite in the
//! process that comes and goes, or a plain read of the file, takes away the locks of this one, which does not ask again.
//! Then another process writes at the same time. Linux tells which locks a process holds through a descriptor, without
//! that anything of the database is opened: `/proc/self/fdinfo/N`, `proc_pid_fdinfo(5)`.

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) use linux::Locks;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) use untold::Locks;

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod untold {
    use super::super::identity::Identity;
    use crate::error::StoreError;

    /// Nobody tells.
    #[derive(Debug, Default)]
    pub(in super::super) struct Locks;

    impl Locks {
        #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Linux")]
        pub(in super::super) fn are_held(&self) -> Result<bool, StoreError> {
            Ok(true)
        }

        #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Linux")]
        pub(in super::super) fn are_held_to_write(
            &mut self,
            _: Identity,
            _: Option<Identity>,
        ) -> Result<bool, StoreError> {
            Ok(true)
        }

        #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "as on Linux")]
        pub(in super::super) fn keep_others_out(&self) -> Result<bool, StoreError> {
            Ok(true)
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::ffi::{OsStr, OsString};
    use std::fs::File;
    use std::io::{self, ErrorKind};
    use std::os::unix::fs::FileExt;
    use std::path::Path;

    use super::super::identity::{Found, Identity};
    use crate::error::StoreError;

    /// Bytes that SQLite locks, and so each process that has the database open.
    #[derive(Debug, Clone, Copy)]
    struct Wanted {
        first: u64,
        last: u64,
        alone: bool,
    }

    /// Of the log's index: held by whoever writes.
    const WRITES: Wanted = Wanted {
        first: 120,
        last: 120,
        alone: true,
    };
    /// Of the log's index: shared from when it is opened until its last connection closes, and never asked for between.
    const HAS_INDEX: Wanted = Wanted {
        first: 128,
        last: 128,
        alone: false,
    };
    /// Of the file: likewise. Whoever gets it alone takes the log away.
    const HAS_FILE: Wanted = Wanted {
        first: 0x4000_0002,
        last: 0x4000_01ff,
        alone: false,
    };

    /// More than the lines of all locks that SQLite ever has on one file.
    const TEXT: usize = 2_048;

    /// The locks of all connections to a file that keeps a log. SQLite has one descriptor of the index for all of them,
    /// and one through which it holds the file.
    #[derive(Debug, Default)]
    pub(in super::super) enum Locks {
        /// Nothing was written yet.
        #[default]
        NotLearned,
        /// The system tells of none, not even of one that was just taken.
        Untold,
        Told {
            index: Told,
            /// `None` where the file lies elsewhere than its index, on a file system that tells of none.
            file: Option<Told>,
        },
    }

    impl Locks {
        /// As far as anything is known of them.
        pub(in super::super) fn are_held(&self) -> Result<bool, StoreError> {
            self.hold(&[HAS_INDEX], &[HAS_FILE])
        }

        /// Likewise behind the beginning of a transaction that writes. The system tells of the lock that was taken for
        /// it, if it tells of any: so the first one learns where to ask, and a lock that was dropped before is missing
        /// then.
        pub(in super::super) fn are_held_to_write(
            &mut self,
            file: Identity,
            index: Option<Identity>,
        ) -> Result<bool, StoreError> {
            if let (Self::NotLearned, Some(index)) = (&*self, index) {
                match learn(file, index).map_err(unreadable)? {
                    Some(learned) => *self = learned,
                    None => return Ok(false),
                }
            }
            self.hold(&[HAS_INDEX, WRITES], &[HAS_FILE])
        }

        /// Whether nobody else can have written since then.
        pub(in super::super) fn keep_others_out(&self) -> Result<bool, StoreError> {
            self.hold(&[HAS_INDEX, WRITES], &[])
        }

        fn hold(&self, of_index: &[Wanted], of_file: &[Wanted]) -> Result<bool, StoreError> {
            let Self::Told { index, file } = self else {
                return Ok(true);
            };
            let of_file = |file: &Told| file.holds(of_file);
            Ok(index.holds(of_index)? && file.as_ref().map_or(Ok(true), of_file)?)
        }
    }

    /// Where to ask; `None` where the lock on the file is gone already.
    fn learn(file: Identity, index: Identity) -> io::Result<Option<Locks>> {
        let open = match open_files([file, index]) {
            Ok(open) => open,
            Err(error) if is_hidden(&error) => return Ok(Some(untold())),
            Err(error) => return Err(error),
        };
        let of = |wanted: Identity| {
            let those = open.iter().filter(move |(_, found)| *found == wanted);
            those.map(|(number, _)| number.as_os_str())
        };
        if of(index).next().is_none() {
            // SQLite keeps no log yet, and this one is somebody's leftover.
            return Ok(Some(Locks::NotLearned));
        }
        let Some(told) = Told::of_one(of(index), WRITES)? else {
            return Ok(Some(untold()));
        };
        let held = Told::of_one(of(file), HAS_FILE)?;
        if held.is_none() && file.is_on_the_device_of(index) {
            return Ok(None);
        }
        Ok(Some(Locks::Told {
            index: told,
            file: held,
        }))
    }

    /// Says so once for each opening.
    fn untold() -> Locks {
        tracing::info!(
            target: "ringfence::store",
            "the system does not tell of locks: it is not noticed when something in this process drops them"
        );
        Locks::Untold
    }

    /// Descriptors of this process that are of one of these files, by their numbers.
    fn open_files(those: [Identity; 2]) -> io::Result<Vec<(OsString, Identity)>> {
        let mut open = Vec::new();
        for entry in std::fs::read_dir("/proc/self/fd")? {
            let entry = entry?;
            // Looked at through the link, which opens nothing. Others may be closed meanwhile.
            let Ok(Some(found)) = Found::at(&entry.path()) else {
                continue;
            };
            if those.contains(&found.identity) {
                open.push((entry.file_name(), found.identity));
            }
        }
        Ok(open)
    }

    /// What the system tells of one descriptor of SQLite's.
    #[derive(Debug)]
    pub(in super::super) struct Told {
        /// Stays open: it is asked for each group, also where no descriptor is left.
        info: File,
        /// What the system calls the file: the number may come to mean another.
        of: String,
    }

    impl Told {
        /// The one of these descriptors through which this is held.
        fn of_one<'n>(
            numbers: impl Iterator<Item = &'n OsStr>,
            wanted: Wanted,
        ) -> io::Result<Option<Self>> {
            for number in numbers {
                let info = match File::open(Path::new("/proc/self/fdinfo").join(number)) {
                    Ok(info) => info,
                    Err(error) if is_hidden(&error) => continue,
                    Err(error) => return Err(error),
                };
                let mut bytes = [0; TEXT];
                let text = text(&info, &mut bytes)?;
                let mut locks = text.lines().filter_map(Lock::told);
                let lock = locks.find(|lock| lock.covers(wanted));
                let of = lock.map(|lock| lock.of.to_owned());
                if let Some(of) = of {
                    return Ok(Some(Self { info, of }));
                }
            }
            Ok(None)
        }

        fn holds(&self, wanted: &[Wanted]) -> Result<bool, StoreError> {
            if wanted.is_empty() {
                return Ok(true);
            }
            let mut bytes = [0; TEXT];
            let text = text(&self.info, &mut bytes).map_err(unreadable)?;
            let locks = text.lines().filter_map(Lock::told);
            let locks: Vec<_> = locks.filter(|lock| lock.of == self.of).collect();
            let is_held = |wanted: &Wanted| locks.iter().any(|lock| lock.covers(*wanted));
            Ok(wanted.iter().all(is_held))
        }
    }

    /// What stands there now; nothing where the descriptor was closed.
    fn text<'b>(info: &File, bytes: &'b mut [u8]) -> io::Result<&'b str> {
        let read = match info.read_at(bytes, 0) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        let text = bytes.get(..read).unwrap_or_default();
        str::from_utf8(text).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
    }

    /// A lock of a process, as a line tells it.
    #[derive(Debug, PartialEq, Eq)]
    struct Lock<'t> {
        alone: bool,
        of: &'t str,
        first: u64,
        last: u64,
    }

    impl<'t> Lock<'t> {
        /// `lock: 1: POSIX  ADVISORY  READ 13158 fe:00:10776457 128 128`: its number, whose kind it is, what the process
        /// may do all the same, what it does, which process, which file, and from where to where.
        fn told(line: &'t str) -> Option<Self> {
            let mut words = line.strip_prefix("lock:")?.split_ascii_whitespace();
            if words.nth(1)? != "POSIX" {
                return None;
            }
            let alone = words.nth(1)? == "WRITE";
            let of = words.nth(1)?;
            let first = words.next()?.parse().ok()?;
            let last = match words.next()? {
                "EOF" => u64::MAX,
                last => last.parse().ok()?,
            };
            Some(Self {
                alone,
                of,
                first,
                last,
            })
        }

        /// Locks that touch are told as one.
        fn covers(&self, wanted: Wanted) -> bool {
            self.first <= wanted.first && wanted.last <= self.last && (self.alone || !wanted.alone)
        }
    }

    /// Whether the system keeps it from this process, or has nothing like it.
    fn is_hidden(error: &io::Error) -> bool {
        matches!(
            error.kind(),
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied
        )
    }

    #[allow(clippy::needless_pass_by_value, reason = "it is passed to `map_err`")]
    fn unreadable(error: io::Error) -> StoreError {
        StoreError::from_io("the locks of the process", &error)
    }

    #[cfg(test)]
    #[allow(clippy::unwrap_used, reason = "tests")]
    mod tests {
        use super::*;

        const INFO: &str = "pos:\t0
flags:\t02500002
mnt_id:\t27
ino:\t10776457
lock:\t1: POSIX  ADVISORY  WRITE 13158 fe:00:10776457 120 120
lock:\t2: POSIX  ADVISORY  READ 13158 fe:00:10776457 124 128
lock:\t3: OFDLCK ADVISORY  READ -1 fe:00:10776457 0 EOF
lock:\t4: FLOCK  ADVISORY  WRITE 13158 fe:00:10776457 0 EOF
lock:\t5: POSIX  ADVISORY  READ 13158 fe:00:10776457 1073741826 EOF
lock:\t6: POSIX  ADVISORY
";

        #[test]
        fn what_a_process_locks_is_told_by_lines() {
            let locks: Vec<_> = INFO.lines().filter_map(Lock::told).collect();
            let covered = |wanted| locks.iter().any(|lock| lock.covers(wanted));
            assert_eq!(locks.len(), 3);
            assert!(locks.iter().all(|lock| lock.of == "fe:00:10776457"));
            assert!(covered(WRITES) && covered(HAS_INDEX) && covered(HAS_FILE));
            // Read beside others is not written alone.
            assert!(!covered(Wanted {
                alone: true,
                ..HAS_INDEX
            }));
            assert!(!covered(Wanted {
                first: 121,
                last: 121,
                alone: false
            }));
        }

        /// Locks of which the system tells this.
        fn told(lines: &[&str]) -> Locks {
            let told = |of: &str| {
                let info = tempfile::tempfile().unwrap();
                info.write_all_at(lines.join("\n").as_bytes(), 0).unwrap();
                let of = of.to_owned();
                Told { info, of }
            };
            Locks::Told {
                index: told("fe:00:2"),
                file: Some(told("fe:00:1")),
            }
        }

        #[test]
        fn each_lock_is_missed_where_it_is_relied_on() {
            let file = "lock:\t1: POSIX  ADVISORY  READ 13158 fe:00:1 1073741826 1073742335";
            let writes = "lock:\t2: POSIX  ADVISORY  WRITE 13158 fe:00:2 120 120";
            let index = "lock:\t3: POSIX  ADVISORY  READ 13158 fe:00:2 128 128";
            // The number of the descriptor means another file by now.
            let others = [
                file.replace("fe:00:1", "fe:00:3"),
                writes.replace("fe:00:2", "fe:00:3"),
                index.replace("fe:00:2", "fe:00:3"),
            ];
            let [other_file, other_writes, other_index] = others.each_ref().map(String::as_str);
            for (lines, are_held, to_write, keep_others_out) in [
                ([file, writes, index], true, true, true),
                ([other_file, writes, index], false, false, true),
                ([file, other_writes, index], true, false, false),
                ([file, writes, other_index], false, false, false),
            ] {
                let identity = Found::at(Path::new("/")).unwrap().unwrap().identity;
                let mut locks = told(&lines);
                let found = [
                    locks.are_held().unwrap(),
                    locks.are_held_to_write(identity, None).unwrap(),
                    locks.keep_others_out().unwrap(),
                ];
                assert_eq!(found, [are_held, to_write, keep_others_out], "{lines:?}");
            }
        }
    }
}
