//! Every command once: the table that other tests run over.

use ringfence::model::{
    AlertSeverity, AlertType, ApprovalStatus, Assignment, IncidentLevel, NewAlert, NewIncident,
    NewPlan, NewUser, PageRequest, Resource, RoleFilter, Vendor,
};
use ringfence::schema::version::LATEST;
use ringfence::{MigrateMode, Ringfence, TenantSession};
use ringfence_tests::fixture::Place;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{NEW_KEY, printed, ringfence};

pub(crate) const PLAN: &[u8] = include_bytes!("../../../../examples/data/river-survey.plan");

/// A command as it is called.
pub(crate) struct Call {
    /// The command: `tenants create`.
    pub(crate) command: &'static str,
    /// Its arguments, once for text and once for JSON: what it makes cannot be made twice.
    pub(crate) arguments: [Vec<String>; 2],
    /// What standard input gives.
    pub(crate) input: &'static str,
    /// How it ends.
    pub(crate) status: i32,
    /// What is in its text, with runs of spaces as one.
    pub(crate) reads: String,
    /// What is in its document, and where.
    pub(crate) holds: (&'static str, Value),
}

/// Tenants whose users are no administrators any more.
const LEFT: [&str; 4] = ["left-a", "left-b", "left-c", "left-d"];

/// What the calls work with.
pub(crate) struct Things {
    pub(crate) admin: String,
    user: String,
    role: String,
    /// A user and a role to delete, with the text and as a document.
    spare: [(String, String); 2],
    drone: String,
    pub(crate) mission: String,
    run: String,
    task: String,
    defect: String,
    /// Of each two: one to close for each form.
    incidents: [String; 2],
    alerts: [String; 2],
    /// About the drone.
    decision: String,
    /// Where reports are written to.
    folder: TempDir,
}

impl Things {
    /// A tenant `acme` with a mission that flies.
    pub(crate) async fn make(place: &Place) -> Self {
        printed(&ringfence(place, &["migrate"]), 0);
        let founded = printed(
            &ringfence(
                place,
                &["tenants", "create", "Acme", "--id", "acme", "--json"],
            ),
            0,
        );
        let founded: Value = serde_json::from_str(&founded).unwrap();
        let admin = founded["admin"]["id"].as_str().unwrap().to_owned();
        for id in LEFT {
            printed(&ringfence(place, &["tenants", "create", id, "--id", id]), 0);
            let everybody = format!("DELETE FROM user_roles WHERE tenant_id = '{id}'");
            place.raw(&everybody).await.unwrap();
        }
        let rf = place.open(MigrateMode::Check).await.unwrap();
        let made = Self::inside(&rf, admin).await.unwrap();
        rf.shutdown().await.unwrap();
        made.inspected(place).await;
        made
    }

    async fn inside(rf: &Ringfence, admin: String) -> ringfence::Result<Self> {
        let author = rf.session("acme".into(), admin.as_str().into()).await?;
        let new = ringfence::model::NewDrone::new("Heron", Vendor::Mavlink);
        let drone = author.drones().register(new).await?.id;
        let plan = NewPlan {
            drone_id: Some(drone.clone()),
            ..NewPlan::new("River survey", PLAN.to_vec())
        };
        let mission = author.missions().import_plan(plan).await?;
        let (approver, role) = approver(rf, &author).await?;
        let spare = [spare(&author, "one").await?, spare(&author, "two").await?];
        let user = approver.whoami().await?.user_id;
        approver
            .missions()
            .approve(mission.id.clone(), mission.version, None)
            .await?;
        author.missions().start(mission.id.clone()).await?;
        let runs = author
            .missions()
            .runs(mission.id.clone(), PageRequest::default().into())
            .await?;
        let incidents = author.incidents();
        let reported = |title| {
            let new = NewIncident::new(title, IncidentLevel::High, "POINT(8.5 47.4)");
            incidents.create(new)
        };
        let incidents = [reported("Flood").await?, reported("Fire").await?];
        let alerts = author.alerts();
        let raised = |alert_type| {
            let severity = AlertSeverity::Critical;
            alerts.raise_alert(NewAlert::new(drone.clone(), alert_type, severity, "seen"))
        };
        let alerts = [
            raised(AlertType::LinkLoss).await?,
            raised(AlertType::LowBattery).await?,
        ];
        let about = Resource::Drone { id: drone.clone() };
        let approvals = author.approvals();
        let decision = approvals.record(about, ApprovalStatus::Approved);
        Ok(Self {
            incidents: incidents.map(|incident| incident.id.into()),
            alerts: alerts.map(|alert| alert.id.into()),
            decision: decision.await?.id.into(),
            admin,
            user: user.into(),
            role,
            spare,
            drone: drone.into(),
            mission: mission.id.into(),
            run: runs.items[0].id.clone().into(),
            task: "roofs".to_owned(),
            defect: "rust".to_owned(),
            folder: TempDir::new().unwrap(),
        })
    }

    /// An inspection, as another program writes it: a defect that was seen, and a report of it.
    async fn inspected(&self, place: &Place) {
        let Self {
            task,
            defect,
            drone,
            ..
        } = self;
        let at = "'2026-01-01 00:00:00.000000'";
        let rows = [
            (
                "inspection_templates (tenant_id, id, name, category, is_active, created_at)",
                format!("'acme', 'roof', 'Roof', 'roof', true, {at}"),
            ),
            (
                "inspection_tasks (tenant_id, id, name, template_id, area_geom, priority, status, created_at)",
                format!("'acme', '{task}', 'Roofs', 'roof', '', 5, 'DRAFT', {at}"),
            ),
            (
                "inspection_observations (tenant_id, id, task_id, drone_id, ts, position_lat, position_lon, alt_m, \
                 item_code, severity, note, created_at)",
                format!(
                    "'acme', 'seen', '{task}', '{drone}', {at}, 47.4, 8.5, 30, 'bolt', 4, 'rusty', {at}"
                ),
            ),
            (
                "command_requests (tenant_id, id, drone_id, command_type, params, idempotency_key, expect_ack, status, \
                 attempts, issued_at, updated_at)",
                format!(
                    "'acme', 'home', '{drone}', 'RTH', '{{}}', 'once', true, 'TIMEOUT', 1, {at}, {at}"
                ),
            ),
            (
                "events (tenant_id, event_id, event_type, ts, payload)",
                format!("'acme', 'moved', 'drone.updated', {at}, '{{}}'"),
            ),
            (
                "audit_logs (tenant_id, id, action, resource, method, status_code, ts, detail)",
                format!(
                    "'acme', 'asked', 'POST:/drones/{drone}', '/drones/{drone}', 'POST', 201, {at}, '{{}}'"
                ),
            ),
            (
                "inspection_exports (tenant_id, id, task_id, format, file_path, created_at)",
                format!("'acme', 'report', '{task}', 'html', 'logs/roofs.html', {at}"),
            ),
            (
                "defects (tenant_id, id, observation_id, title, severity, status, created_at)",
                format!("'acme', '{defect}', 'seen', 'Rust', 4, 'OPEN', {at}"),
            ),
        ];
        for (table, values) in rows {
            let row = format!("INSERT INTO {table} VALUES ({values})");
            place.raw(&row).await.unwrap();
        }
    }

    /// Every command, in an order in which they work.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let Self {
            user,
            role,
            spare: [one, two],
            drone,
            mission,
            run,
            admin,
            task,
            defect,
            incidents: [flood, fire],
            alerts: [link, battery],
            decision,
            folder,
        } = self;
        let newest = format!("at {LATEST} of {LATEST}");
        vec![
            both("status", "", &newest, ("/current", json!(LATEST))),
            both("migrate", "", &newest, ("/latest", json!(LATEST))),
            both(
                "rollback",
                &format!("--to {LATEST}"),
                &newest,
                ("/current", json!(LATEST)),
            ),
            both("scan", "", " 0 findings", ("/findings", json!([]))),
            both(
                "boundary",
                "",
                &format!("{newest}, whole"),
                ("/version", json!(LATEST)),
            ),
            Call {
                input: NEW_KEY,
                ..both("rekey", "", "credentials 0", ("/credentials", json!(0)))
            },
            each(
                "tenants create",
                ["Beta --id beta", "Gamma --id gamma"],
                "tenant.id beta",
                ("/tenant/id", json!("gamma")),
            ),
            both(
                "tenants list",
                "",
                "acme Acme",
                ("/items/0/id", json!("acme")),
            ),
            both(
                "tenants show",
                "acme",
                "name Acme",
                ("/name", json!("Acme")),
            ),
            each(
                "tenants rename",
                ["beta Bees", "gamma Gnus"],
                "name Bees",
                ("/name", json!("Gnus")),
            ),
            each(
                "tenants disable",
                ["beta", "gamma"],
                "id beta",
                ("/id", json!("gamma")),
            ),
            each(
                "tenants enable",
                ["beta", "gamma"],
                "disabled_at -",
                ("/disabled_at", Value::Null),
            ),
            each(
                "tenants restore-admin",
                ["left-a admin", "left-b admin"],
                "username admin",
                ("/username", json!("admin")),
            ),
            each(
                "tenants create-admin",
                ["left-c lena --password-stdin", "left-d omar"],
                "username lena",
                ("/username", json!("omar")),
            ),
            both(
                "tenants growth",
                "--limit 1",
                "acme -",
                ("/items/0/tenant_id", json!("acme")),
            ),
            both(
                "tenants grow",
                "acme",
                "tenant_id acme",
                ("/roles", json!([])),
            ),
            both(
                "deployment-log events",
                "--entity-type tenant --limit 1",
                "dana create tenant acme",
                ("/items/0/actor", json!("dana")),
            ),
            both(
                "deployment-log event",
                "0",
                "entity_type schema",
                ("/seq", json!(0)),
            ),
            both(
                "deployment-log verify",
                "",
                "Intact",
                ("/outcome/kind", json!("intact")),
            ),
            both(
                "audit events",
                "--action approval",
                " approval mission",
                ("/items/0/action", json!("approval")),
            ),
            both("audit event", "0", "action create", ("/seq", json!(0))),
            both(
                "audit legacy-events",
                "--type drone.updated --order newest",
                "moved drone.updated ",
                ("/items/0/event_id", json!("moved")),
            ),
            both(
                "audit legacy-event",
                "moved",
                "event_type drone.updated",
                ("/event_type", json!("drone.updated")),
            ),
            both(
                "audit legacy-requests",
                "--order newest",
                &format!(" POST /drones/{drone} 201"),
                ("/items/0/id", json!("asked")),
            ),
            both(
                "audit legacy-request",
                "asked",
                "status_code 201",
                ("/status_code", json!(201)),
            ),
            both(
                "audit verify",
                "",
                "Intact",
                ("/outcome/kind", json!("intact")),
            ),
            both("whoami", "", "roles admin", ("/username", json!("admin"))),
            both(
                "authorize",
                &format!("mission.write --mission {mission}"),
                "allowed true",
                ("/allowed", json!(true)),
            ),
            each(
                "self-approval",
                ["allow", "forbid"],
                "self_approval true",
                ("/self_approval", json!(false)),
            ),
            both(
                "users list",
                "--username jonas",
                "jonas true",
                ("/items/0/username", json!("jonas")),
            ),
            both(
                "users show",
                admin,
                "username admin",
                ("/username", json!("admin")),
            ),
            each(
                "users create",
                ["lena --password-stdin", "omar"],
                "username lena",
                ("/username", json!("omar")),
            ),
            each(
                "users update",
                [
                    &format!("{user} --active false"),
                    &format!("{user} --active true --version 2"),
                ],
                "is_active false",
                ("/is_active", json!(true)),
            ),
            each(
                "users delete",
                [&one.0, &two.0],
                &format!("user_id {}", one.0),
                ("/user_id", json!(two.0)),
            ),
            both(
                "users set-password",
                user,
                &format!("user_id {user}"),
                ("/user_id", json!(user)),
            ),
            both(
                "users end-sessions",
                user,
                &format!("user_id {user}"),
                ("/user_id", json!(user)),
            ),
            both(
                "users permissions",
                user,
                "mission.approve",
                ("/user_id", json!(user)),
            ),
            both(
                "roles list",
                "--name admin",
                " admin ",
                ("/items/0/name", json!("admin")),
            ),
            both(
                "roles show",
                role,
                "name second",
                ("/name", json!("second")),
            ),
            each(
                "roles update",
                [
                    &format!("{role} --description approves"),
                    &format!("{role} --no-description"),
                ],
                "description approves",
                ("/description", Value::Null),
            ),
            each(
                "roles delete",
                [&one.1, &two.1],
                &format!("role_id {}", one.1),
                ("/role_id", json!(two.1)),
            ),
            each(
                "roles create",
                ["flyer", "looker"],
                "name flyer",
                ("/name", json!("looker")),
            ),
            each(
                "roles grant",
                [
                    &format!("{role} audit.export"),
                    &format!("{role} alert.write"),
                ],
                "permission audit.export",
                ("/permission", json!("alert.write")),
            ),
            each(
                "roles revoke",
                [
                    &format!("{role} audit.export"),
                    &format!("{role} alert.write"),
                ],
                "permission audit.export",
                ("/permission", json!("alert.write")),
            ),
            each(
                "roles assign",
                [
                    &format!("{user} {role} --until 2999-01-01T00:00:00Z"),
                    &format!("{user} {role}"),
                ],
                "expires_at 2999-01-01T00:00:00Z",
                ("/expires_at", Value::Null),
            ),
            // For the second time there is nothing to take.
            each(
                "roles unassign",
                [&format!("{user} {role}"), &format!("{admin} {}", self.role)],
                &format!("role_id {role}"),
                ("/user_id", json!(admin)),
            ),
            both(
                "drones list",
                "--vendor MAVLINK",
                " Heron MAVLINK ",
                ("/items/0/name", json!("Heron")),
            ),
            both("drones show", drone, "name Heron", ("/id", json!(drone))),
            both(
                "missions list",
                "--state RUNNING",
                " River survey RUNNING ",
                ("/items/0/id", json!(mission)),
            ),
            both(
                "missions show",
                mission,
                "state RUNNING",
                ("/state", json!("RUNNING")),
            ),
            both(
                "missions plan",
                mission,
                "summary.items ",
                ("/bytes", json!(PLAN.len())),
            ),
            both(
                "missions approvals",
                mission,
                " APPROVE ",
                ("/items/0/approver_id", json!(user)),
            ),
            both(
                "missions runs",
                mission,
                &format!("{run} RUNNING"),
                ("/items/0/id", json!(run)),
            ),
            both(
                "missions run",
                run,
                "ended_at -",
                ("/state", json!("RUNNING")),
            ),
            both(
                "inspections templates",
                "--category roof --active true",
                "roof Roof roof true ",
                ("/items/0/id", json!("roof")),
            ),
            both(
                "inspections tasks",
                "--template roof --order newest",
                "roofs Roofs ",
                ("/items/0/name", json!("Roofs")),
            ),
            both(
                "inspections task",
                task,
                "name Roofs",
                ("/template_id", json!("roof")),
            ),
            both(
                "inspections observations",
                "--task roofs --min-severity 4",
                " bolt 4 47.4 8.5 30",
                ("/items/0/note", json!("rusty")),
            ),
            both(
                "inspections exports",
                "--task roofs --until 2026-01-02T00:00:00Z",
                "report roofs html logs/roofs.html",
                ("/items/0/id", json!("report")),
            ),
            both(
                "inspections export",
                &format!(
                    "roofs --format geojson --folder {}",
                    folder.path().display()
                ),
                "format geojson",
                ("/task_id", json!("roofs")),
            ),
            both(
                "defects list",
                "--status OPEN --observation seen",
                " Rust OPEN 4 ",
                ("/items/0/id", json!(defect)),
            ),
            both(
                "defects show",
                defect,
                "defect.title Rust",
                ("/defect/status", json!("OPEN")),
            ),
            both(
                "incidents list",
                "--status OPEN --level HIGH --order oldest",
                " Flood HIGH OPEN ",
                ("/items/0/id", json!(flood)),
            ),
            both(
                "incidents show",
                flood,
                "title Flood",
                ("/status", json!("OPEN")),
            ),
            each(
                "incidents close",
                [flood, &format!("{fire} --comment out")],
                "status CLOSED",
                ("/status", json!("CLOSED")),
            ),
            both(
                "commands legacy-list",
                &format!("--drone {drone} --status TIMEOUT --order newest"),
                " RTH TIMEOUT ",
                ("/items/0/id", json!("home")),
            ),
            both(
                "commands legacy-show",
                "home",
                "idempotency_key once",
                ("/drone_id", json!(drone)),
            ),
            both(
                "alerts list",
                "--type LINK_LOSS --severity CRITICAL --order newest",
                " LINK_LOSS CRITICAL OPEN ",
                ("/items/0/id", json!(link)),
            ),
            both(
                "alerts show",
                link,
                "message seen",
                ("/drone_id", json!(drone)),
            ),
            each(
                "alerts ack",
                [link, &format!("{battery} --comment seen")],
                "status ACKED",
                ("/status", json!("ACKED")),
            ),
            each(
                "alerts close",
                [link, battery],
                "status CLOSED",
                ("/closed_by", json!(admin)),
            ),
            both(
                "approvals list",
                &format!("--entity {drone} --type drone --status APPROVED --order newest"),
                &format!(" drone {drone} APPROVED "),
                ("/items/0/id", json!(decision)),
            ),
            both(
                "approvals show",
                decision,
                "status APPROVED",
                ("/entity_id", json!(drone)),
            ),
            both(
                "defects assign",
                &format!("{defect} {user}"),
                &format!("assigned_to {user}"),
                ("/status", json!("ASSIGNED")),
            ),
            each(
                "defects advance",
                [
                    &format!("{defect} IN_PROGRESS"),
                    &format!("{defect} FIXED --note mended"),
                ],
                "status IN_PROGRESS",
                ("/status", json!("FIXED")),
            ),
            both(
                "completions",
                "bash",
                "_ringfence() {",
                ("/script", Value::Null),
            ),
            both(
                "man",
                "tenants create",
                ".TH ringfence-tenants-create",
                ("/page", Value::Null),
            ),
        ]
    }
}

/// A user whom nothing names, and a role that nobody has.
async fn spare(author: &TenantSession, name: &str) -> ringfence::Result<(String, String)> {
    let identity = author.identity();
    let user = identity.create_user(NewUser::new(name)).await?.id;
    let role = ringfence::model::NewRole::new(name);
    let role = identity.create_role(role).await?.id;
    Ok((user.into(), role.into()))
}

/// A second user, who may approve through a role of its own, which the admin has as well.
async fn approver(
    rf: &Ringfence,
    author: &TenantSession,
) -> ringfence::Result<(TenantSession, String)> {
    let identity = author.identity();
    let new = NewUser::new("jonas");
    let user = identity.create_user(new).await?.id;
    let filter = RoleFilter {
        name: Some("admin".to_owned()),
    };
    let admins = identity.roles(filter, PageRequest::default()).await?;
    let new = ringfence::model::NewRole::new("second");
    let second = identity.create_role(new).await?.id;
    let myself = author.whoami().await?.user_id;
    for (user_id, role_id) in [
        (&user, &admins.items[0].id),
        (&user, &second),
        (&myself, &second),
    ] {
        let assignment = Assignment {
            user_id: user_id.clone(),
            role_id: role_id.clone(),
            expires_at: None,
        };
        identity.assign_role(assignment).await?;
    }
    Ok((rf.session("acme".into(), user).await?, second.into()))
}

fn both(command: &'static str, arguments: &str, reads: &str, holds: (&'static str, Value)) -> Call {
    each(command, [arguments; 2], reads, holds)
}

fn each(
    command: &'static str,
    arguments: [&str; 2],
    reads: &str,
    holds: (&'static str, Value),
) -> Call {
    Call {
        command,
        arguments: arguments.map(|line| line.split_whitespace().map(str::to_owned).collect()),
        input: "correct horse battery\n",
        status: 0,
        reads: reads.to_owned(),
        holds,
    }
}
