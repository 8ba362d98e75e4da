//! The roots that certificates are judged by. (in the making)

use std::path::PathBuf;

/// The system's roots and those of `--ca-file`, read when first asked for.
#[derive(Debug, Default)]
pub struct Roots {
    /// A PEM file of further roots.
    pub ca_file: Option<PathBuf>,
}
