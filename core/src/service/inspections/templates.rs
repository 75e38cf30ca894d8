//! Templates and their items are written: `inspection.write`.

use super::{Inspections, TEMPLATE, TEMPLATE_ITEM, find_item, find_template};
use crate::audit::detail::Detail;
use crate::error::{Conflict, ConflictCode, Failure, Result};
use crate::frame::{Call, Written};
use crate::model::{
    Action, Entity, InspectionTemplate, NewTemplate, NewTemplateItem, Permission, TemplateId,
    TemplateItem, TemplateItemId, TemplateItemUpdate, TemplateUpdate,
};
use crate::service::rows::seen;
use crate::store::statements::inspections::{
    ITEM_OF_CODE, ITEMS_DELETE, ITEMS_OF_TEMPLATE, TEMPLATE_DELETE, TEMPLATE_INSERT,
    TEMPLATE_ITEM_DELETE, TEMPLATE_ITEM_INSERT, TEMPLATE_ITEM_UPDATE, TEMPLATE_UPDATE,
};
use crate::store::{Lane, Tx, WriteTx, values};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Inspections {
    /// Creates a template, active and without items.
    ///
    /// # Errors
    /// `Invalid` naming the field; `Forbidden` without `inspection.write`.
    pub async fn create_template(&self, mut new: NewTemplate) -> Result<InspectionTemplate> {
        new.check()?;
        let id: TemplateId = self.scope.id()?;
        self.scope
            .method("inspections.create_template")
            .write(Lane::Normal, (id, new), create)
            .await
    }

    /// Changes a template; absent fields stay as they are. One that is no longer active keeps its tasks and gets no new
    /// ones.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
    /// (`stale_version`).
    pub async fn update_template(
        &self,
        id: TemplateId,
        mut update: TemplateUpdate,
    ) -> Result<InspectionTemplate> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("inspections.update_template")
            .write(Lane::Normal, (id, update), change)
            .await
    }

    /// Deletes a template that no task was made of, and with it its items.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while a task refers to it.
    pub async fn delete_template(&self, id: TemplateId) -> Result<()> {
        id.check("id")?;
        self.scope
            .method("inspections.delete_template")
            .write(Lane::Normal, id, remove)
            .await
    }

    /// Adds an item to a template.
    ///
    /// # Errors
    /// `Invalid` naming the field; `NotFound` for the template; `Forbidden` without `inspection.write`; `Conflict`
    /// (`taken`) when the template has an item of this code.
    pub async fn add_item(
        &self,
        template: TemplateId,
        mut new: NewTemplateItem,
    ) -> Result<TemplateItem> {
        template.check(TEMPLATE)?;
        new.check()?;
        let id: TemplateItemId = self.scope.id()?;
        self.scope
            .method("inspections.add_item")
            .write(Lane::Normal, (id, template, new), add)
            .await
    }

    /// Changes an item of a template; absent fields stay as they are. Observations keep the code that they name.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
    /// (`stale_version`) or a code that the template has already (`taken`).
    pub async fn update_item(
        &self,
        id: TemplateItemId,
        mut update: TemplateItemUpdate,
    ) -> Result<TemplateItem> {
        id.check("id")?;
        update.check()?;
        self.scope
            .method("inspections.update_item")
            .write(Lane::Normal, (id, update), change_item)
            .await
    }

    /// Takes an item out of its template. Observations that name its code stay.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `inspection.write`.
    pub async fn remove_item(&self, id: TemplateItemId) -> Result<()> {
        id.check("id")?;
        self.scope
            .method("inspections.remove_item")
            .write(Lane::Normal, id, remove_item)
            .await
    }
}

async fn create(
    call: &Call,
    tx: &mut WriteTx,
    (id, new): &(TemplateId, NewTemplate),
) -> Result<Written<InspectionTemplate>, Failure> {
    let entity = Entity::new(TEMPLATE, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    let template = InspectionTemplate {
        id: id.clone(),
        name: new.name.clone(),
        category: new.category.clone(),
        description: new.description.clone(),
        is_active: true,
        created_at: call.signature.time,
        version: 1,
    };
    tx.insert(&TEMPLATE_INSERT, &template).await?;
    let detail = Detail::created(&template);
    Ok(permit.wrote(template, Action::Create, entity, detail))
}

async fn change(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(TemplateId, TemplateUpdate),
) -> Result<Written<InspectionTemplate>, Failure> {
    let before = find_template(tx, id).await?;
    let entity = Entity::new(TEMPLATE, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    seen(update.version, before.version)?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    let after = InspectionTemplate {
        version: before.version + 1,
        ..after
    };
    tx.update(&TEMPLATE_UPDATE, &after, before.version).await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn remove(call: &Call, tx: &mut WriteTx, id: &TemplateId) -> Result<Written<()>, Failure> {
    let before = find_template(tx, id).await?;
    let entity = Entity::new(TEMPLATE, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    let items = tx.all(&ITEMS_OF_TEMPLATE, &values![before.id]).await?;
    tx.write(&ITEMS_DELETE, values![before.id]).await?;
    tx.write(&TEMPLATE_DELETE, values![before.id, before.version])
        .await?;
    let items: Vec<serde_json::Value> = items.iter().map(as_json).collect();
    let detail = Detail::gone(&before).taken("items", items);
    Ok(permit.wrote((), Action::Delete, entity, detail))
}

/// An item as the event of its template keeps it.
fn as_json(item: &TemplateItem) -> serde_json::Value {
    serde_json::json!({
        "id": item.id.as_str(),
        "code": item.code,
        "title": item.title,
        "severity_default": item.severity_default,
        "required": item.required,
        "sort_order": item.sort_order,
    })
}

async fn add(
    call: &Call,
    tx: &mut WriteTx,
    (id, template, new): &(TemplateItemId, TemplateId, NewTemplateItem),
) -> Result<Written<TemplateItem>, Failure> {
    let template = find_template(tx, template).await?;
    let entity = Entity::new(TEMPLATE_ITEM, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    let item = TemplateItem {
        id: id.clone(),
        template_id: template.id,
        code: new.code.clone(),
        title: new.title.clone(),
        severity_default: new.severity_default.unwrap_or(1),
        required: new.required.unwrap_or(true),
        sort_order: new.sort_order.unwrap_or(0),
        created_at: call.signature.time,
        version: 1,
    };
    code_is_free(tx, &item).await?;
    tx.insert(&TEMPLATE_ITEM_INSERT, &item).await?;
    let detail = Detail::created(&item);
    Ok(permit.wrote(item, Action::Create, entity, detail))
}

async fn change_item(
    call: &Call,
    tx: &mut WriteTx,
    (id, update): &(TemplateItemId, TemplateItemUpdate),
) -> Result<Written<TemplateItem>, Failure> {
    let before = find_item(tx, id).await?;
    let entity = Entity::new(TEMPLATE_ITEM, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    seen(update.version, before.version)?;
    let after = update.after(&before);
    if after == before {
        return Ok(permit.unchanged(before));
    }
    // One that the platform before gave twice stays as it is.
    if after.code != before.code {
        code_is_free(tx, &after).await?;
    }
    let after = TemplateItem {
        version: before.version + 1,
        ..after
    };
    tx.update(&TEMPLATE_ITEM_UPDATE, &after, before.version)
        .await?;
    let detail = Detail::changed(&before, &after);
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

async fn remove_item(
    call: &Call,
    tx: &mut WriteTx,
    id: &TemplateItemId,
) -> Result<Written<()>, Failure> {
    let before = find_item(tx, id).await?;
    let entity = Entity::new(TEMPLATE_ITEM, id.as_str());
    let permit = call.authorize(Permission::InspectionWrite, &entity)?;
    tx.write(&TEMPLATE_ITEM_DELETE, values![before.id, before.version])
        .await?;
    let detail = Detail::gone(&before);
    Ok(permit.wrote((), Action::Delete, entity, detail))
}

/// Refuses a code that another item of the template has. Whoever writes templates of this tenant through the library
/// does so one after the other.
async fn code_is_free(tx: &mut Tx, item: &TemplateItem) -> Result<(), Failure> {
    let asked = values![item.template_id, item.code, item.id];
    match tx.opt(&ITEM_OF_CODE, &asked).await? {
        None => Ok(()),
        Some(_) => Err(Conflict::on(
            "code",
            ConflictCode::Taken,
            "the template has an item of this code",
        )
        .into()),
    }
}
