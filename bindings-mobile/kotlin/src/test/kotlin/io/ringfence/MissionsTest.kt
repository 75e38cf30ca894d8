package io.ringfence

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class MissionsTest {
    @TempDir
    lateinit var folder: Path

    // Maven runs the tests in the folder of the pom.
    private val plan = Files.readAllBytes(Path.of("../../examples/data/river-survey.plan"))

    private fun database(body: suspend (Ringfence) -> Unit): Unit = runBlocking {
        TwoTenants.open(folder).use { body(it) }
    }

    private suspend fun Ringfence.missions(tenant: String, role: String): Missions =
        session(tenant, TwoTenants["$tenant.$role"]).missions()

    @Test
    fun `an imported plan is a draft`() = database { database ->
        val missions = database.missions("acme", "operator")
        val kite = TwoTenants["acme.kite"]
        val mission = missions.importPlan(NewPlan(name = "River survey", droneId = kite, file = plan))
        assertEquals("River survey", mission.name)
        assertEquals(kite, mission.droneId)
        assertEquals(MissionState.Draft, mission.state)
        assertEquals(PlanType.AreaGrid, mission.planType)
        assertEquals(TwoTenants["acme.operator"], mission.createdBy)
        assertEquals("{}", mission.constraints)
        assertEquals(mission, missions.get(mission.id))
    }

    @Test
    fun `the kind of flight and the constraints can be given`() = database { database ->
        val mission = database.missions("acme", "operator").importPlan(
            NewPlan(
                name = "River survey",
                file = plan,
                planType = PlanType.RouteWaypoints,
                constraints = "{\"daylight\": true}",
            ),
        )
        assertNull(mission.droneId)
        assertEquals(PlanType.RouteWaypoints, mission.planType)
        assertEquals("{\"daylight\": true}", mission.constraints)
    }

    @Test
    fun `an update keeps the drone, takes it away or sets another`() = database { database ->
        val missions = database.missions("acme", "operator")
        val (kite, wren) = listOf("kite", "wren").map { TwoTenants["acme.$it"] }
        val mission = missions.importPlan(NewPlan(name = "River survey", droneId = kite, file = plan))
        suspend fun after(update: MissionUpdate) = missions.update(mission.id, update).droneId
        assertEquals(kite, after(MissionUpdate(name = "Dam")))
        assertEquals(kite, after(MissionUpdate(name = "Weir", droneId = DroneIdChange.Keep)))
        assertEquals(wren, after(MissionUpdate(droneId = DroneIdChange.Set(wren))))
        assertNull(after(MissionUpdate(droneId = DroneIdChange.Clear)))
        val foreign = MissionUpdate(droneId = DroneIdChange.Set(TwoTenants["birch.kite"]))
        assertEquals("drone", refusal<RingfenceException.NotFound> { after(foreign) }.entity)
        val malformed = MissionUpdate(droneId = DroneIdChange.Set(""))
        assertEquals("drone_id", refusal<RingfenceException.Invalid> { after(malformed) }.`field`)
    }

    @Test
    fun `a bad plan names the place in the file and the rule`() = database { database ->
        val missions = database.missions("acme", "operator")
        val broken = "{\"fileType\": \"Plan\", \"version\": 1, \"mission\": {\"version\": 1, \"items\": []}}"
        val refused = refusal<RingfenceException.Invalid> {
            missions.importPlan(NewPlan(name = "River survey", file = broken.toByteArray()))
        }
        assertEquals("plan.mission.version", refused.`field`)
        assertEquals(true, refused.rule.isNotBlank())
    }

    @Test
    fun `another tenant's mission and drone are like ones that exist nowhere`() = database { database ->
        val theirs = database.missions("birch", "operator").importPlan(NewPlan(name = "Dam", file = plan))
        val missions = database.missions("acme", "operator")
        val foreign = refusal<RingfenceException.NotFound> { missions.get(theirs.id) }
        val unknown = refusal<RingfenceException.NotFound> { missions.get("no-such-mission") }
        assertEquals("mission", foreign.entity)
        assertEquals(foreign.toString(), unknown.toString())
        val drone = refusal<RingfenceException.NotFound> {
            missions.importPlan(NewPlan(name = "River survey", droneId = TwoTenants["birch.kite"], file = plan))
        }
        assertEquals("drone", drone.entity)
    }

    @Test
    fun `a role without the right is told which`() = database { database ->
        val mission = database.missions("acme", "operator").importPlan(NewPlan(name = "River survey", file = plan))
        val missions = database.missions("acme", "auditor")
        val unread = refusal<RingfenceException.Forbidden> { missions.get(mission.id) }
        assertEquals("mission.read", unread.permission)
        val unwritten = refusal<RingfenceException.Forbidden> {
            missions.importPlan(NewPlan(name = "River survey", file = plan))
        }
        assertEquals("mission.write", unwritten.permission)
    }
}
