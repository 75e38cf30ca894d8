//! The smallest file system in user space: an empty folder.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

/// A mount that its own thread answers for.
pub(super) struct Fuse {
    point: PathBuf,
    answering: JoinHandle<()>,
}

impl Fuse {
    /// Mounts it, where the system lets us.
    pub(super) fn mount(point: &Path) -> Option<Self> {
        let device = File::options()
            .read(true)
            .write(true)
            .open("/dev/fuse")
            .ok()?;
        // The device that `mount` has as its standard input is the one that is read here.
        let done = Command::new("mount")
            .args(["-i", "-t", "fuse", "-o"])
            .arg("fd=0,rootmode=40000,user_id=0,group_id=0")
            .arg("nothing")
            .arg(point)
            .stdin(Stdio::from(device.try_clone().unwrap()))
            .status();
        if !done.ok()?.success() {
            return None;
        }
        let answering = std::thread::spawn(move || answer(device));
        Some(Self {
            point: point.to_owned(),
            answering,
        })
    }

    pub(super) fn unmount(self) {
        let done = Command::new("umount").arg(&self.point).status();
        assert!(done.unwrap().success());
        self.answering.join().unwrap();
    }
}

const NOT_THERE: i32 = 2;
const NOT_KNOWN: i32 = 38;

/// Answers what the kernel asks (`linux/fuse.h`, as of version 7.19) until it is unmounted.
fn answer(mut device: File) {
    let mut request = vec![0; 1 << 17];
    while let Ok(bytes) = device.read(&mut request) {
        let asked = &request[..bytes];
        let opcode = u32::from_ne_bytes(asked[4..8].try_into().unwrap());
        let number = &asked[8..16];
        let answer = match opcode {
            // FORGET and BATCH_FORGET want none.
            2 | 42 => continue,
            // LOOKUP
            1 => Err(NOT_THERE),
            // GETATTR of the folder: valid for no time, its inode, and what it is.
            3 => {
                let mut about = vec![0; 104];
                about[16] = 1;
                about[16 + 60..16 + 64].copy_from_slice(&0o40755_u32.to_ne_bytes());
                about[16 + 64..16 + 68].copy_from_slice(&2_u32.to_ne_bytes());
                Ok(about)
            }
            // STATFS
            17 => Ok(vec![0; 80]),
            // INIT
            26 => Ok([7_u32, 19, 0, 0, 0, 4_096].map(u32::to_ne_bytes).concat()),
            _ => Err(NOT_KNOWN),
        };
        let (error, body) = match answer {
            Ok(body) => (0, body),
            Err(error) => (-error, Vec::new()),
        };
        let length = u32::try_from(16 + body.len()).unwrap();
        let mut whole = length.to_ne_bytes().to_vec();
        whole.extend(error.to_ne_bytes());
        whole.extend(number);
        whole.extend(body);
        // Who asked may have given up.
        drop(device.write(&whole));
    }
}
