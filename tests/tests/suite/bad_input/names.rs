//! Names that are not what they look like.

use ringfence::Error;
use ringfence_tests::fixture::{World, each_engine};

use super::texts::{Asking, places};
use crate::picture::Inspect;

/// The fields that are names.
fn is_name(field: &str) -> bool {
    ["name", "username", "operator"]
        .iter()
        .any(|name| field.rsplit('.').next() == Some(name))
}

each_engine!(
    /// A forged line of a log, an escape, what turns the direction of text, what is not seen, blanks around.
    #[tokio::test]
    async fn what_is_not_seen_in_a_name_is_refused_in_every_method_by_field_and_rule(
        world: &World,
    ) {
        let asking = Asking {
            rf: world.ringfence.clone(),
            session: world.north.admin().await,
            admin: world.north.admin.clone(),
        };
        let hidden = "contains a control, format or bidirectional character";
        let around = "begins or ends with a blank";
        let unseen = "contains a character that is not seen where it stands";
        let before = world.place.picture().await;
        let mut fields = 0;
        let places = places().await;
        for place in places.iter().filter(|place| is_name(&place.field)) {
            // A filter selects what was stored before, too, and a login finds it; so does who makes an administrator of it.
            let selects = [
                "drones.list",
                "identity.users",
                "identity.roles",
                "login",
                "restore_admin",
            ];
            let selects = selects.iter().any(|method| place.method.ends_with(method));
            if selects && place.field != "operator" {
                continue;
            }
            for (text, rule) in [
                ("a\n2026-01-02 INFO forged", hidden),
                ("a\u{1b}[31mb", hidden),
                ("a\u{202e}b", hidden),
                ("a\u{2066}b", hidden),
                ("a\u{200b}b", hidden),
                ("\u{3164}", unseen),
                ("a\u{34f}b", unseen),
                ("a\u{fe0f}b", unseen),
                ("admin ", around),
                ("\u{a0}admin", around),
            ] {
                let outcome = asking.with(text, place).await;
                let error = outcome.expect_err("such a name is refused");
                let Error::Invalid { field, rule: said } = error else {
                    panic!("{} {}: {error:?}", place.method, place.field);
                };
                assert_eq!((field, said), (place.field.clone(), rule.to_owned()));
            }
            fields += 1;
        }
        assert!(fields >= 12, "{fields}");
        assert_eq!(world.place.picture().await, before);
    }
);

each_engine!(
    #[tokio::test]
    async fn an_id_that_is_made_up_for_a_tenant_is_seen_as_it_stands(world: &World) {
        let before = world.place.picture().await;
        for id in [" x", "x ", "ac\u{200b}me", "a\nb", "\u{3164}", "a\u{2800}"] {
            let new = ringfence::model::NewTenant {
                id: Some(id.into()),
                ..ringfence::model::NewTenant::new("acme", ringfence::model::NewUser::new("admin"))
            };
            let refused = world.ringfence.create_tenant("suite".into(), new).await;
            let Err(Error::Invalid { field, .. }) = refused else {
                panic!("{id:?}: {refused:?}");
            };
            assert_eq!(field, "id");
            // One that an older program made is still looked for.
            let session = world
                .ringfence
                .session(id.into(), world.north.admin.clone());
            let unknown = session.await.map(drop).unwrap_err();
            assert!(!unknown.is_invalid(), "{id:?}: {unknown:?}");
        }
        assert_eq!(world.place.picture().await, before);
    }
);
