//! What stands behind the addresses of MAIL and RCPT: what the message needs, what was asked for, what was typed.
//!
//! 1. our own: SIZE, BODY, SMTPUTF8, where they are offered and wanted
//! 2. RET, ENVID, NOTIFY, ORCPT only where DSN is offered: to another server they must not be sent (RFC 3461 §5.2.2).
//!    The message goes without them then, and a finding says so
//! 3. parameters that somebody typed, as they are and offered or not; one of ours with the same keyword gives way

use super::Session;
use crate::smtp::capabilities::offers;
use crate::smtp::parameter::{Dsn, Parameter};
use crate::wire::FindingId;

/// What goes with MAIL and RCPT beside the addresses.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// Delivery reports.
    pub dsn: Dsn,
    /// Typed for MAIL.
    pub mail: Vec<Parameter>,
    /// Typed for each RCPT.
    pub rcpt: Vec<Parameter>,
}

impl Session {
    /// The parameters of MAIL, each with a blank before it; `own` are ours.
    pub(super) fn mail_parameters(&mut self, own: Vec<Parameter>, extras: &Extras) -> String {
        let mut ours = own;
        if self.takes_dsn(&extras.dsn) {
            ours.extend(extras.dsn.of_mail());
        }
        joined(ours, &extras.mail)
    }

    /// The parameters of each RCPT, each with a blank before it.
    pub(super) fn rcpt_parameters(&mut self, extras: &Extras) -> String {
        let ours = if self.takes_dsn(&extras.dsn) { extras.dsn.of_rcpt() } else { Vec::new() };
        joined(ours, &extras.rcpt)
    }

    fn takes_dsn(&mut self, dsn: &Dsn) -> bool {
        let asked: Vec<String> = dsn.of_mail().iter().chain(&dsn.of_rcpt()).map(Parameter::keyword).collect();
        let offered = self.current().is_some_and(|list| offers(list, "DSN"));
        if !offered && !asked.is_empty() {
            let text = format!(
                "the server does not offer DSN, so {} was not sent (RFC 3461 §5.2.2): it reports as it does for everybody",
                asked.join(", ")
            );
            self.find(FindingId::DsnNotOffered, text);
        }
        offered
    }
}

fn joined(ours: Vec<Parameter>, typed: &[Parameter]) -> String {
    let typed_too = |own: &Parameter| typed.iter().any(|typed| typed.keyword() == own.keyword());
    let kept = ours.into_iter().filter(|own| !typed_too(own));
    kept.chain(typed.iter().cloned()).map(|parameter| format!(" {parameter}")).collect()
}
