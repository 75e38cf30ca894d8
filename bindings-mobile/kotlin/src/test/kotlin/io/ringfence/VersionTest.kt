package io.ringfence

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

class VersionTest {
    @Test
    fun `the library is loaded and answers`() {
        assertEquals("0.1.0", version())
    }
}
