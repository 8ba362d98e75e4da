//! The files of a conversation: a message that is read, a session that is saved.
//!
//! What is saved is for its owner alone. A file that was there before is not written over: a name that was mistyped would
//! cost what it held.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// A message larger than this is read by no server, and would only fill the memory.
const MOST: u64 = 256 << 20;

/// The files; see the module.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Those that were made here, which may be written again.
    own: HashSet<PathBuf>,
}

impl Files {
    /// The octets of a file.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        let mut octets = Vec::new();
        let read = std::fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut octets));
        match read {
            Ok(_) if octets.len() as u64 > MOST => Err(format!("{} is larger than 256 MiB", path.display())),
            Ok(_) => Ok(octets),
            Err(error) => Err(format!("cannot read {}: {error}", path.display())),
        }
    }

    /// Writes a file.
    pub(super) fn write(&mut self, path: &Path, text: &str) -> Result<(), String> {
        let mut options = OpenOptions::new();
        options.write(true);
        if self.own.contains(path) {
            options.truncate(true).create(true);
        } else {
            options.create_new(true);
        }
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path).and_then(|mut file| file.write_all(text.as_bytes())) {
            Ok(()) => {
                self.own.insert(path.to_owned());
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Err(format!("{} is there already, and is not written over: give another name", path.display()))
            }
            Err(error) => Err(format!("cannot write {}: {error}", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn only_files_of_our_own_are_written_over() {
        let path = std::env::temp_dir().join(format!("byhand-saved-{}", std::process::id()));
        let mut files = Files::default();
        files.write(&path, "first, and longer").unwrap();
        files.write(&path, "second").unwrap();
        assert_eq!(files.read(&path).unwrap(), b"second");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        let why = Files::default().write(&path, "third").unwrap_err();
        assert!(why.contains("is there already"), "{why}");
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        std::fs::remove_file(&path).unwrap();
        assert!(files.read(&path).unwrap_err().starts_with("cannot read "));
    }
}
