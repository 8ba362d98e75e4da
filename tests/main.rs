//! The end-to-end tests of byhand, in one binary.

mod play;
