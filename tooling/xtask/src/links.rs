//! The links between the pages of this repository: every relative one leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::{Result, process, repository};

/// Checks every page that git knows of, or would add.
///
/// # Errors
///
/// When links are dead; the text names them all.
pub(crate) fn check() -> Result<()> {
    let root = repository::root();
    let listing = [
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "*.md",
    ];
    let pages = process::capture(Command::new("git").args(listing).current_dir(&root))?;
    let mut dead = Vec::new();
    for page in pages.lines() {
        let file = root.join(page);
        // Deleted, and the deletion not yet committed.
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        for link in links(&text) {
            if !leads_somewhere(&root, &file, &text, &link) {
                dead.push(format!("{page}: {link}"));
            }
        }
    }
    if dead.is_empty() {
        Ok(())
    } else {
        Err(format!("dead links:\n{}", dead.join("\n")).into())
    }
}

fn leads_somewhere(root: &Path, page: &Path, text: &str, link: &str) -> bool {
    if link.contains("://") || link.starts_with("mailto:") {
        return true;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    if path.is_empty() {
        return anchors(text).contains(anchor);
    }
    let base = if path.starts_with('/') {
        root
    } else {
        page.parent().unwrap_or(root)
    };
    let target = base.join(path.trim_start_matches('/'));
    let is_page = target
        .extension()
        .is_some_and(|extension| extension == "md");
    match fs::read_to_string(&target) {
        Ok(text) if is_page && !anchor.is_empty() => anchors(&text).contains(anchor),
        _ => target.exists(),
    }
}

/// The targets of `[text](target)` and `[name]: target`, code left out.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        let code_free: String = line.split('`').step_by(2).collect();
        for after in code_free.split("](").skip(1) {
            let target = after.split([')', ' ']).next().unwrap_or_default();
            links.push(target.trim_matches(['<', '>']).to_owned());
        }
        let definition = code_free
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "));
        if let Some((_, target)) = definition {
            links.push(target.split(' ').next().unwrap_or_default().to_owned());
        }
    }
    links
}

/// The anchors that the headings of a page get: lower case, blanks to dashes, punctuation dropped.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// The lines outside fenced code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

#[cfg(test)]
mod tests {
    use super::{anchors, links};

    #[test]
    fn links_in_code_are_none_of_ours() {
        let text = "See [a](a.md#b) and `[b](b.md)`.\n```\n[c](c.md)\n```\n[d]: d.md \"title\"\n";
        assert_eq!(links(text), ["a.md#b", "d.md"]);
    }

    #[test]
    fn headings_are_anchors_as_hosts_write_them() {
        assert!(anchors("# One page, two\n## `foreign_keys`: why\n").contains("one-page-two"));
        assert!(anchors("## `foreign_keys`: why\n").contains("foreign_keys-why"));
    }
}
