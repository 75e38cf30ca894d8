//! One JSON document on a line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::escape;

/// Writes a document and ends the line. serde_json escapes what JSON must (C0, quotes, backslashes); what else no
/// terminal is sent is escaped here.
pub(super) fn write(to: &mut impl Write, document: &impl Serialize) -> io::Result<()> {
    self::document(to, document)?;
    to.write_all(b"\n")
}

/// Writes a document.
pub(super) fn document(to: &mut impl Write, document: &impl Serialize) -> io::Result<()> {
    Ok(document.serialize(&mut Serializer::with_formatter(to, Visible))?)
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
