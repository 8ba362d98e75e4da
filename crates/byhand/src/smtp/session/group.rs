//! What goes out in one write: commands, or a message and what follows it (RFC 2920 §3.1).
//!
//! The octets are shared with whoever writes them. A message is stuffed once and not copied again, however often the
//! session is asked what to do next; what follows it is put behind it in the same piece of memory.

use std::sync::Arc;

use super::Asked;

/// One thing to say: a command, or the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Saying {
    pub(super) octets: Vec<u8>,
    /// As the transcript has it.
    pub(super) shown: String,
    pub(super) asked: Asked,
}

/// Some of them, for one write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) octets: Arc<Vec<u8>>,
    /// Each as the transcript has it, and what is awaited to it.
    pub(super) lines: Vec<(String, Asked)>,
}

impl Group {
    /// The memory of the first is taken over: it is the message, where there is one.
    pub(super) fn new(sayings: Vec<Saying>) -> Self {
        let mut octets = Vec::new();
        let mut lines = Vec::new();
        for saying in sayings {
            if octets.is_empty() {
                octets = saying.octets;
            } else {
                octets.extend(saying.octets);
            }
            lines.push((saying.shown, saying.asked));
        }
        Self { octets: Arc::new(octets), lines }
    }

    pub(super) fn first(&self) -> Option<Asked> {
        self.lines.first().map(|(_, asked)| *asked)
    }

    pub(super) fn has(&self, asked: Asked) -> bool {
        self.lines.iter().any(|line| line.1 == asked)
    }
}
