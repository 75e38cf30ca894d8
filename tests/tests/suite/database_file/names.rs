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
