//! The marks of a row: what DANE, MTA-STS and a sender say of an address.
//!
//! `ok`, `FAIL`, `TLS only` where no TLSA record can be used (RFC 7672 §2.2), `-` where nothing is asked for, `?` where it was not put to the test; words, since colour alone carries no
//! meaning. Not here: why (a sentence below the table says it).

use crate::render::layout::Cell;
use crate::render::{Tone, words};
use crate::wire::{Action, Judged, ProbeRecord, Rule, Verdicts};

/// Which verdicts have something to tell: a column of nothing but "nothing is asked for" is left out.
pub(super) struct Marks {
    dane: bool,
    sts: bool,
    sender: bool,
}

impl Marks {
    pub(super) fn of(records: &[ProbeRecord]) -> Self {
        let told = |result: Option<Judged>| matches!(result, Some(Judged::Pass | Judged::Fail));
        let any = |tells: &dyn Fn(&Verdicts) -> bool| records.iter().any(|record| tells(&record.verdicts));
        Self {
            dane: any(&|verdicts| told(verdicts.dane.as_ref().map(|dane| dane.result))),
            sts: any(&|verdicts| told(verdicts.sts.as_ref().map(|sts| sts.result))),
            // Where nothing is demanded, the other columns say what a sender gets.
            sender: any(&|verdicts| verdicts.sender.as_ref().is_some_and(|sender| demanding(sender.rule))),
        }
    }

    pub(super) fn row(&self, verdicts: &Verdicts) -> [Cell; 3] {
        let mark = |shown: bool, result: Option<Judged>| match result.filter(|_| shown) {
            None => Cell::default(),
            Some(Judged::Pass) => Cell::new(Tone::Good, "ok"),
            Some(Judged::Fail) => Cell::new(Tone::Bad, "FAIL"),
            Some(Judged::None) => "-".into(),
            Some(Judged::Untested) => "?".into(),
        };
        let dane = match &verdicts.dane {
            Some(dane) if self.dane && dane.is_encryption_only() => "TLS only".into(),
            dane => mark(self.dane, dane.as_ref().map(|dane| dane.result)),
        };
        let sts = mark(self.sts, verdicts.sts.as_ref().map(|sts| sts.result));
        let sender = verdicts.sender.as_ref().filter(|_| self.sender).map_or_else(Cell::default, |sender| {
            let tone = match sender.action {
                Action::Deliver => Tone::Good,
                Action::Defer | Action::Bounce => Tone::Bad,
                _ => Tone::Plain,
            };
            Cell::new(tone, words::sender(sender.action))
        });
        [dane, sts, sender]
    }
}

/// Whether a rule is one of the domain's own.
fn demanding(rule: Rule) -> bool {
    !matches!(rule, Rule::Opportunistic | Rule::Outcome)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{expired, probe_record, shown};
    use super::super::summary::summary;
    use crate::wire::{
        Action, DaneVerdict, Fault, Judged, Outcome, ProbeRecord, Rule, Sender, Stage, Status, StsVerdict,
    };

    fn check(width: usize, records: &[ProbeRecord], expected: &str) {
        let text = shown(width, |out, look| summary(out, look, records));
        assert_eq!(text, expected, "\n{text}");
    }

    /// A domain with TLSA records at one host and an MTA-STS policy that names only that one.
    fn demanding_records() -> Vec<ProbeRecord> {
        let mut records =
            [probe_record("mx1.example.org", 10, "192.0.2.25"), probe_record("mx2.example.net", 20, "198.51.100.7")];
        expired(&mut records[1]);
        let sender = |action, rule| Some(Sender { action, rule, text: "because".into() });
        let verdict = |result| (DaneVerdict { result, ..DaneVerdict::default() }, StsVerdict::default());
        let all = [
            (Judged::Pass, Judged::Pass, Action::Deliver, Rule::Dane),
            (Judged::None, Judged::Fail, Action::Defer, Rule::StsEnforce),
        ];
        for (record, (dane, sts, action, rule)) in records.iter_mut().zip(all) {
            let (by_dane, by_sts) = verdict(dane);
            record.verdicts.dane = Some(by_dane);
            record.verdicts.sts = Some(StsVerdict { result: sts, ..by_sts });
            record.verdicts.sender = sender(action, rule);
            record.findings.clear();
            record.capabilities_tls = None;
        }
        records.to_vec()
    }

    /// A server that talks, and fails at TLS, has its figures and its marks; the sentence stands below.
    #[test]
    fn a_row_that_fails_at_tls_has_marks() {
        let mut records = demanding_records();
        let failed =
            Outcome::failed(Status::Temporary, Stage::Tls, Fault::TlsHandshake, "the TLS handshake failed: why");
        (records[1].outcome, records[1].verdicts.pkix) = (failed, None);
        let text = shown(120, |out, look| summary(out, look, &records));
        let row = text.lines().find(|line| line.starts_with(" 2nd")).unwrap();
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(
            cells,
            [
                "2nd",
                "mx2.example.net",
                "198.51.100.7",
                "31",
                "ms",
                "412",
                "ms",
                "fails",
                "-",
                "FAIL",
                "defers",
                "TLS",
                "failed"
            ]
        );
        let below: Vec<&str> = text.split_whitespace().collect();
        assert!(below.join(" ").contains("[198.51.100.7]. The TLS handshake failed: why"), "{text}");
    }

    #[test]
    fn what_is_demanded_has_its_columns() {
        check(
            120,
            &demanding_records(),
            "\
example.org   2 hosts, 2 addresses · from 203.0.113.9 as out.shop.example · 624 ms
 try  host             address       connect  banner  TLS          cert  DANE  STS   a sender  notes
 1st  mx1.example.org  192.0.2.25      31 ms  412 ms  1.3 X25519   62 d  ok    ok    delivers
 2nd  mx2.example.net  198.51.100.7    31 ms  412 ms  1.3 X25519  -12 d  -     FAIL  defers    expired
",
        );
        check(
            80,
            &demanding_records()[..1],
            "\
example.org   1 host, 1 address · from 203.0.113.9 as out.shop.example · 624 ms
 try  host
      address     connect  banner  TLS         cert  DANE  STS  a sender
 1st  mx1.example.org
      192.0.2.25    31 ms  412 ms  1.3 X25519  62 d  ok    ok   delivers
",
        );
    }
}
