//! A server's reply as the records hold it.

use serde::{Deserialize, Serialize};

/// A reply of one or more lines (RFC 5321 §4.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reply {
    /// The three digits; of the last line, where the lines disagree.
    pub code: u16,
    /// The enhanced status code (RFC 2034, RFC 3463), such as `5.1.1`, as the first line with one has it.
    pub enhanced: Option<String>,
    /// The text of each line, without code and separator; bytes that are no UTF-8 are replaced.
    pub lines: Vec<String>,
    /// The bytes as they came, where the text is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_base64: Option<String>,
    /// From sending the command (for the banner: from the connection) to the end of the first line.
    pub first_ms: f64,
    /// The same to the end of the last line.
    pub elapsed_ms: f64,
}

impl Reply {
    /// The lines joined for people: code, then the text.
    #[must_use]
    pub fn joined(&self) -> String {
        let text = self.lines.join(" ");
        format!("{} {}", self.code, text.trim()).trim_end().to_owned()
    }
}
