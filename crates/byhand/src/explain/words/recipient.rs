//! Words about the recipient.

use crate::explain::rule::{Rule, on};
use crate::wire::Reason as R;

pub(in crate::explain) const RULES: &[Rule] = &[on(R::UserUnknown, 85, "RFC 3463 §3.2").words(&["user unknown"])];
