//! One JSON document on a line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::escape;

/// Writes a document and ends the line. serde_json escapes what JSON must (C0, quotes, backslashes); what else no
/// terminal is sent is escaped here.
pub(super) fn write(to: &mut impl Write, document: &impl Serialize) -> io::Result<()> {
    document.serialize(&mut Serializer::with_formatter(&mut *to, Visible))?;
    to.write_all(b"\n")
}

struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        CompactFormatter.write_string_fragment(to, &escape::escaped_in_json(fragment))
    }
}
