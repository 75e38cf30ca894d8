package io.ringfence

import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class ErrorsTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `whatever kind of error it is, it says the same things of itself`(): Unit = runBlocking {
        TwoTenants.open(folder).use { database ->
            val drones = database.session("acme", TwoTenants["acme.admin"]).drones()
            val kite = NewDrone(name = "Kite", vendor = Vendor.Fake)
            val taken = refusal<RingfenceException> { drones.register(kite) }
            assertEquals(409, taken.status().toInt())
            assertEquals("taken", taken.code())
            assertEquals("name", taken.`field`())
            assertFalse(taken.isRetryable())

            val missing = refusal<RingfenceException> { drones.get("no-such-drone") }
            assertEquals(404, missing.status().toInt())
            assertEquals("not_found", missing.code())
            assertNull(missing.`field`())
            assertEquals("there is no such drone", missing.toString())
        }
        val nowhere = refusal<RingfenceException> {
            Ringfence.open("sqlite:${folder.resolve("missing/fleet.db")}", OpenOptions())
        }
        assertEquals("url", nowhere.`field`())
        assertFalse(nowhere.isRetryable())
        val unreachable = refusal<RingfenceException> {
            Ringfence.open("postgres:///fleet?host=/no/such/folder", OpenOptions())
        }
        assertTrue(unreachable.isRetryable())
    }
}
