//! A file with other names than the one by which it is opened.

use std::fs;
use std::sync::Arc;

use ringfence::blocking::wait;
use ringfence::{Error, OpenOptions, Ringfence, SystemSource};

use super::{Fleet, stored, url};

#[test]
fn a_file_with_another_name_is_refused_and_the_option_that_opens_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let [file, link] = ["a.db", "b.db"].map(|name| folder.path().join(name));
    wait(Fleet::found(&url(&file)).ringfence.shutdown()).unwrap();
    fs::hard_link(&file, &link).unwrap();
    let before = super::files(folder.path());
    for name in [&file, &link] {
        let refused = wait(Ringfence::open(url(name), OpenOptions::default()));
        let Err(Error::Invalid { field, rule }) = refused.map(drop) else {
            panic!("it is opened");
        };
        assert_eq!(field, "url");
        assert!(
            rule.contains("2 hard links") && rule.contains("allow_hard_links"),
            "{rule}"
        );
    }
    assert_eq!(super::files(folder.path()), before);
    let options = OpenOptions {
        allow_hard_links: true,
        ..OpenOptions::default()
    };
    drop(wait(Ringfence::open(url(&file), options)).unwrap());
    fs::remove_file(link).unwrap();
    drop(wait(Ringfence::open(url(&file), OpenOptions::default())).unwrap());
}

#[cfg(unix)]
#[test]
fn a_link_whose_target_is_not_there_yet_names_that_target() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    let [first, link, real] =
        ["first.db", "link.db", "data/real.db"].map(|it| folder.path().join(it));
    std::os::unix::fs::symlink("link.db", &first).unwrap();
    std::os::unix::fs::symlink("data/real.db", &link).unwrap();
    let fleet = Fleet::found(&url(&first));
    fleet.register(0, 10);
    fleet.read_together();
    wait(fleet.ringfence.shutdown()).unwrap();
    assert_eq!(stored(&real), ["drone-0000"]);
    assert!(link.is_symlink() && first.is_symlink());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, target) in [
        ("a.db", "b.db"),
        ("b.db", "a.db"),
        ("c.db", "no/such.db"),
        ("d.db", ".."),
    ] {
        std::os::unix::fs::symlink(target, at(name)).unwrap();
    }
    for name in ["a.db", "c.db", "d.db"] {
        let refused = wait(Ringfence::open(url(&at(name)), OpenOptions::default()));
        match refused.map(drop) {
            Err(Error::Invalid { field, .. }) => assert_eq!(field, "url", "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn a_backup_may_make_hard_links_of_an_open_file_where_the_host_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let options = OpenOptions {
        allow_hard_links: true,
        ..OpenOptions::default()
    };
    let fleet = Fleet::found_with(&url(&file), options, Arc::new(SystemSource));
    fleet.register(0, 10);
    fs::hard_link(&file, folder.path().join("snapshot.db")).unwrap();
    fleet.register(1, 10);
    fleet.read_together();
    wait(fleet.ringfence.shutdown()).unwrap();
    assert_eq!(stored(&file), ["drone-0000", "drone-0001"]);
}
