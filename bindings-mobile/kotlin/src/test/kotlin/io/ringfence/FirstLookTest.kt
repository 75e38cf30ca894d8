package io.ringfence

import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The README's program, beside the database that its program in Rust makes. */
class FirstLookTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `the readme's program runs as it stands there`(): Unit = runBlocking {
        Path.of(variable("RINGFENCE_FIRST_LOOK")).toFile().copyRecursively(folder.toFile())
        val said = folder.resolve("said").toFile()
        // It names its files from the folder that it is run in, which this process cannot change for itself.
        val program = ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djna.library.path=${System.getProperty("jna.library.path")}",
            "-cp", System.getProperty("java.class.path"),
            "documented.FirstLookKt",
        ).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(said).start()
        assertTrue(program.waitFor(60, TimeUnit.SECONDS))
        val lines = said.readLines()
        assertEquals(0, program.exitValue(), "$lines")
        assertEquals("Heron MAVLINK", lines.first())
        assertTrue(lines.last().startsWith("DRAFT {"), "$lines")
        Ringfence.open("sqlite:${folder.resolve("fleet.db")}", OpenOptions()).use { database ->
            val mara = database.login("acme", "mara", "correct horse")
            // The program in Rust imports one, and this one another.
            assertEquals(2, mara.missions().list(MissionFilter(), TimedPageRequest()).items.size)
        }
    }
}
