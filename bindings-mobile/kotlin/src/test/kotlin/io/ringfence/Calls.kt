package io.ringfence

import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import java.time.temporal.ChronoUnit
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue

/** A call of a method of a handle. */
class Call(val method: String, val make: suspend World.() -> Unit)

/** Every method of every handle, once. */
val CALLS = listOf(
    Call("Ringfence.open") {
        assertTrue(opened("sqlite::memory:", OpenOptions(poolSize = 2u)).tenants(PageRequest()).items.isEmpty())
    },
    Call("Ringfence.session") { assertEquals("mara", database.session("acme", mara()).whoami().username) },
    Call("Ringfence.login") {
        assertEquals("operator", database.login("acme", "operator", TwoTenants["password"]).whoami().username)
    },
    Call("Ringfence.migrationStatus") {
        val status = database.migrationStatus()
        assertTrue(status.isCurrent())
        assertNotNull(status.steps.last().appliedAt)
    },
    Call("Ringfence.migrate") {
        val latest = raw.migrationStatus().latest
        raw.rollback("setup", latest - 2u, null)
        val heard = mutableListOf<Progress>()
        assertEquals(latest, database.migrate("setup", null, listener(heard::add)).current)
        assertEquals(listOf<ULong>(0u, 1u), heard.map { it.done })
    },
    Call("Ringfence.rollback") {
        val below = raw.migrationStatus().latest - 1u
        val heard = mutableListOf<Progress>()
        assertEquals(below, database.rollback("setup", below, listener(heard::add)).current)
        assertEquals(1, heard.size)
    },
    Call("Ringfence.integrityScan") {
        val heard = mutableListOf<Progress>()
        val found = mutableListOf<IntegrityFinding>()
        val report = database.integrityScan(listener(heard::add), finds(found::addAll))
        assertTrue(report.isClean() && report.checks > 0u && found.isEmpty())
        assertTrue("missions" in heard.map { it.stage })
    },
    Call("Ringfence.boundaryReport") { assertTrue(database.boundaryReport().isWhole()) },
    Call("Ringfence.createTenant") {
        val elm = database.createTenant("setup", NewTenant(name = "Elm", admin = NewUser("lena")))
        assertEquals("lena", raw.session(elm.tenant.id, elm.admin.id).whoami().username)
    },
    Call("Ringfence.tenants") {
        assertEquals(listOf("acme"), database.tenants(PageRequest(limit = 1u)).items.map { it.id })
    },
    Call("Ringfence.tenant") { assertEquals("Acme Surveys", database.tenant("acme").name) },
    Call("Ringfence.renameTenant") {
        assertEquals("Acme Pilots", database.renameTenant("setup", "acme", "Acme Pilots").name)
    },
    Call("Ringfence.disableTenant") {
        assertNotNull(database.disableTenant("setup", "acme").disabledAt)
        refusal<RingfenceException.Unauthenticated> { raw.admin() }
    },
    Call("Ringfence.enableTenant") {
        raw.disableTenant("setup", "acme")
        assertNull(database.enableTenant("setup", "acme").disabledAt)
    },
    Call("Ringfence.restoreAdmin") {
        val taken = refusal<RingfenceException.Conflict> { database.restoreAdmin("setup", "acme", "operator") }
        assertEquals("has_admin", taken.code())
    },
    Call("Ringfence.createAdmin") {
        val taken = refusal<RingfenceException.Conflict> { database.createAdmin("setup", "acme", NewUser("lena")) }
        assertEquals("has_admin", taken.code())
    },
    Call("Ringfence.roleGrowth") {
        val growth = database.roleGrowth(PageRequest(limit = 1u)).items.single()
        assertEquals("acme", growth.tenantId)
        assertTrue(growth.roles.isEmpty())
    },
    Call("Ringfence.growRoles") { assertEquals("acme", database.growRoles("setup", "acme").tenantId) },
    Call("Ringfence.rekey") {
        trusted()
        assertEquals(1uL, database.rekey("setup", TwoTenants.key(), SecretKey(ByteArray(32) { 8 })))
        assertEquals("{\"pin\":\"1234\"}", raw.admin().drones().credential(kite).secret.expose())
    },
    Call("Ringfence.deploymentLog") { assertEquals(0, database.deploymentLog().event(0).seq) },
    Call("Ringfence.shutdown") {
        database.shutdown()
        refusal<RingfenceException.Closed> { raw.migrationStatus() }
    },

    Call("DeploymentLog.events") {
        val made = deploymentLog.events(EventFilter(entityType = "tenant"), PageRequest()).items
        assertEquals(listOf("acme", "birch"), made.map { it.entityId })
    },
    Call("DeploymentLog.event") { assertEquals("open", deploymentLog.event(0).actor) },
    Call("DeploymentLog.verify") { assertEquals(LogOutcome.Intact, deploymentLog.verify().outcome) },

    Call("TenantSession.whoami") {
        val caller = session.whoami()
        assertEquals(listOf("admin"), caller.roles)
        assertEquals(Permission.ALL, caller.permissions.first())
    },
    Call("TenantSession.tenant") { assertEquals("acme", session.tenant().id) },
    Call("TenantSession.setSelfApproval") { assertTrue(session.setSelfApproval(true).selfApproval) },
    Call("TenantSession.authorize") {
        session.authorize(Permission.REGISTRY_READ, Resource.Drone(kite))
        val foreign = Resource.Drone(TwoTenants["birch.kite"])
        refusal<RingfenceException.NotFound> { raw.admin().authorize(Permission.REGISTRY_READ, foreign) }
    },
    Call("TenantSession.drones") { assertEquals("Kite", session.drones().get(kite).name) },
    Call("TenantSession.missions") { assertEquals(0, session.missions().list(MissionFilter(), TimedPageRequest()).items.size) },
    Call("TenantSession.inspections") { assertEquals(0, session.inspections().countTasks(TaskFilter())) },
    Call("TenantSession.defects") { assertEquals(0, session.defects().count(DefectFilter())) },
    Call("TenantSession.incidents") { assertEquals(0, session.incidents().count(IncidentFilter())) },
    Call("TenantSession.alerts") { assertEquals(0, session.alerts().count(AlertFilter())) },
    Call("TenantSession.approvals") { assertEquals(0, session.approvals().count(ApprovalRecordFilter())) },
    Call("TenantSession.commands") {
        assertEquals(0, session.commands().countLegacyCommands(LegacyCommandFilter()))
    },
    Call("TenantSession.identity") { assertEquals("operator", session.identity().user(operator).username) },
    Call("TenantSession.audit") { assertEquals(0, session.audit().event(0).seq) },

    Call("Drones.register") {
        val heron = drones.register(NewDrone(name = "Heron", vendor = Vendor.Fake))
        assertEquals("{}", heron.capabilities)
    },
    Call("Drones.get") { assertEquals("Kite", drones.get(kite).name) },
    Call("Drones.list") { assertEquals(1, drones.list(DroneFilter(name = "Kite"), PageRequest()).items.size) },
    Call("Drones.update") {
        val renamed = drones.update(kite, DroneUpdate(name = "Kestrel", version = 1))
        assertEquals("Kestrel", renamed.name)
        assertEquals(Vendor.Mavlink, renamed.vendor)
        assertEquals(2, renamed.version)
    },
    Call("Drones.delete") {
        drones.delete(kite)
        refusal<RingfenceException.NotFound> { raw.admin().drones().get(kite) }
    },

    Call("Drones.setCredential") {
        drones.setCredential(kite, "{\"pin\":\"1234\"}")
        refusal<RingfenceException.Conflict> { raw.admin().drones().delete(kite) }
    },
    Call("Drones.credential") {
        trusted()
        val credential = drones.credential(kite)
        assertEquals(kite, credential.droneId)
        assertFalse("1234" in credential.toString())
    },
    Call("Drones.deleteCredential") {
        trusted()
        drones.deleteCredential(kite)
        refusal<RingfenceException.NotFound> { raw.admin().drones().credential(kite) }
    },
    Call("SecretJson.expose") { assertEquals("{\"pin\":\"1234\"}", secret().expose()) },

    Call("Missions.create") {
        val mission = missions.create(NewMission(name = "Bridge", planType = PlanType.PointTask))
        assertEquals(MissionState.Draft, mission.state)
        assertNull(mission.droneId)
    },
    Call("Missions.importPlan") {
        val mission = missions.importPlan(NewPlan(name = "River survey", file = plan))
        assertEquals(PlanType.AreaGrid, mission.planType)
    },
    Call("Missions.get") { draft().let { assertEquals(it, missions.get(it.id)) } },
    Call("Missions.list") {
        draft()
        assertEquals(1, missions.list(MissionFilter(droneId = kite), TimedPageRequest(order = Order.NEWEST)).items.size)
    },
    Call("Missions.plan") {
        val kept = missions.plan(draft().id)
        assertArrayEquals(plan, kept.file)
        assertTrue(kept.summary.lengthM > 0.0)
        assertEquals(listOf(AltitudeRange(AltitudeFrame.RELATIVE, 30.0, 45.0)), kept.summary.altitudes)
    },
    Call("Missions.update") {
        val mission = missions.update(draft().id, MissionUpdate(name = "Dam", planType = PlanType.PointTask))
        assertEquals("Dam", mission.name)
        assertEquals(PlanType.PointTask, mission.planType)
    },
    Call("Missions.delete") { missions.delete(draft().id) },
    Call("Missions.approve") {
        assertEquals(MissionState.Approved, missions.approve(draft().id, 1, "wind is fine").state)
    },
    Call("Missions.reject") { assertEquals(MissionState.Rejected, missions.reject(draft().id, 1, null).state) },
    Call("Missions.approvals") {
        val approval = missions.approvals(approved().id, TimedPageRequest()).items.single()
        assertEquals(Decision.Approve, approval.decision)
    },
    Call("Missions.start") { assertEquals(MissionState.Running, missions.start(approved().id).state) },
    Call("Missions.pause") { assertEquals(MissionState.Paused, missions.pause(running().id).state) },
    Call("Missions.resume") {
        val paused = raw.admin().missions().pause(running().id)
        assertEquals(MissionState.Running, missions.resume(paused.id).state)
    },
    Call("Missions.complete") { assertEquals(MissionState.Completed, missions.complete(running().id).state) },
    Call("Missions.abort") { assertEquals(MissionState.Aborted, missions.abort(draft().id).state) },
    Call("Missions.runs") { assertNull(missions.runs(running().id, TimedPageRequest()).items.single().endedAt) },
    Call("Missions.run") {
        val run = raw.admin().missions().runs(running().id, TimedPageRequest()).items.single()
        assertEquals(run, missions.run(run.id))
    },

    Call("Inspections.template") { refusal<RingfenceException.NotFound> { inspections.template(nothing) } },
    Call("Inspections.templates") {
        assertTrue(inspections.templates(TemplateFilter(category = "roof"), PageRequest()).items.isEmpty())
    },
    Call("Inspections.countTemplates") { assertEquals(0, inspections.countTemplates(TemplateFilter(isActive = true))) },
    Call("Inspections.items") { refusal<RingfenceException.NotFound> { inspections.items(nothing, PageRequest()) } },
    Call("Inspections.task") { refusal<RingfenceException.NotFound> { inspections.task(nothing) } },
    Call("Inspections.tasks") {
        val newest = TimedPageRequest(order = Order.NEWEST)
        assertTrue(inspections.tasks(TaskFilter(status = TaskStatus.Draft), newest).items.isEmpty())
    },
    Call("Inspections.countTasks") { assertEquals(0, inspections.countTasks(TaskFilter())) },
    Call("Inspections.observation") { refusal<RingfenceException.NotFound> { inspections.observation(nothing) } },
    Call("Inspections.observations") {
        val grave = ObservationFilter(droneId = kite, minSeverity = 4)
        assertTrue(inspections.observations(grave, TimedPageRequest()).items.isEmpty())
    },
    Call("Inspections.countObservations") { assertEquals(0, inspections.countObservations(ObservationFilter())) },
    Call("Inspections.report") { refusal<RingfenceException.NotFound> { inspections.report(nothing) } },
    Call("Inspections.exports") {
        val tables = ExportFilter(format = ExportFormat.Csv)
        assertTrue(inspections.exports(tables, TimedPageRequest()).items.isEmpty())
    },
    Call("Inspections.countExports") { assertEquals(0, inspections.countExports(ExportFilter())) },

    Call("Inspections.createTemplate") {
        assertTrue(inspections.createTemplate(NewTemplate(name = "Roof", category = "roof")).isActive)
    },
    Call("Inspections.updateTemplate") {
        val off = inspections.updateTemplate(template().id, TemplateUpdate(isActive = false, version = 1))
        assertFalse(off.isActive)
    },
    Call("Inspections.deleteTemplate") { inspections.deleteTemplate(template().id) },
    Call("Inspections.addItem") {
        val item = inspections.addItem(template().id, NewTemplateItem(code = "rust", title = "Rust"))
        assertEquals(1, item.severityDefault)
    },
    Call("Inspections.updateItem") {
        val moved = inspections.updateItem(item().id, TemplateItemUpdate(sortOrder = 3))
        assertEquals(3, moved.sortOrder)
    },
    Call("Inspections.removeItem") { inspections.removeItem(item().id) },
    Call("Inspections.createTask") {
        val task = inspections.createTask(NewInspectionTask(name = "Roofs", templateId = template().id))
        assertEquals(TaskStatus.Draft, task.status)
        assertEquals(5, task.priority)
    },
    Call("Inspections.updateTask") {
        assertEquals(1, inspections.updateTask(task().id, InspectionTaskUpdate(priority = 1)).priority)
    },
    Call("Inspections.advanceTask") {
        assertEquals(TaskStatus.Scheduled, inspections.advanceTask(task().id, TaskStatus.Scheduled, null).status)
    },
    Call("Inspections.deleteTask") { inspections.deleteTask(task().id) },

    Call("Inspections.record") {
        val stored = inspections.record(task().id, seen)
        assertEquals(1, stored.severity)
        assertEquals("", stored.note)
    },
    Call("Inspections.recordMany") { assertEquals(3, inspections.recordMany(task().id, List(3) { seen }).ids.size) },
    Call("Inspections.updateObservation") {
        val before = raw.admin().inspections().record(task().id, seen)
        val after = inspections.updateObservation(before.id, ObservationUpdate(confidence = NumberChange.Set(0.5)))
        assertEquals(0.5, after.confidence)
    },
    Call("Inspections.export") {
        val folder = Files.createTempDirectory("ringfence")
        val report = inspections.export(task().id, ExportFormat.GeoJson, folder.toString())
        assertTrue(Files.exists(Path.of(report.filePath)))
    },

    Call("Defects.get") { refusal<RingfenceException.NotFound> { defects.get(nothing) } },
    Call("Defects.list") {
        assertTrue(defects.list(DefectFilter(status = DefectStatus.Open), TimedPageRequest()).items.isEmpty())
    },
    Call("Defects.count") { assertEquals(0, defects.count(DefectFilter())) },
    Call("Defects.stats") { assertEquals(0, defects.stats().total) },
    Call("Defects.create") {
        val made = defects.create(NewDefect(observationId = observation().id, title = "Rust"))
        assertEquals(DefectStatus.Open, made.status)
    },
    Call("Defects.update") {
        val bare = defects.update(defect().id, DefectUpdate(description = TextChange.Clear, version = 1))
        assertNull(bare.description)
    },
    Call("Defects.assign") { assertEquals(operator, defects.assign(defect().id, operator, null).assignedTo) },
    Call("Defects.advance") {
        assertEquals(DefectStatus.Assigned, defects.advance(defect().id, DefectStatus.Assigned, 1, "to the crew").status)
    },
    Call("Defects.addAction") {
        val action = defects.addAction(defect().id, NewDefectAction(actionType = "PARTS_ORDERED"))
        assertEquals("", action.note)
    },
    Call("Defects.actions") { refusal<RingfenceException.NotFound> { defects.actions(nothing, TimedPageRequest()) } },

    Call("Incidents.create") {
        val new = NewIncident(title = "Road flooded", level = IncidentLevel.High, locationGeom = "POINT(8.5 47.4)")
        assertEquals(IncidentStatus.Open, incidents.create(new).status)
    },
    Call("Incidents.get") { incident().let { assertEquals(it, incidents.get(it.id)) } },
    Call("Incidents.list") {
        val found = incident()
        val newest = TimedPageRequest(order = Order.NEWEST)
        assertEquals(found, incidents.list(IncidentFilter(level = IncidentLevel.High), newest).items.first())
    },
    Call("Incidents.count") { assertEquals(0, incidents.count(IncidentFilter(level = IncidentLevel.Low))) },
    Call("Incidents.createTask") {
        val new = NewIncidentTask(templateId = nothing)
        refusal<RingfenceException.NotFound> { incidents.createTask(incident().id, new) }
    },
    Call("Incidents.closeIncident") {
        assertEquals(IncidentStatus.Closed, incidents.closeIncident(incident().id, "drained").status)
    },

    Call("Alerts.raiseAlert") {
        val new = NewAlert(kite, AlertType.LinkLoss, AlertSeverity.Warning, "weak")
        assertEquals(AlertStatus.Open, alerts.raiseAlert(new).status)
    },
    Call("Alerts.evaluate") {
        val sample = TelemetrySample(droneId = kite, batteryPercent = 5.0, position = TelemetryPosition(47.4, 8.5))
        assertEquals(AlertType.LowBattery, alerts.evaluate(sample).single().alertType)
    },
    Call("Alerts.get") { alert().let { assertEquals(it, alerts.get(it.id)) } },
    Call("Alerts.list") {
        val found = alert()
        assertTrue(found in alerts.list(AlertFilter(droneId = kite), TimedPageRequest()).items)
    },
    Call("Alerts.count") { assertEquals(0, alerts.count(AlertFilter(status = AlertStatus.Acked))) },
    Call("Alerts.ack") { assertEquals(AlertStatus.Acked, alerts.ack(alert().id, "on it").status) },
    Call("Alerts.closeAlert") { assertEquals(AlertStatus.Closed, alerts.closeAlert(alert().id, null).status) },

    Call("Approvals.record") {
        val made = approvals.record(Resource.Drone(kite), ApprovalStatus.Rejected)
        assertEquals(ApprovalEntity.Drone to kite, made.entityType to made.entityId)
    },
    Call("Approvals.get") { decision().let { assertEquals(it, approvals.get(it.id)) } },
    Call("Approvals.list") {
        val found = decision()
        assertTrue(found in approvals.list(ApprovalRecordFilter(entityId = kite), TimedPageRequest()).items)
    },
    Call("Approvals.count") {
        assertEquals(0, approvals.count(ApprovalRecordFilter(status = ApprovalStatus.Pending)))
    },

    Call("Commands.legacyCommand") { refusal<RingfenceException.NotFound> { commands.legacyCommand(nothing) } },
    Call("Commands.legacyCommands") {
        val newest = TimedPageRequest(order = Order.NEWEST)
        assertTrue(commands.legacyCommands(LegacyCommandFilter(droneId = kite), newest).items.isEmpty())
    },
    Call("Commands.countLegacyCommands") {
        assertEquals(0, commands.countLegacyCommands(LegacyCommandFilter(status = LegacyCommandStatus.Pending)))
    },

    Call("Identity.createUser") { assertTrue(identity.createUser(NewUser(username = "lena")).isActive) },
    Call("Identity.user") { assertEquals("operator", identity.user(operator).username) },
    Call("Identity.users") {
        assertEquals(1, identity.users(UserFilter(username = "operator"), PageRequest()).items.size)
    },
    Call("Identity.updateUser") { assertFalse(identity.updateUser(operator, UserUpdate(isActive = false)).isActive) },
    Call("Identity.deleteUser") {
        val leaver = raw.admin().identity().createUser(NewUser(username = "leaver")).id
        identity.deleteUser(leaver)
        refusal<RingfenceException.NotFound> { raw.admin().identity().user(leaver) }
    },
    Call("Identity.setPassword") {
        identity.setPassword(operator, "battery staple")
        assertEquals(operator, raw.login("acme", "operator", "battery staple").whoami().userId)
    },
    Call("Identity.endSessions") {
        val open = raw.session("acme", operator)
        identity.endSessions(operator)
        refusal<RingfenceException.Unauthenticated> { open.whoami() }
    },
    Call("Identity.createRole") { assertNull(identity.createRole(NewRole(name = "crew")).description) },
    Call("Identity.role") { assertEquals("pilot", identity.role(role().id).name) },
    Call("Identity.updateRole") {
        assertEquals("crew", identity.updateRole(role().id, RoleUpdate(name = "crew")).name)
    },
    Call("Identity.deleteRole") {
        val role = role().id
        identity.deleteRole(role)
        refusal<RingfenceException.NotFound> { raw.admin().identity().role(role) }
    },
    Call("Identity.roles") {
        assertEquals("pilot", identity.roles(RoleFilter(name = role().name), PageRequest()).items.single().name)
    },
    Call("Identity.assignRole") {
        val end = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MICROS)
        val role = role()
        raw.admin().identity().grant(role.id, Permission.AUDIT_READ)
        identity.assignRole(Assignment(operator, role.id, expiresAt = end))
        assertEquals(end, raw.admin().identity().permissionsOf(operator).validUntil)
    },
    Call("Identity.unassignRole") {
        val role = role()
        raw.admin().identity().assignRole(Assignment(operator, role.id))
        identity.unassignRole(operator, role.id)
    },
    Call("Identity.grant") { identity.grant(role().id, Permission.AUDIT_READ) },
    Call("Identity.revoke") {
        val role = role()
        raw.admin().identity().grant(role.id, Permission.AUDIT_READ)
        identity.revoke(role.id, Permission.AUDIT_READ)
    },
    Call("Identity.permissionsOf") {
        assertTrue(Permission.MISSION_WRITE in identity.permissionsOf(operator).permissions)
    },

    Call("Audit.events") {
        val registered = audit.events(EventFilter(action = Action.Create, entityType = "drone"), PageRequest())
        assertEquals(2, registered.items.size)
    },
    Call("Audit.event") { assertEquals(Action.Create, audit.event(0).action) },
    Call("Audit.verify") { assertTrue(audit.verify().isIntact()) },
    Call("Audit.legacyEvent") { refusal<RingfenceException.NotFound> { audit.legacyEvent(nothing) } },
    Call("Audit.legacyEvents") {
        val newest = TimedPageRequest(order = Order.NEWEST)
        assertTrue(audit.legacyEvents(LegacyEventFilter(eventType = "drone.updated"), newest).items.isEmpty())
    },
    Call("Audit.countLegacyEvents") { assertEquals(0, audit.countLegacyEvents(LegacyEventFilter())) },
    Call("Audit.legacyRequest") { refusal<RingfenceException.NotFound> { audit.legacyRequest(nothing) } },
    Call("Audit.legacyRequests") {
        val newest = TimedPageRequest(order = Order.NEWEST)
        assertTrue(audit.legacyRequests(LegacyRequestFilter(actorId = operator), newest).items.isEmpty())
    },
    Call("Audit.countLegacyRequests") { assertEquals(0, audit.countLegacyRequests(LegacyRequestFilter())) },
)
