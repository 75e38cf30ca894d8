//! Ringfence for Kotlin and Swift: the shared library that their packages load.
//!
//! Records, errors and handles are exported where they are written, in the crate `ringfence` under
//! its feature `uniffi`; nothing is added here.

ringfence::uniffi_reexport_scaffolding!();
