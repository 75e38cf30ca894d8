//! Lists come in pages.

use ringfence_tests::fixture::on_each_empty_database;
use serde_json::Value;

use crate::{printed, refused, ringfence, said};

fn ids(page: &str) -> Vec<String> {
    let page: Value = serde_json::from_str(page).unwrap();
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_list_is_read_page_by_page_or_to_its_end() {
    on_each_empty_database(async |place| {
        let run = |arguments: &[&str]| ringfence(place, arguments);
        printed(&run(&["migrate"]), 0);
        for id in ["a", "b", "c"] {
            printed(&run(&["tenants", "create", id, "--id", id]), 0);
        }
        let first = run(&["tenants", "list", "--limit", "2"]);
        let rows: Vec<String> = printed(&first, 0).lines().map(str::to_owned).collect();
        assert_eq!(rows.len(), 3);
        assert!(rows[0].starts_with("ID  NAME  CREATED_AT"), "{rows:?}");
        assert!(rows[1].starts_with("a   a     "), "{rows:?}");
        let note = said(&first);
        let after = note
            .strip_prefix("ringfence: there is more: --after ")
            .unwrap();
        let after = after.strip_suffix(", or --all\n").unwrap();
        let rest = run(&["tenants", "list", "--json", "--after", after]);
        assert_eq!(ids(&printed(&rest, 0)), ["c"]);
        assert_eq!(said(&rest), "");

        let all = printed(
            &run(&["tenants", "list", "--all", "--limit", "2", "--json"]),
            0,
        );
        let pages: Vec<_> = all.lines().map(ids).collect();
        assert_eq!(
            pages,
            [vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]]
        );
        // The heading stands above the first page.
        let all = printed(&run(&["tenants", "list", "--all", "--limit", "1"]), 0);
        assert_eq!(all.lines().count(), 4);
        assert_eq!(all.matches("ID  NAME").count(), 1);

        let error = refused(&run(&["tenants", "list", "--json", "--after", "x"]));
        assert_eq!(error["field"], "after");
        let error = refused(&run(&["tenants", "list", "--json", "--limit", "1001"]));
        assert_eq!(error["kind"], "usage");
    })
    .await;
}
