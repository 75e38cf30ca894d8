package io.ringfence

import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Proxy
import java.nio.file.Files
import java.nio.file.Path
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.intercepted
import kotlin.coroutines.resumeWithException

/**
 * A copy of the two tenants, and the handles as acme's admin has them. Which of their methods is called is noted; what
 * is called through [raw] is not.
 */
class World private constructor(val raw: Ringfence, session: TenantSession) {
    /** The methods called so far, as `Drones.get`. */
    val noted = mutableListOf<String>()

    val kite = TwoTenants["acme.kite"]
    val operator = TwoTenants["acme.operator"]

    /** What exists nowhere. */
    val nothing = "0190d3a8-0000-7000-8000-000000000000"

    // Maven runs the tests in the folder of the pom.
    val plan: ByteArray = Files.readAllBytes(Path.of("../../examples/data/river-survey.plan"))

    val database = noting<RingfenceInterface>(raw)
    val deploymentLog = noting<DeploymentLogInterface>(raw.deploymentLog())
    val session = noting<TenantSessionInterface>(session)
    val drones = noting<DronesInterface>(session.drones())
    val missions = noting<MissionsInterface>(session.missions())
    val inspections = noting<InspectionsInterface>(session.inspections())
    val defects = noting<DefectsInterface>(session.defects())
    val incidents = noting<IncidentsInterface>(session.incidents())
    val alerts = noting<AlertsInterface>(session.alerts())
    val approvals = noting<ApprovalsInterface>(session.approvals())
    val commands = noting<CommandsInterface>(session.commands())
    val identity = noting<IdentityInterface>(session.identity())
    val audit = noting<AuditInterface>(session.audit())

    suspend fun opened(url: String, options: OpenOptions): Ringfence {
        noted += "Ringfence.open"
        return Ringfence.open(url, options)
    }

    /** Another admin, whom the host vouches for. */
    suspend fun mara(): String {
        val identity = raw.admin().identity()
        val mara = identity.createUser(NewUser("mara"))
        val admin = identity.roles(RoleFilter(name = "admin"), PageRequest()).items.single()
        identity.assignRole(Assignment(mara.id, admin.id))
        return mara.id
    }

    /** A secret of the kite's, as its credential holds it. */
    suspend fun secret(): SecretJsonInterface = noting<SecretJsonInterface>(trusted().credential(kite).secret)

    /** The registry, in which the kite has a credential. */
    suspend fun trusted(): Drones = raw.admin().drones().also { it.setCredential(kite, "{\"pin\":\"1234\"}") }

    suspend fun role(): Role = raw.admin().identity().createRole(NewRole(name = "pilot"))

    suspend fun incident(): Incident {
        val new = NewIncident(title = "Road flooded", level = IncidentLevel.High, locationGeom = "POINT(8.5 47.4)")
        return raw.admin().incidents().create(new)
    }

    suspend fun alert(): Alert =
        raw.admin().alerts().raiseAlert(NewAlert(kite, AlertType.LinkLoss, AlertSeverity.Warning, "weak"))

    suspend fun decision(): ApprovalRecord =
        raw.admin().approvals().record(Resource.Drone(kite), ApprovalStatus.Approved)

    suspend fun template(): InspectionTemplate =
        raw.admin().inspections().createTemplate(NewTemplate(name = "Roof", category = "roof"))

    suspend fun item(): TemplateItem =
        raw.admin().inspections().addItem(template().id, NewTemplateItem(code = "crack", title = "Crack"))

    suspend fun task(): InspectionTask =
        raw.admin().inspections().createTask(NewInspectionTask(name = "Roofs", templateId = template().id))

    val seen = NewObservation(itemCode = "rust", positionLat = 47.4, positionLon = 8.5, altM = 30.0)

    suspend fun observation(): Observation = raw.admin().inspections().record(task().id, seen)

    suspend fun defect(): Defect = raw.admin().defects().create(NewDefect(observationId = observation().id))

    suspend fun draft(): Mission {
        val missions = raw.session("acme", operator).missions()
        return missions.importPlan(NewPlan(name = "River survey", droneId = kite, file = plan))
    }

    suspend fun approved(): Mission = draft().let { raw.admin().missions().approve(it.id, it.version, null) }

    suspend fun running(): Mission = raw.admin().missions().start(approved().id)

    suspend fun Ringfence.admin(): TenantSession = session("acme", TwoTenants["acme.admin"])

    fun listener(heard: (Progress) -> Unit) = object : ProgressListener {
        override fun onProgress(progress: Progress) = heard(progress)
    }

    /** A listener to what a scan finds. */
    fun finds(found: (List<IntegrityFinding>) -> Unit) = object : FindingsListener {
        override fun onFindings(findings: List<IntegrityFinding>) = found(findings)
    }

    /** The handle behind an object of the same interface that notes each call. */
    private inline fun <reified I : Any> noting(handle: I): I {
        val owner = I::class.java.simpleName.removeSuffix("Interface")
        val proxy = Proxy.newProxyInstance(I::class.java.classLoader, arrayOf(I::class.java)) { _, method, given ->
            noted += "$owner.${method.plainName()}"
            try {
                method.invoke(handle, *(given ?: emptyArray()))
            } catch (refused: InvocationTargetException) {
                // A proxy throws nothing that its interface does not declare: what refuses at once is told as what does later.
                val waiting = given?.lastOrNull() as? Continuation<*> ?: throw refused.targetException
                waiting.intercepted().resumeWithException(refused.targetException)
                COROUTINE_SUSPENDED
            }
        }
        return I::class.java.cast(proxy)
    }

    companion object {
        suspend fun open(folder: Path): World {
            val database = TwoTenants.open(folder)
            return World(database, database.session("acme", TwoTenants["acme.admin"]))
        }
    }
}
