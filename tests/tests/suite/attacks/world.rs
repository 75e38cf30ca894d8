//! Rows made from the catalogue: in every table that it lets somebody write, for both engines.
//!
//! Two tenants, `a` and `b`, mirror each other, and their rows have the same ids. Beside them each reference has a parent of its own, with one row that
//! refers to it and nothing else that does: what happens to that parent is what this reference says.

use std::collections::BTreeMap;

use ringfence::schema::{self, Kind, Owner, Parent, Table, version};

/// A row as literals that both engines read.
pub(super) type Row = BTreeMap<&'static str, String>;

const AT: &str = "'2026-01-02 03:04:05.000000'";

/// The rows that are there have numbers below this one, but for those of [`Lone`].
const FIRST_LONE: u32 = 100;

/// The number of what this tenant has and the other has not.
pub(super) fn only(tenant: &str) -> u32 {
    match tenant {
        "a" => 4,
        _ => 5,
    }
}

/// The tables whose rows are made here, parents before their children. A log has a head to follow, a tenant's epoch comes
/// with the tenant, and permissions are everybody's.
pub(super) fn tables() -> impl Iterator<Item = &'static Table> {
    let all = schema::catalogue().iter();
    all.filter(|table| table.since <= version::LATEST && !table.log)
        .filter(|table| table.owner != Owner::Global && table.name != "policy_epochs")
}

/// Those of them that are guarded.
pub(super) fn guarded() -> impl Iterator<Item = &'static Table> {
    tables().filter(|table| table.guarded_at(version::LATEST))
}

/// What a row refers to besides its tenant.
pub(super) fn references(table: &'static Table) -> impl Iterator<Item = &'static Parent> {
    let all = table.parents.iter();
    all.filter(|parent| parent.table != "tenants")
}

/// Those of the references that are held, of every row or of what is written, but for that to the tenant.
pub(super) fn held(table: &'static Table) -> impl Iterator<Item = &'static Parent> {
    references(table).filter(|parent| parent.within_the_tenant_at(version::LATEST))
}

/// Whether the reference may be left out.
pub(super) fn may_be_null(table: &Table, parent: &Parent) -> bool {
    table.column(parent.column).is_some_and(|it| it.null)
}

/// Whether a table belongs to tenants, so that rows of it are found by tenant and id together.
pub(super) fn is_tenants_own(name: &str) -> bool {
    let owner = schema::table(name).map(|table| table.owner);
    let own = Owner::Tenant {
        column: "tenant_id",
    };
    owner == Some(own)
}

/// Whether a row always has a parent in its own tenant: then that parent keeps the tenant as well, and nothing shows who
/// of the two does.
pub(crate) fn is_overtaken(table: &'static Table) -> bool {
    held(table).any(|parent| is_tenants_own(parent.table) && !may_be_null(table, parent))
}

/// The id of a row, as a literal: an id alone says no tenant.
pub(super) fn id(table: &str, tenant: &str, number: u32) -> String {
    match table {
        "tenants" => format!("'{tenant}'"),
        "permissions" => format!("'p_{number}'"),
        _ => format!("'{table}_{number}'"),
    }
}

/// A row of this number, whose parents are those of another: its tenant's.
pub(super) fn row_below(table: &'static Table, tenant: &str, number: u32, above: u32) -> Row {
    let mut row = Row::new();
    for column in table
        .columns
        .iter()
        .filter(|it| it.since <= version::LATEST)
    {
        let mut keys = table.uniques.iter();
        let of_a_key = keys.any(|unique| unique.columns.contains(&column.name));
        let declared = references(table).find(|parent| parent.column == column.name);
        let named = declared.filter(|parent| {
            parent.within_the_tenant_at(version::LATEST) || !(parent.loose && column.null)
        });
        let left_out = (column.null && !of_a_key) || column.default.is_some();
        let value = match (named, column.kind) {
            (Some(parent), _) => id(parent.table, tenant, above),
            _ if Some(column.name) == table.tenant_column() => format!("'{tenant}'"),
            _ if left_out => continue,
            (None, Kind::Text) => match (column.known, column.limit) {
                (Some(known), _) => format!("'{}'", known[0]),
                (None, Some(_)) => "'x'".to_owned(),
                (None, None) => id(table.name, tenant, number),
            },
            (None, Kind::Int) => "1".to_owned(),
            (None, Kind::Bool) => "TRUE".to_owned(),
            (None, Kind::Time) => AT.to_owned(),
            (None, Kind::Json) => "'{}'".to_owned(),
            (None, Kind::Float) => "0.5".to_owned(),
            (None, Kind::Blob) => "''".to_owned(),
        };
        row.insert(column.name, value);
    }
    row
}

/// The same row with another parent.
pub(super) fn referring(mut row: Row, parent: &Parent, value: &str) -> Row {
    row.insert(parent.column, value.to_owned());
    if let Some(when) = parent.when {
        row.insert(when.column, format!("'{}'", when.is));
    }
    row
}

/// What an update sets so that a row refers to another parent.
pub(super) fn set_to(parent: &Parent, value: &str) -> String {
    let column = parent.column;
    match parent.when {
        Some(when) => format!("{} = '{}', {column} = {value}", when.column, when.is),
        None => format!("{column} = {value}"),
    }
}

/// What writes another parent, with the row in which it stands then: a new row, and one that is there.
pub(super) fn written(
    table: &'static Table,
    parent: &'static Parent,
    value: &str,
) -> [(String, Row); 2] {
    let (new, one) = (fresh(table, "a"), row(table, "a", 1));
    let new = referring(new, parent, value);
    let update = format!(
        "UPDATE {} SET {} WHERE {}",
        table.name,
        set_to(parent, value),
        at(table, &one)
    );
    [(insert(("INSERT", ""), table, &new), new), (update, one)]
}

/// A row that is there: its parents have its own number.
pub(super) fn row(table: &'static Table, tenant: &str, number: u32) -> Row {
    row_below(table, tenant, number, number)
}

/// A row that is not there, and could be.
pub(super) fn fresh(table: &'static Table, tenant: &str) -> Row {
    match table.name {
        "tenants" => row(table, "fresh", 1),
        _ => row_below(table, tenant, 9, 3),
    }
}

pub(super) fn insert((begin, end): (&str, &str), table: &Table, row: &Row) -> String {
    let (columns, values): (Vec<&str>, Vec<&str>) = row
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .unzip();
    let (columns, values) = (columns.join(", "), values.join(", "));
    format!(
        "{begin} INTO {} ({columns}) VALUES ({values}) {end}",
        table.name
    )
}

/// Where a row is.
pub(super) fn at(table: &Table, row: &Row) -> String {
    let key = table.key_at(version::LATEST).iter();
    let key = key.map(|name| format!("{name} = {}", row[name]));
    key.collect::<Vec<_>>().join(" AND ")
}

/// A parent, and the only row that refers to it.
pub(crate) struct Lone {
    pub(crate) child: &'static Table,
    pub(crate) edge: &'static Parent,
    tenant: String,
    number: u32,
}

impl Lone {
    /// The parent's id.
    pub(crate) fn parent(&self) -> String {
        let id = id(self.edge.table, &self.tenant, self.number);
        id.trim_matches('\'').to_owned()
    }

    /// The parent's table.
    pub(super) fn owner(&self) -> &'static Table {
        schema::table(self.edge.table).unwrap()
    }

    /// The parent's id.
    fn parent_id(&self) -> String {
        id(self.edge.table, &self.tenant, self.number)
    }

    /// A row of another table, which has the parent's id.
    pub(super) fn as_one_of(&self, other: &'static Table) -> Row {
        let mut row = row_below(other, &self.tenant, self.number, 1);
        row.insert("id", self.parent_id());
        row
    }

    /// Where the parent is.
    pub(super) fn at_parent(&self) -> String {
        let of_its_tenant = match is_tenants_own(self.edge.table) {
            true => format!("tenant_id = '{}' AND ", self.tenant),
            false => String::new(),
        };
        let id = self.parent_id();
        format!("{} WHERE {of_its_tenant}id = {id}", self.edge.table)
    }

    /// Another tenant's row of the parent's id.
    pub(super) fn parent_elsewhere(&self) -> Row {
        row_below(self.owner(), "b", self.number, 1)
    }

    pub(super) fn delete_parent(&self) -> String {
        format!("DELETE FROM {}", self.at_parent())
    }

    pub(super) fn delete_child(&self) -> String {
        format!("DELETE FROM {} WHERE {}", self.child.name, self.at_child())
    }

    /// Where the child is.
    fn at_child(&self) -> String {
        at(self.child, &self.child_row())
    }

    /// What the child refers to, asked of both engines: nothing where it is gone.
    pub(super) fn reference(&self) -> String {
        format!(
            "SELECT coalesce(max({column}), max('emptied')) FROM {} WHERE {}",
            self.child.name,
            self.at_child(),
            column = self.edge.column
        )
    }

    /// What the answer is while the child refers to its parent.
    pub(super) fn referring(&self) -> String {
        self.parent_id().trim_matches('\'').to_owned()
    }

    fn child_row(&self) -> Row {
        let child = self.child;
        let mut row = row_below(child, &self.tenant, self.number, 1);
        if self.edge.table == "tenants" {
            for parent in references(child) {
                if may_be_null(child, parent) {
                    row.insert(parent.column, "NULL".to_owned());
                } else if !(parent.within_the_tenant_at(version::LATEST)
                    && is_tenants_own(parent.table))
                {
                    row.insert(parent.column, id(parent.table, "a", 1));
                }
            }
        }
        referring(row, self.edge, &self.parent_id())
    }

    /// The tables whose rows stand in the lone child's tenant because it must have a parent there, parents first.
    fn above(&self) -> Vec<&'static Table> {
        let mut above: Vec<&'static Table> = Vec::new();
        let mut below = vec![self.child];
        while let Some(table) = below.pop() {
            let own = held(table).filter(|parent| is_tenants_own(parent.table));
            for parent in own.filter(|parent| !may_be_null(table, parent)) {
                let table = schema::table(parent.table).unwrap();
                above.retain(|other| *other != table);
                above.push(table);
                below.push(table);
            }
        }
        above.reverse();
        above
    }

    /// The references of the tenant's other rows to it.
    pub(super) fn beside(&self) -> impl Iterator<Item = &'static Parent> {
        let above = match self.edge.table {
            "tenants" => self.above(),
            _ => Vec::new(),
        };
        let parents = above.into_iter().flat_map(|table| &table.parents);
        parents.filter(|parent| parent.table == "tenants")
    }

    fn seed(&self) -> Vec<String> {
        let into = |table: &'static Table, row: &Row| insert(("INSERT", ""), table, row);
        let mut all = Vec::new();
        let owner = self.owner();
        match owner.name {
            "permissions" => all.push(permission(self.number)),
            "tenants" => {
                all.push(into(owner, &row(owner, &self.tenant, 1)));
                for table in self.above() {
                    let mut row = row(table, &self.tenant, 1);
                    for parent in references(table).filter(|it| may_be_null(table, it)) {
                        row.insert(parent.column, "NULL".to_owned());
                    }
                    all.push(into(table, &row));
                }
            }
            _ => all.push(into(owner, &row_below(owner, &self.tenant, self.number, 1))),
        }
        all.push(into(self.child, &self.child_row()));
        all
    }
}

/// One for each reference of the tables whose rows are made here.
pub(crate) fn lone() -> Vec<Lone> {
    let edges = tables().flat_map(|table| table.parents.iter().map(move |edge| (table, edge)));
    edges
        .zip(FIRST_LONE..)
        .map(|((child, edge), number)| Lone {
            child,
            edge,
            tenant: match edge.table {
                "tenants" => format!("only_{}", child.name),
                _ => "a".to_owned(),
            },
            number,
        })
        .collect()
}

fn permission(number: u32) -> String {
    format!(
        "INSERT INTO permissions (id, name, created_at) VALUES ('p_{number}', 'n_{number}', {AT})"
    )
}

/// Two rows in each table of each of two tenants, of what others refer to a third that nobody refers to, and one that only
/// this tenant has.
pub(crate) fn seed() -> Vec<String> {
    let mut all: Vec<String> = (1..=5).map(permission).collect();
    for table in tables() {
        for tenant in ["a", "b"] {
            let last = match schema::children(table.name).next() {
                _ if table.name == "tenants" => 1,
                Some(_) => 3,
                None => 2,
            };
            let own = (table.name != "tenants").then(|| only(tenant));
            let rows = (1..=last).chain(own);
            let rows = rows.map(|number| row(table, tenant, number));
            // A link whose tenant is left to its trigger says it too.
            all.extend(rows.map(|row| insert(("INSERT", ""), table, &row)));
        }
    }
    all.extend(lone().iter().flat_map(Lone::seed));
    all
}
