//! Tables that somebody publishes on Postgres, and whose rows are told apart there by a key that a step swaps.

use ringfence::schema::version::{BASELINE, KEYS_BACKFILL};
use ringfence_tests::fixture::{Engine, Place};

use crate::legacy_rows;

/// What the rows of the published tables are told apart by.
async fn identities(place: &Place) -> String {
    let asked = "SELECT coalesce(string_agg(c.relname || ' ' || c.relreplident::text || ' ' || coalesce(i.relname, '-'), ', '
            ORDER BY c.relname), '')
        FROM pg_publication_rel p JOIN pg_class c ON c.oid = p.prrelid
        LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisreplident LEFT JOIN pg_class i ON i.oid = x.indexrelid";
    place.raw_text(asked).await.unwrap()
}

/// The server lets nobody change a published row that it cannot tell from others.
async fn are_written(place: &Place) {
    for table in ["drones", "drone_credentials", "events", "missions"] {
        let changed = format!("UPDATE {table} SET created_at = created_at").replace(
            "created_at",
            match table {
                "events" => "ts",
                _ => "created_at",
            },
        );
        place
            .raw(&changed)
            .await
            .unwrap_or_else(|refused| panic!("{changed}: {refused}"));
    }
}

#[tokio::test]
async fn what_tells_published_rows_apart_is_carried_over_to_the_key_that_comes() {
    let place = Place::fresh(Engine::Postgres).await;
    legacy_rows::make(&place).await;
    place
        .raw(
            "ALTER TABLE missions REPLICA IDENTITY USING INDEX missions_pkey;
             ALTER TABLE drone_credentials REPLICA IDENTITY USING INDEX drone_credentials_drone_id_key;
             ALTER TABLE drones REPLICA IDENTITY USING INDEX uq_drones_tenant_name;
             ALTER TABLE events REPLICA IDENTITY FULL;
             CREATE PUBLICATION host FOR TABLE drones, drone_credentials, events, missions",
        )
        .await
        .unwrap();
    let rf = place.at(KEYS_BACKFILL).await;
    let told = |credentials| {
        format!(
            "drone_credentials i {credentials}, drones i uq_drones_tenant_name, events f -, missions i missions_pkey"
        )
    };
    assert_eq!(
        identities(&place).await,
        told("drone_credentials_drone_id_key")
    );
    for _ in 0..2 {
        rf.migrate("suite".into(), None, None).await.unwrap();
        assert_eq!(identities(&place).await, told("drone_credentials_pkey"));
        are_written(&place).await;
        rf.rollback("suite".into(), KEYS_BACKFILL, None)
            .await
            .unwrap();
        assert_eq!(identities(&place).await, told("drone_credentials_pkey"));
        are_written(&place).await;
    }
    rf.rollback("suite".into(), BASELINE, None).await.unwrap();
    assert_eq!(identities(&place).await, told("drone_credentials_pkey"));
    rf.shutdown().await.unwrap();
    place.remove().await;
}
