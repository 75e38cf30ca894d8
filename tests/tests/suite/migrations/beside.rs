//! The old platform beside Ringfence, over the same tables.

use ringfence::MigrateMode;
use ringfence::schema::{self, version};
use ringfence_tests::fixture::{Place, each_engine};

use crate::legacy_rows;

each_engine!(
    /// It leaves out what it does not know and what its own defaults fill, and never heard of versions.
    #[tokio::test]
    async fn the_old_platform_goes_on_writing_into_every_table(place: &Place) {
        legacy_rows::make(place).await;
        let rf = place.open(MigrateMode::Auto).await.unwrap();
        let rows = legacy_rows::rows_of(place.engine, "c");
        place.raw(&rows).await.unwrap();
        let adopted = schema::tenant_tables().filter(|table| table.since == version::BASELINE);
        for table in adopted {
            let (name, tenant) = (table.name, table.tenant_column().unwrap());
            let there = format!("SELECT count(*) FROM {name} WHERE {tenant} = 'c'");
            assert_ne!(place.count(&there).await, 0, "{name}");
            if table.column("version").is_none() {
                continue;
            }
            let moved = format!(
                "SELECT CAST(sum(version) - count(*) AS BIGINT) FROM {name} WHERE {tenant} = 'c'"
            );
            assert_eq!(place.count(&moved).await, 0, "{name}");
            let written = format!("UPDATE {name} SET created_at = created_at WHERE {tenant} = 'c'");
            place.raw(&written).await.unwrap();
            let rows = place.count(&there).await;
            assert_eq!(place.count(&moved).await, rows, "{name}");
        }
        let scan = rf.integrity_scan(None, None).await.unwrap();
        assert!(scan.is_clean(), "{:?}", scan.findings);
    }
);
