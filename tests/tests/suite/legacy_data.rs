//! The legacy databases that lie beside the workspace. The project does not contain them.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

/// The unpacked bytes of `shared/data/legacy/<name>`, or nothing where that folder is absent.
pub(crate) fn unpacked(name: &str) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/legacy");
    if !folder.is_dir() {
        eprintln!("skipped: no legacy data at {}", folder.display());
        return None;
    }
    let file = std::fs::File::open(folder.join(name)).expect("the legacy file is there");
    let mut bytes = Vec::new();
    GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .expect("the legacy file is gzip");
    Some(bytes)
}
