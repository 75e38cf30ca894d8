//! On what a database file lies.
//!
//! Processes that write to one file keep its log's index in memory that they share. On a network or across a virtual
//! machine each has its own: two write over each other, and whole databases have been lost without a word. A file that
//! is itself a mount (`docker -v fleet.db:/data/fleet.db`) has its log outside of it: in another place than the others'
//! log, and gone with the container.

use std::path::Path;

use crate::error::Failure;

/// Refuses a file on a mount whose processes do not share memory, as far as the system says so.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn refuse_unshared(path: &Path) -> Result<(), Failure> {
    use crate::model::InvalidField;

    // Where the system does not show its mounts, the type alone is told.
    let table = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    let mount = linux::mount_of(&String::from_utf8_lossy(&table), path);
    let rule = if mount.as_ref().is_some_and(|mount| mount.point == path) {
        format!(
            "names a file that is a mount of its own, {}: its log would lie outside of it; mount the folder instead, or \
             open it with `allow_any_mount`",
            path.display()
        )
    } else if let Some(kind) = linux::unshared(path) {
        let (point, kind) = match mount {
            Some(mount) => (format!(" {}", mount.point.display()), mount.kind),
            None => (String::new(), kind.to_owned()),
        };
        format!(
            "names a file on the mount{point} of type {kind}, whose processes do not share the memory that a log needs: \
             put it on a disk, or open it with `allow_any_mount` where one process alone ever does"
        )
    } else {
        return Ok(());
    };
    Err(InvalidField::new("url", rule).into())
}

/// Elsewhere nothing is known of mounts.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn refuse_unshared(_: &Path) -> Result<(), Failure> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    use std::path::{Path, PathBuf};

    /// Types of file system without memory shared among all who use it, by the numbers of `linux/magic.h` and of their
    /// authors. Shared folders of virtual machines are FUSE or 9p.
    const UNSHARED: [(u64, &str); 17] = [
        (0x6969, "nfs"),
        (0x517b, "smb"),
        (0xff53_4d42, "cifs"),
        (0xfe53_4d42, "smb2"),
        (0x0102_1997, "9p"),
        (0x6573_5546, "fuse"),
        (0x5346_414f, "afs"),
        (0x7375_7245, "coda"),
        (0x564c, "ncp"),
        (0x00c3_6400, "ceph"),
        (0x0bd0_0bd0, "lustre"),
        (0x4750_4653, "gpfs"),
        (0x0116_1970, "gfs2"),
        (0x7461_636f, "ocfs2"),
        (0x1983_0326, "beegfs"),
        (0x786f_4256, "vboxsf"),
        (0xbacb_acbc, "vmhgfs"),
    ];

    /// The type of the file system at this path, or where the file would be, if it is one of those.
    pub(super) fn unshared(path: &Path) -> Option<&'static str> {
        let known = rustix::fs::statfs(path);
        // A path that leads nowhere is somebody else's to refuse.
        let known = known.or_else(|error| path.parent().map_or(Err(error), rustix::fs::statfs));
        // The type is of another width and sign on each processor.
        let number = u64::from(u32::try_from(known.ok()?.f_type & 0xffff_ffff).ok()?);
        let kind = UNSHARED.iter().find(|(unshared, _)| *unshared == number);
        kind.map(|(_, kind)| *kind)
    }

    /// A line of the table of mounts.
    #[derive(Debug, PartialEq, Eq)]
    pub(super) struct Mount {
        pub(super) point: PathBuf,
        pub(super) kind: String,
    }

    /// The mount that a path without links lies on: the deepest, and of those over one another the last.
    pub(super) fn mount_of(table: &str, path: &Path) -> Option<Mount> {
        let mounts = table.lines().filter_map(mount);
        mounts
            .filter(|mount| path.starts_with(&mount.point))
            .max_by_key(|mount| mount.point.as_os_str().len())
    }

    /// `36 35 98:0 /root /point options optional… - type source options`, as `proc(5)` says.
    fn mount(line: &str) -> Option<Mount> {
        let (place, what) = line.split_once(" - ")?;
        Some(Mount {
            point: PathBuf::from(OsString::from_vec(plain(place.split(' ').nth(4)?))),
            kind: what.split(' ').next()?.to_owned(),
        })
    }

    /// Blanks, tabs, line ends and backslashes stand there as `\040`.
    fn plain(escaped: &str) -> Vec<u8> {
        let mut plain = Vec::with_capacity(escaped.len());
        let mut rest = escaped;
        while let Some((before, behind)) = rest.split_once('\\') {
            plain.extend(before.bytes());
            let byte = behind.get(..3);
            let byte = byte.and_then(|digits| u8::from_str_radix(digits, 8).ok());
            match (byte, behind.get(3..)) {
                (Some(byte), Some(behind)) => {
                    plain.push(byte);
                    rest = behind;
                }
                _ => {
                    plain.push(b'\\');
                    rest = behind;
                }
            }
        }
        plain.extend(rest.bytes());
        plain
    }

    #[cfg(test)]
    #[allow(clippy::unwrap_used, reason = "tests")]
    mod tests {
        use super::*;

        const TABLE: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
23 22 0:21 / /proc rw,relatime - proc proc rw
40 22 0:40 / /data rw,relatime shared:9 master:2 - nfs4 server:/export rw,vers=4.2
41 40 0:41 /fleet /data/with\\040a\\134blank rw - fuse.sshfs me@host:/ rw,user_id=0
42 22 8:1 /home/a.db /srv/a.db rw,relatime - ext4 /dev/root rw
43 22 0:43 / /mnt rw - ext4 /dev/sdb rw
44 43 0:44 / /mnt rw - 9p shared rw,trans=virtio
nonsense
45 22 0:45
46 22 0:46 / /broken\\04 rw - xfs /dev/sdc rw
";

        fn found(path: &str) -> (String, String) {
            let mount = mount_of(TABLE, Path::new(path)).unwrap();
            (mount.point.display().to_string(), mount.kind)
        }

        #[test]
        fn a_path_lies_on_the_deepest_mount_above_it_and_on_the_last_of_those() {
            for (path, point, kind) in [
                ("/home/fleet.db", "/", "ext4"),
                ("/database/fleet.db", "/", "ext4"),
                ("/data/fleet.db", "/data", "nfs4"),
                (
                    "/data/with a\\blank/fleet.db",
                    "/data/with a\\blank",
                    "fuse.sshfs",
                ),
                ("/srv/a.db", "/srv/a.db", "ext4"),
                ("/srv/b.db", "/", "ext4"),
                ("/mnt/fleet.db", "/mnt", "9p"),
                ("/broken\\04/fleet.db", "/broken\\04", "xfs"),
            ] {
                assert_eq!(found(path), (point.to_owned(), kind.to_owned()), "{path}");
            }
        }

        #[test]
        fn a_table_that_says_nothing_names_no_mount() {
            assert_eq!(mount_of("", Path::new("/data/fleet.db")), None);
            assert_eq!(mount_of("one two\n - \n", Path::new("/data")), None);
        }

        #[test]
        fn a_file_that_is_not_there_yet_lies_where_its_folder_does() {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("fleet.db");
            assert_eq!(unshared(&file), unshared(folder.path()));
            assert_eq!(unshared(Path::new("/no/such/folder/fleet.db")), None);
        }
    }
}
