//! A process of its own that alone sees what it mounts, for root and, where the system allows it, for anybody.

use std::path::Path;
use std::process::Command;

/// Set in the process of a fact.
const APART: &str = "RINGFENCE_SUITE_MOUNTS";

/// Runs the hidden test of this path, `module::name`, in a mount namespace of its own. Says whether it could.
pub(crate) fn run(test: &str) -> bool {
    // Whoever is not root becomes root of a user namespace.
    let flags: &[&str] = if is_root() {
        &["--mount"]
    } else {
        &["--mount", "--map-root-user"]
    };
    let usable = Command::new("unshare").args(flags).arg("true").output();
    if !usable.is_ok_and(|probe| probe.status.success()) {
        eprintln!("skipped: this system lets us mount nothing");
        return false;
    }
    let run = Command::new("unshare")
        .args(flags)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(APART, "1")
        .output()
        .unwrap();
    let told = format!(
        "{}\n{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(run.status.success() && told.contains("1 passed"), "{told}");
    for skipped in told.lines().filter(|line| line.starts_with("skipped: ")) {
        eprintln!("{skipped}");
    }
    true
}

pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Whether this is the process of a fact; the hidden tests do nothing elsewhere.
pub(crate) fn is_apart() -> bool {
    std::env::var_os(APART).is_some()
}

/// Mounts something on a folder or a file.
pub(crate) fn mount(arguments: &[&str], on: &Path) {
    assert!(mounts(arguments, on), "mount {arguments:?}");
}

/// Likewise; says whether the system let us.
pub(crate) fn mounts(arguments: &[&str], on: &Path) -> bool {
    let done = Command::new("mount").args(arguments).arg(on).status();
    done.unwrap().success()
}
