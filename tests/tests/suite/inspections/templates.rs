//! Templates, their items, and what keeps them.

use ringfence::model::{
    Change, NewInspectionTask, NewTemplate, NewTemplateItem, PageRequest, Permission,
    TemplateFilter, TemplateItemUpdate, TemplateUpdate,
};
use ringfence::{Error, Result};
use ringfence_tests::fixture::{World, each_engine};

use crate::calls::things;
use crate::picture::Inspect;

pub(super) fn refused<T: std::fmt::Debug>(outcome: Result<T>, code: &str, field: Option<&str>) {
    let error = outcome.unwrap_err();
    assert_eq!((error.code(), error.field()), (code, field), "{error:?}");
}

each_engine!(
    #[tokio::test]
    async fn a_template_is_kept_while_a_task_is_made_of_it(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let new = NewTemplate::new("Roof", "roof");
        let template = inspections.create_template(new).await.unwrap();
        let item = NewTemplateItem::new("crack", "Crack");
        inspections
            .add_item(template.id.clone(), item)
            .await
            .unwrap();
        let task = NewInspectionTask::new("Roofs", template.id.clone());
        let task = inspections.create_task(task).await.unwrap();
        refused(
            inspections.delete_template(template.id.clone()).await,
            "in_use",
            None,
        );
        // Its items are there as they were.
        let items = inspections.items(template.id.clone(), PageRequest::default());
        assert_eq!(items.await.unwrap().items.len(), 1);
        inspections.delete_task(task.id).await.unwrap();
        inspections
            .delete_template(template.id.clone())
            .await
            .unwrap();
        refused(inspections.template(template.id).await, "not_found", None);
    }
);

each_engine!(
    #[tokio::test]
    async fn no_task_is_made_of_a_template_that_is_not_active(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let new = NewTemplate::new("Roof", "roof");
        let template = inspections.create_template(new).await.unwrap();
        let task = || NewInspectionTask::new("Roofs", template.id.clone());
        let made = inspections.create_task(task()).await.unwrap();
        let active = |is_active| TemplateUpdate {
            is_active: Some(is_active),
            ..TemplateUpdate::default()
        };
        let off = inspections.update_template(template.id.clone(), active(false));
        assert_eq!((off.await.unwrap().version), 2);
        let field = Some("template_id");
        refused(
            inspections.create_task(task()).await,
            "inactive_template",
            field,
        );
        assert_eq!(inspections.task(made.id.clone()).await.unwrap(), made);
        // That it is not active is told to nobody who may make no task, and of no mission that is not there.
        let reader = world.north.holder(&[Permission::InspectionRead]).await;
        let reader = reader.inspections();
        refused(reader.create_task(task()).await, "forbidden", None);
        for caller in [&reader, &inspections] {
            let flown = NewInspectionTask {
                mission_id: Some(things::nowhere().mission),
                ..task()
            };
            refused(caller.create_task(flown).await, "not_found", None);
        }
        let on = inspections.update_template(template.id.clone(), active(true));
        on.await.unwrap();
        inspections.create_task(task()).await.unwrap();
    }
);

each_engine!(
    #[tokio::test]
    async fn a_code_stands_once_in_a_template_and_again_in_another(world: &World) {
        let session = world.north.admin().await;
        let inspections = session.inspections();
        let made = async |name: &str| {
            let new = NewTemplate::new(name, "roof");
            inspections.create_template(new).await.unwrap().id
        };
        let (roof, mast) = (made("Roof").await, made("Mast").await);
        let item = |code: &str| NewTemplateItem::new(code, "Rust");
        let rust = inspections
            .add_item(roof.clone(), item("rust"))
            .await
            .unwrap();
        inspections.add_item(mast, item("rust")).await.unwrap();
        let moss = inspections
            .add_item(roof.clone(), item("moss"))
            .await
            .unwrap();
        let code = Some("code");
        refused(
            inspections.add_item(roof.clone(), item("rust")).await,
            "taken",
            code,
        );
        let coded = |code: &str| TemplateItemUpdate {
            code: Some(code.into()),
            ..TemplateItemUpdate::default()
        };
        refused(
            inspections
                .update_item(moss.id.clone(), coded("rust"))
                .await,
            "taken",
            code,
        );
        let same = inspections.update_item(rust.id.clone(), coded("rust"));
        assert_eq!(same.await.unwrap(), rust);
        inspections.remove_item(rust.id).await.unwrap();
        let now = inspections.update_item(moss.id, coded("rust"));
        assert_eq!(now.await.unwrap().code, "rust");

        // Where the platform before gave a code twice, either item can be changed.
        let drone = things::drone(&session, "kite").await;
        let id = things::inspected(&world.north, "a", &drone).await;
        let twice = "UPDATE inspection_template_items SET code = 'crack' WHERE tenant_id = 'north'";
        world.place.plant(twice).await;
        let titled = TemplateItemUpdate {
            title: Some("Cracks".into()),
            ..TemplateItemUpdate::default()
        };
        let one = format!("{} 1", id("template"));
        let changed = inspections.update_item(one.as_str().into(), titled).await;
        assert_eq!(changed.unwrap().title, "Cracks");
    }
);

each_engine!(
    #[tokio::test]
    async fn what_the_columns_do_not_hold_is_invalid_by_its_field(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let before = world.place.picture().await;
        let long = |characters: usize| "ä".repeat(characters);
        for (name, category, field) in [
            (long(101), "roof".into(), "name"),
            ("roof".into(), long(51), "category"),
            (" ".into(), "roof".into(), "name"),
            ("roof".into(), String::new(), "category"),
        ] {
            let new = NewTemplate::new(name, category);
            refused(
                inspections.create_template(new).await,
                "invalid",
                Some(field),
            );
        }
        let item = || NewTemplateItem::new("rust", "Rust");
        let none = things::nowhere().template;
        for (new, field) in [
            (NewTemplateItem::new(long(51), "Rust"), "code"),
            (NewTemplateItem::new("rust", long(101)), "title"),
            (
                NewTemplateItem {
                    severity_default: Some(0),
                    ..item()
                },
                "severity_default",
            ),
            (
                NewTemplateItem {
                    severity_default: Some(6),
                    ..item()
                },
                "severity_default",
            ),
            (
                NewTemplateItem {
                    sort_order: Some(1 << 31),
                    ..item()
                },
                "sort_order",
            ),
        ] {
            let added = inspections.add_item(none.clone(), new).await;
            refused(added, "invalid", Some(field));
        }
        assert_eq!(world.place.picture().await, before);
        let most = NewTemplate {
            description: Some(String::new()),
            ..NewTemplate::new(long(100), long(50))
        };
        let template = inspections.create_template(most).await.unwrap();
        let cleared = TemplateUpdate {
            description: Change::Clear,
            ..TemplateUpdate::default()
        };
        let cleared = inspections
            .update_template(template.id, cleared)
            .await
            .unwrap();
        assert_eq!((cleared.description, cleared.name), (None, long(100)));
    }
);

each_engine!(
    /// Whoever deletes it hears what it was: the log keeps the items of a template that is gone.
    #[tokio::test]
    async fn the_event_of_a_deleted_template_keeps_its_items(world: &World) {
        let session = world.north.admin().await;
        let inspections = session.inspections();
        let template = inspections.create_template(NewTemplate::new("Roof", "roof"));
        let template = template.await.unwrap().id;
        let item = NewTemplateItem {
            severity_default: Some(3),
            required: Some(false),
            sort_order: Some(7),
            ..NewTemplateItem::new("rust", "Rust on bolts")
        };
        let item = inspections.add_item(template.clone(), item).await.unwrap();
        inspections.delete_template(template.clone()).await.unwrap();
        let audit = session.audit();
        let last = audit.verify().await.unwrap().size - 1;
        let event = audit.event(last).await.unwrap();
        assert_eq!(
            (event.method.as_str(), event.entity_id.as_str()),
            ("inspections.delete_template", template.as_str())
        );
        let detail: serde_json::Value =
            serde_json::from_str(event.detail.unwrap().as_str()).unwrap();
        let kept = serde_json::json!([{
            "id": item.id.as_str(), "code": "rust", "title": "Rust on bolts", "severity_default": 3,
            "required": false, "sort_order": 7,
        }]);
        assert_eq!(detail["before"]["items"], kept);
        let gone = inspections.items(template, PageRequest::default()).await;
        assert_eq!(
            gone,
            Err(Error::NotFound {
                entity: "template".into()
            })
        );
    }
);

each_engine!(
    #[tokio::test]
    async fn templates_and_items_are_listed_as_they_were_made_each_under_its_own(world: &World) {
        let inspections = world.north.admin().await.inspections();
        let mut templates = Vec::new();
        for name in ["Roof", "Mast"] {
            let new = NewTemplate {
                description: Some(format!("{name}s after a storm")),
                ..NewTemplate::new(name, format!("{name}s"))
            };
            let template = inspections.create_template(new).await.unwrap();
            let item = NewTemplateItem {
                severity_default: Some(3),
                required: Some(false),
                sort_order: Some(7),
                ..NewTemplateItem::new(format!("{name} rust"), format!("Rust of the {name}"))
            };
            let item = inspections.add_item(template.id.clone(), item);
            let item = item.await.unwrap();
            templates.push((template, item));
        }
        templates.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        let listed = inspections.templates(TemplateFilter::default(), PageRequest::default());
        let made = templates.iter().map(|(template, _)| template.clone());
        assert_eq!(listed.await.unwrap().items, made.collect::<Vec<_>>());
        for (template, item) in templates {
            let items = inspections.items(template.id, PageRequest::default());
            assert_eq!(items.await.unwrap().items, [item]);
        }
    }
);
