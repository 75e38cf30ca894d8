//! Examples that run. Each one is a program: `cargo run --example quickstart`.
