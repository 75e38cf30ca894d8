package io.ringfence

import java.io.File
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.io.TempDir

/** The name in the sources: one that takes unsigned numbers has a hash behind it. */
fun Method.plainName(): String = name.substringBefore('-')

class CallsTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `every generated method is in the table of calls, once`() {
        val generated = handles().flatMap { handle ->
            val methods = Class.forName("io.ringfence.${handle}Interface").declaredMethods.asList()
            (methods.filterNot { Modifier.isStatic(it.modifiers) } + constructors(handle)).map { "$handle.${it.plainName()}" }
        }
        assertTrue(generated.size > 50, "$generated")
        assertEquals(generated.sorted(), CALLS.map { it.method }.sorted())
    }

    @TestFactory
    fun `each call does what it says`(): List<DynamicTest> = CALLS.map { call ->
        dynamicTest(call.method) {
            runBlocking {
                val world = World.open(Files.createTempDirectory(folder, "call"))
                world.raw.use {
                    call.make(world)
                    assertEquals(listOf(call.method), world.noted)
                }
            }
        }
    }

    /** The generated classes of handles: each has an interface of its methods. */
    private fun handles(): List<String> {
        val classes = File(Ringfence::class.java.protectionDomain.codeSource.location.toURI())
        return classes.resolve("io/ringfence").list().orEmpty()
            .filter { it.endsWith("Interface.class") }
            .map { it.removeSuffix(".class") }
            .filter { Class.forName("io.ringfence.$it").isInterface }
            .map { it.removeSuffix("Interface") }
    }

    /** What makes a handle stands in its companion. */
    private fun constructors(handle: String): List<Method> =
        Class.forName("io.ringfence.$handle\$Companion").declaredMethods
            .filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic }
}
