package io.ringfence

import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class DronesTest {
    @TempDir
    lateinit var folder: Path

    private fun drones(role: String, body: suspend (Drones) -> Unit): Unit = runBlocking {
        TwoTenants.open(folder).use { database ->
            body(database.session("acme", TwoTenants["acme.$role"]).drones())
        }
    }

    @Test
    fun `the drones of the own tenant come a page at a time`() = drones("operator") { drones ->
        val first = drones.list(DroneFilter(), PageRequest(limit = 1u))
        val second = drones.list(DroneFilter(), PageRequest(limit = 1u, after = first.next))
        val ids = (first.items + second.items).map { it.id }.toSet()
        assertEquals(setOf(TwoTenants["acme.kite"], TwoTenants["acme.wren"]), ids)
        assertNull(second.next)
        val dji = drones.list(DroneFilter(vendor = Vendor.Dji), PageRequest())
        assertEquals(listOf("Wren"), dji.items.map { it.name })
    }

    @Test
    fun `a drone comes as plain data`() = drones("operator") { drones ->
        val drone = drones.get(TwoTenants["acme.kite"])
        assertEquals("Kite", drone.name)
        assertEquals(Vendor.Mavlink, drone.vendor)
        assertEquals("{\"camera\": true}", drone.capabilities)
        assertEquals(1, drone.version)
        assertEquals(drone, drones.get(drone.id))
    }

    @Test
    fun `another tenant's id is like one that exists nowhere, with and without the right`() {
        for (role in listOf("operator", "auditor")) {
            val copy = folder.resolve(role).also { it.toFile().mkdir() }
            runBlocking {
                TwoTenants.open(copy).use { database ->
                    val drones = database.session("acme", TwoTenants["acme.$role"]).drones()
                    val foreign = refusal<RingfenceException.NotFound> { drones.get(TwoTenants["birch.kite"]) }
                    val unknown = refusal<RingfenceException.NotFound> { drones.get("no-such-drone") }
                    assertEquals("drone", foreign.entity)
                    assertEquals(foreign.toString(), unknown.toString())
                }
            }
        }
    }

    @Test
    fun `a missing permission is named`() = drones("auditor") { drones ->
        val refused = refusal<RingfenceException.Forbidden> { drones.get(TwoTenants["acme.kite"]) }
        assertEquals("registry.read", refused.permission)
    }

    @Test
    fun `a vendor that the library does not know is never given`() = drones("operator") { drones ->
        val parrot = DroneFilter(vendor = Vendor.Other("PARROT"))
        val refused = refusal<RingfenceException.Invalid> { drones.list(parrot, PageRequest()) }
        assertEquals("vendor", refused.`field`)
    }

    @Test
    fun `malformed input names its field`() = drones("operator") { drones ->
        assertEquals("id", refusal<RingfenceException.Invalid> { drones.get("") }.`field`)
        val none = PageRequest(limit = 0u)
        assertEquals("limit", refusal<RingfenceException.Invalid> { drones.list(DroneFilter(), none) }.`field`)
    }
}
