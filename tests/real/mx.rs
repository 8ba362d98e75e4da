//! Who takes mail for each name of the lab: source, hosts in order, addresses, DNSSEC, outcome.
//!
//! The table was worked out by hand from `tests/lab/zones.sh` (what is published, what was broken after signing) and from
//! what `delv` at the authority and `dig` at the validating resolver say of each zone.

use std::collections::{BTreeMap, BTreeSet};

use byhand_tests::{bin, in_lab, lab_or_skip};
use serde_json::Value;

use super::{records, word};

/// name | source | DNSSEC of the MX answer | outcome | hosts in order: preference, host, addresses, DNSSEC or fault
///
/// Names are below `test.`; host names are whole. `~` between hosts: their order is drawn by lot. An outcome is `ok`, or
/// status and fault, the fault one of those given.
const TABLE: &str = "
good            | mx       | secure   | ok | 10 mx-postfix.test 127.0.1.10 secure, 20 mx-exim.test 127.0.1.20 secure
equal           | mx       | secure   | ok | 10 mx-postfix.test 127.0.1.10 secure ~ 10 mx-exim.test 127.0.1.20 secure ~ 10 mx-opensmtpd.test 127.0.1.30 secure
implicit        | implicit | secure   | ok | 0 implicit.test 127.0.1.10 secure
implicit6       | implicit | secure   | ok | 0 implicit6.test ::1 secure
nullmx          | null     | secure   | permanent null-mx |
nullmx-mixed    | mx       | secure   | ok | 10 mx-postfix.test 127.0.1.10 secure
cnamemx         | mx       | secure   | ok | 10 mx-alias.test 127.0.1.10 secure
cnameowner      | mx       | secure   | ok | 10 mx-postfix.test 127.0.1.10 secure, 20 mx-exim.test 127.0.1.20 secure
loop1           | none     | indeterminate | temporary servfail/cname-loop |
dangling        | none     | secure   | permanent nxdomain |
missing         | mx       | secure   | permanent mx-hosts-missing | 10 nohost.test - nxdomain
missing-first   | mx       | secure   | ok | 10 nohost.test - nxdomain, 20 mx-postfix.test 127.0.1.10 secure
ipmx            | mx       | secure   | permanent mx-hosts-missing/bad-host-name | 10 127.0.1.10 - bad-host-name
nodata          | none     | secure   | permanent no-mail-host |
nope            | none     | secure   | permanent nxdomain |
deadfirst       | mx       | secure   | ok | 10 mx-dead.test 127.0.1.99 secure, 20 mx-postfix.test 127.0.1.10 secure
v6only          | mx       | secure   | ok | 10 mx-v6.test ::1 secure
dual            | mx       | secure   | ok | 10 mx-dual.test 127.0.1.10+::1 secure
x.wildmx        | mx       | secure   | ok | 10 mx-postfix.test 127.0.1.10 secure
xn--bcher-kva   | mx       | secure   | ok | 10 mx-postfix.test 127.0.1.10 secure
policy          | mx       | secure   | ok | 10 mx-policy.test 127.0.1.15 secure
grey            | mx       | secure   | ok | 10 mx-grey.test 127.0.1.16 secure
size            | mx       | secure   | ok | 10 mx-size.test 127.0.1.17 secure
tlsabad         | mx       | secure   | ok | 10 mx-tlsa-bad.test 127.0.1.10 secure
tlsabogus       | mx       | secure   | ok | 10 mx-tlsa-bogus.test 127.0.1.10 secure
expiredcert     | mx       | secure   | ok | 10 mx-expired.test 127.0.1.12 secure
selfsigned      | mx       | secure   | ok | 10 mx-selfsigned.test 127.0.1.13 secure
wrongname       | mx       | secure   | ok | 10 mx-wrong.test 127.0.1.14 secure
wrongta         | mx       | secure   | ok | 10 mx-wrong-ta.test 127.0.1.14 secure
bogusmxhost     | mx       | secure   | temporary dnssec-bogus | 10 mx.bogus.test - dnssec-bogus
insecmxhost     | mx       | secure   | ok | 10 mx.insecure.test 127.0.1.10 insecure
enforce         | mx       | secure   | ok | 10 mx1.good.test 127.0.1.10 secure
testing         | mx       | secure   | ok | 10 mx-plain2.test 127.0.1.11 secure
badmx           | mx       | secure   | ok | 10 mx2.good.test 127.0.1.20 secure
stswrong        | mx       | secure   | ok | 10 mx1.good.test 127.0.1.10 secure
sts404          | mx       | secure   | ok | 10 mx1.good.test 127.0.1.10 secure
ststwice        | mx       | secure   | ok | 10 mx1.good.test 127.0.1.10 secure
tlsonly         | mx       | secure   | ok | 10 mx-tlsonly.test 127.0.1.18 secure
tls12           | mx       | secure   | ok | 10 mx-tls12.test 127.0.1.19 secure
plain           | mx       | secure   | ok | 10 mx-plain2.test 127.0.1.11 secure
opensmtpd       | mx       | secure   | ok | 10 mx-opensmtpd.test 127.0.1.30 secure
nsec3           | mx       | secure   | ok | 10 mx.nsec3.test 127.0.1.10 secure
sub.nsec3       | mx       | secure   | ok | 10 mx-postfix.test 127.0.1.10 secure
a.wild.nsec3    | mx       | secure   | ok | 10 mx.nsec3.test 127.0.1.10 secure
nope.nsec3      | none     | secure   | permanent nxdomain |
optout          | mx       | secure   | ok | 10 mx.optout.test 127.0.1.10 secure
insecure        | mx       | insecure | ok | 10 mx.insecure.test 127.0.1.10 insecure
unsigned.optout | mx       | insecure | ok | 10 mx.unsigned.optout.test 127.0.1.10 insecure
bogus           | none     | bogus    | temporary dnssec-bogus |
sigexp          | none     | bogus    | temporary dnssec-bogus |
badds           | none     | bogus    | temporary dnssec-bogus |
lame            | none     | indeterminate | temporary servfail |
dead            | none     | indeterminate | temporary servfail/dns-timeout |
hole            | none     | indeterminate | temporary servfail/dns-timeout |
";

/// What the validator in process cannot decide, and says so: an NSEC proof for a wildcard answer, and one for a missing
/// name behind an alias. delv and unbound call both secure.
const UNDECIDED: [&str; 2] = ["x.wildmx", "dangling"];

/// One row: what has to be said of a name.
struct Row {
    name: &'static str,
    source: &'static str,
    security: &'static str,
    outcome: &'static str,
    hosts: Vec<&'static str>,
    /// Whether the order of the hosts is drawn by lot.
    by_lot: bool,
}

fn rows() -> Vec<Row> {
    let row = |line: &'static str| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [name, source, security, outcome, hosts] = cells[..] else { panic!("five cells: {line}") };
        let hosts_of = hosts.split([',', '~']).map(str::trim).filter(|host| !host.is_empty());
        Row { name, source, security, outcome, hosts: hosts_of.collect(), by_lot: hosts.contains('~') }
    };
    TABLE.lines().filter(|line| !line.is_empty()).map(row).collect()
}

/// A host as the table writes it. Addresses of both families are named in the table's order: IPv4 first.
fn host(host: &Value) -> String {
    let addresses: BTreeSet<_> = host["addresses"].as_array().expect("addresses").iter().map(word).collect();
    let addresses: Vec<_> = addresses.into_iter().collect();
    let (addresses, last) = match addresses.len() {
        0 => ("-".to_owned(), word(&host["fault"])),
        _ => (addresses.join("+"), word(&host["security"])),
    };
    format!("{} {} {addresses} {last}", host["preference"], word(&host["host"]))
}

/// Everything in which a record differs from its row.
fn differences(row: &Row, record: &Value, validating: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut differ = |what: &str, expected: &str, got: &str| {
        if expected != got {
            wrong.push(format!("{}: {what} is {got}, expected {expected}", row.name));
        }
    };
    let undecided = validating && UNDECIDED.contains(&row.name);
    differ("source", row.source, word(&record["source"]));
    differ("security", if undecided { "indeterminate" } else { row.security }, word(&record["security"]));
    let (status, faults) = row.outcome.split_once(' ').unwrap_or((row.outcome, "-"));
    let outcome = &record["outcome"];
    differ("status", status, word(&outcome["status"]));
    differ("stage", if status == "ok" { "-" } else { "dns" }, word(&outcome["stage"]));
    let fault = word(&outcome["fault"]);
    differ("fault", if faults.split('/').any(|each| each == fault) { fault } else { faults }, fault);
    let mut got: Vec<_> = record["hosts"].as_array().expect("hosts").iter().map(host).collect();
    let mut expected = row.hosts.clone();
    if row.by_lot {
        got.sort_unstable();
        expected.sort_unstable();
    }
    differ("hosts", &expected.join(", "), &got.join(", "));
    wrong
}

#[track_caller]
fn check(how: &[&str], validating: bool) {
    let rows = rows();
    let names: Vec<_> = rows.iter().map(|row| format!("{}.test", row.name)).collect();
    let mut args = vec!["--format", "json", "--jobs", "30"];
    args.extend(how);
    args.extend(names.iter().map(String::as_str));
    let output = in_lab(bin("mxlookup"), &args);
    let records = records(&output);
    let by_name: BTreeMap<_, _> = records.iter().map(|record| (word(&record["domain"]), record)).collect();
    let mut wrong = Vec::new();
    for row in &rows {
        match by_name.get(format!("{}.test", row.name).as_str()) {
            None => wrong.push(format!("{}: no record", row.name)),
            Some(record) => wrong.extend(differences(row, record, validating)),
        }
    }
    assert!(wrong.is_empty(), "{} of {} names\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    // The records keep the order of the arguments, and something here is permanent.
    let order: Vec<_> = records.iter().map(|record| word(&record["domain"]).to_owned()).collect();
    assert_eq!(order, names);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_trusted_resolvers_word_is_taken() {
    let Some(_) = lab_or_skip() else { return };
    check(&["--dnssec", "trust"], false);
}

#[test]
fn signatures_are_checked_in_process() {
    let Some(lab) = lab_or_skip() else { return };
    let anchor = lab.join("dns/root.key").display().to_string();
    check(&["--dnssec", "validate", "--trust-anchor", &anchor], true);
}

#[test]
fn forty_hosts_come_over_tcp_and_in_order() {
    let Some(_) = lab_or_skip() else { return };
    let records = records(&in_lab(bin("mxlookup"), &["--format", "json", "--dnssec", "trust", "big.test"]));
    let got: Vec<_> = records[0]["hosts"].as_array().expect("hosts").iter().map(host).collect();
    let expected: Vec<_> =
        (1..=40).map(|n| format!("{n} mx-with-a-rather-long-host-name-{n:02}.big.test 127.0.1.10 secure")).collect();
    assert_eq!(got, expected);
}

#[test]
fn aliases_and_oddities_are_told() {
    let Some(_) = lab_or_skip() else { return };
    let cases = [
        ("cnamemx.test", "mx-is-cname"),
        ("cnameowner.test", "cname-domain"),
        ("nullmx-mixed.test", "null-mx-mixed"),
        ("missing-first.test", "mx-host-missing"),
        ("ipmx.test", "mx-is-address"),
        ("bogusmxhost.test", "dnssec-bogus"),
        ("implicit.test", "reserved-address"),
    ];
    let mut args = vec!["--format", "json", "--dnssec", "trust"];
    args.extend(cases.iter().map(|(name, _)| *name));
    let records = records(&in_lab(bin("mxlookup"), &args));
    assert_eq!(records.len(), cases.len());
    for (record, (name, finding)) in records.iter().zip(cases) {
        let found: Vec<_> = record["findings"].as_array().expect("findings").iter().map(|f| word(&f["id"])).collect();
        assert!(found.contains(&finding), "{name}: {finding} is not in {found:?}");
    }
}
