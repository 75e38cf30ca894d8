//! Writes the Kotlin and Swift sources that belong to the shared library.

fn main() {
    uniffi::uniffi_bindgen_main();
}
