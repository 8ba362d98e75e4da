//! The one table of exit codes, and the only place that makes them.
//!
//! Outcomes are counted as they go out; in the end the first of 70, 65, 1, 75 that applies is the code. Interruption
//! (130) and usage (2) are told by whoever sees them. A reader that went away (broken pipe) is no trouble: 0. Findings
//! never change the code.

use crate::wire::{Action, Fault, Outcome, ProbeRecord, Stage, Status};

/// All well.
pub const OK: u8 = 0;
/// Something permanent.
pub const PERMANENT: u8 = 1;
/// Wrong usage.
pub const USAGE: u8 = 2;
/// A bad input line.
pub const BAD_INPUT: u8 = 65;
/// Our own fault, or trouble with standard output.
pub const INTERNAL: u8 = 70;
/// Nothing permanent, something temporary or untested.
pub const TEMPORARY: u8 = 75;
/// Interrupted.
pub const INTERRUPTED: u8 = 130;

/// The table for people, as help and manual page have it.
pub const EXIT_HELP: &str = "\
Exit status:
    0  all well
    1  something is permanent: a refusal, no such domain, a domain that takes no mail
    2  wrong usage
   65  a line or argument that is no domain, address, server or record; the others are done
   70  a fault of this program, or standard output could not be written
   75  nothing permanent, but something temporary or not tested, or a server that
       careful senders of mail would not deliver to now
  130  interrupted
The first of 70, 65, 1, 75 that applies. Findings never change it.";

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Units of work that ended well.
    pub ok: u64,
    /// Those that ended for good.
    pub permanent: u64,
    /// Those that may end otherwise later, or were never put to the test.
    pub undecided: u64,
    /// Lines that were nothing to work on.
    pub bad_input: u64,
    /// Faults of our own.
    pub internal: u64,
}

impl Tally {
    /// Counts an outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        if outcome.fault == Some(Fault::BadInput) {
            self.bad_input += 1;
            return;
        }
        match outcome.status {
            Status::Ok => self.ok += 1,
            Status::Permanent => self.permanent += 1,
            Status::Temporary | Status::Untested => self.undecided += 1,
        }
    }

    /// Counts an address talked to: where all went well, what a sender would do decides.
    pub fn count_probe(&mut self, record: &ProbeRecord) {
        let action = record.verdicts.sender.as_ref().map(|sender| sender.action);
        match (record.outcome.status, action) {
            (Status::Ok, Some(Action::Defer)) => self.undecided += 1,
            (Status::Ok, Some(Action::Bounce)) => self.permanent += 1,
            // Whatever the code that STARTTLS was answered with: a message waits for TLS, and is not given up for it.
            (Status::Permanent, Some(Action::Defer)) if record.outcome.stage == Some(Stage::Starttls) => {
                self.undecided += 1;
            }
            _ => self.count(&record.outcome),
        }
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> u8 {
        let table = [
            (self.internal, INTERNAL),
            (self.bad_input, BAD_INPUT),
            (self.permanent, PERMANENT),
            (self.undecided, TEMPORARY),
        ];
        table.iter().find(|(count, _)| *count > 0).map_or(OK, |(_, code)| *code)
    }
}

#[cfg(test)]
mod tests {
    use super::{EXIT_HELP, Tally};
    use crate::wire::{Fault, Outcome, Stage, Status};

    fn outcome(status: Status, fault: Fault) -> Outcome {
        Outcome::failed(status, Stage::Dns, fault, "x")
    }

    fn check(outcomes: &[Outcome], internal: u64, code: u8) {
        let mut tally = Tally { internal, ..Tally::default() };
        outcomes.iter().for_each(|outcome| tally.count(outcome));
        assert_eq!(tally.code(), code, "{tally:?}");
    }

    #[test]
    fn the_first_that_applies() {
        let ok = Outcome::ok("x");
        let permanent = outcome(Status::Permanent, Fault::Nxdomain);
        let temporary = outcome(Status::Temporary, Fault::Servfail);
        let untested = outcome(Status::Untested, Fault::NetworkUnreachable);
        let bad = outcome(Status::Permanent, Fault::BadInput);
        check(&[], 0, 0);
        check(std::slice::from_ref(&ok), 0, 0);
        check(&[ok.clone(), temporary.clone()], 0, 75);
        check(&[untested, ok], 0, 75);
        check(&[temporary.clone(), permanent.clone()], 0, 1);
        check(&[permanent.clone(), bad.clone(), temporary], 0, 65);
        check(&[bad, permanent], 1, 70);
    }

    #[test]
    fn the_help_has_every_code() {
        for code in [0, 1, 2, 65, 70, 75, 130] {
            assert!(EXIT_HELP.contains(&format!("\n{code:>5}  ")), "{code}");
        }
    }
}
