package io.ringfence

import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertThrows

/** The database that the example `two_tenants` writes, and the ids in it: `cargo xtask test` says where. */
object TwoTenants {
    private val file = Path.of(variable("RINGFENCE_TWO_TENANTS"))

    /** One flat JSON object whose texts need no escapes. */
    private val ids = Regex("\"([^\"]+)\":\"([^\"]+)\"")
        .findAll(variable("RINGFENCE_TWO_TENANTS_IDS"))
        .associate { it.groupValues[1] to it.groupValues[2] }

    operator fun get(name: String): String = ids.getValue(name)

    /** What the credentials in it are sealed with. */
    fun key() = SecretKey(ByteArray(32) { 7 })

    /** Opens a copy in the folder. */
    suspend fun open(folder: Path): Ringfence {
        val copy = Files.copy(file, folder.resolve("fleet.db"))
        return Ringfence.open("sqlite:$copy", OpenOptions(MigrateMode.CHECK, secretKey = key()))
    }
}

/** What `cargo xtask test` tells. */
fun variable(name: String): String =
    checkNotNull(System.getenv(name)) { "$name is not set: run the tests with cargo xtask test" }

/** The refusal of this kind that the call ends with. */
inline fun <reified E : RingfenceException> refusal(noinline call: suspend () -> Unit): E =
    assertThrows(E::class.java) { runBlocking { call() } }
