package io.ringfence

import documented.Fleet
import documented.firstSession
import documented.lend
import documented.migrate
import documented.open
import documented.reassign
import documented.rename
import java.nio.file.Path
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What the guide `docs/guides/mobile.md` shows does what the guide says. */
class GuideTest {
    @TempDir
    lateinit var folder: Path

    private fun app(body: suspend (Ringfence, TenantSession) -> Unit): Unit = runBlocking {
        open(folder.resolve("app.db").toString()).use { body(it, firstSession(it)) }
    }

    private suspend fun TenantSession.register(name: String): Drone =
        drones().register(NewDrone(name = name, vendor = Vendor.Fake))

    @Test
    fun `every drone is listed, page after page`() = app { _, session ->
        val registered = List(3) { session.register("Heron $it") }
        assertEquals(registered, Fleet(session).all())
    }

    @Test
    fun `a role is lent for a time`() = app { database, session ->
        val identity = session.identity()
        val pilot = identity.createUser(NewUser(username = "lena"))
        val role = identity.roles(RoleFilter(name = "operator"), PageRequest()).items.single()
        lend(identity, pilot.id, role.id, Instant.now().plusSeconds(3_600))
        assertEquals(listOf("operator"), database.session("acme", pilot.id).whoami().roles)
    }

    @Test
    fun `each kind of refusal is told apart`() = app { _, session ->
        val drones = session.drones()
        val drone = session.register("Heron")
        assertEquals("saved", rename(drones, drone, "Kite"))
        assertEquals("somebody else was faster", rename(drones, drone, "Wren"))
        assertEquals("name is blank", rename(drones, drone, " "))
        session.register("Wren")
        assertEquals("name:", rename(drones, drones.get(drone.id), "Wren").substringBefore(' '))
        drones.delete(drone.id)
        assertEquals("gone", rename(drones, drone, "Kestrel"))
    }

    @Test
    fun `a mission gets another drone, and none`() = app { _, session ->
        val missions = session.missions()
        val drone = session.register("Heron")
        val mission = missions.create(NewMission(name = "Dam", planType = PlanType.PointTask))
        val manned = reassign(missions, mission, drone.id)
        assertEquals(drone.id, manned.droneId)
        assertNull(reassign(missions, manned, null).droneId)
    }

    @Test
    fun `each step of a migration is shown`() = app { database, _ ->
        val latest = database.migrationStatus().latest
        database.rollback("setup", latest - 2u, null)
        val shown = mutableListOf<String>()
        assertEquals(latest, migrate(database, shown::add).current)
        assertEquals(2, shown.size)
    }
}
