//! The pipeline of the issue that started it all: `mxlookup good.test | smtp-probe`.

use std::io::Write;
use std::process::Stdio;

use byhand_tests::{bin, in_lab, lab_command, lab_or_skip};
use serde_json::Value;

use super::{records, word};

/// A probe record without what no two runs share: times, ports, dates in banners, queue positions.
fn steady(record: &Value) -> Value {
    let target = &record["target"];
    let keywords = |field: &str| record[field]["keywords"].clone();
    serde_json::json!({
        "target": target,
        "status": record["outcome"]["status"],
        "capabilities": keywords("capabilities"),
        "capabilities_tls": keywords("capabilities_tls"),
        "tls": record["tls"],
        "verdicts": record["verdicts"],
        "findings": record["findings"].as_array().expect("findings").iter().map(|f| f["id"].clone()).collect::<Vec<_>>(),
    })
}

#[test]
fn a_domain_and_the_pipe_give_the_same_records() {
    let Some(lab) = lab_or_skip() else { return };
    let ca = lab.join("pki/ca.pem").display().to_string();
    let options = ["--ehlo", "client.test", "--ca-file", &ca];

    let routes = in_lab(bin("mxlookup"), &["--ca-file", &ca, "good.test"]);
    assert_eq!(word(&records(&routes)[0]["type"]), "mx/1", "a pipe gets JSON Lines unasked");
    let mut child = lab_command(bin("smtp-probe"), &options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("smtp-probe starts");
    child.stdin.take().expect("a pipe").write_all(&routes.stdout).expect("it reads");
    let piped = child.wait_with_output().expect("it ends");
    assert_eq!(piped.status.code(), Some(0), "{}", String::from_utf8_lossy(&piped.stderr));

    let mut args = options.to_vec();
    args.push("good.test");
    let straight = in_lab(bin("smtp-probe"), &args);
    let [piped, straight] = [&piped, &straight].map(|output| records(output).iter().map(steady).collect::<Vec<_>>());
    assert_eq!(piped, straight);
    // zones.sh: 10 mx-postfix, 20 mx-exim; both have good certificates of the lab's CA.
    let hosts: Vec<_> = piped.iter().map(|record| word(&record["target"]["host"])).collect();
    assert_eq!(hosts, ["mx-postfix.test", "mx-exim.test"]);
    assert!(piped.iter().all(|record| record["verdicts"]["pkix"]["status"] == "pass"));
}

#[test]
fn a_dead_record_gives_one_dead_probe() {
    let Some(_) = lab_or_skip() else { return };
    let records = records(&in_lab(bin("smtp-probe"), &["nullmx.test"]));
    assert_eq!(records.len(), 1);
    let outcome = &records[0]["outcome"];
    assert_eq!(["status", "stage", "fault"].map(|key| word(&outcome[key])), ["permanent", "dns", "null-mx"]);
}
