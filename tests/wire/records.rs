//! Lines that were written once have to parse for ever, and no field of theirs may get lost or change its meaning.
//!
//! Each file holds lines of one record and version. Lines are added, never changed: what an early version wrote lies in
//! somebody's archive.

use byhand::wire::{DeliveryRecord, Event, Record, Stage, Status};
use serde_json::Value;

/// All lines of a file, parsed.
#[track_caller]
fn parsed(text: &str, kind: &str) -> Vec<Record> {
    let parse = |line: &str| {
        let record: Record = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let [old, new]: [Value; 2] = [
            serde_json::from_str(line).unwrap(),
            serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap(),
        ];
        assert_eq!(old["type"], kind);
        assert!(keeps(&old, &new), "what was written is lost\n{old}\n{new}");
        record
    };
    text.lines().map(parse).collect()
}

/// Whether all of the old value stands in the new one; the new one may have more fields.
fn keeps(old: &Value, new: &Value) -> bool {
    match (old, new) {
        // A field that this version does not know is passed over, as the wire format says.
        (Value::Object(old), Value::Object(new)) => old.iter().all(|(key, value)| {
            key.starts_with("from_the_future") || new.get(key).is_some_and(|new| keeps(value, new))
        }),
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| keeps(old, new))
        }
        _ => old == new,
    }
}

#[test]
fn delivery_1() {
    let records = parsed(include_str!("delivery-1.jsonl"), "delivery/1");
    let deliveries: Vec<&DeliveryRecord> =
        records.iter().filter_map(|record| if let Record::Delivery(one) = record { Some(one) } else { None }).collect();
    let ends: Vec<_> = deliveries.iter().map(|one| (one.outcome.status, one.outcome.stage)).collect();
    assert_eq!(
        ends,
        [
            (Status::Ok, None),
            (Status::Permanent, Some(Stage::Rcpt)),
            (Status::Permanent, Some(Stage::Dns)),
            (Status::Ok, Some(Stage::Rcpt)),
        ]
    );
    assert_eq!(deliveries[0].queue_id.as_deref(), Some("4C8439B600A"));
    assert_eq!(deliveries[1].attempts[0].target.host.as_deref(), Some("mx1.example.org"));
}

#[test]
fn event_1() {
    let records = parsed(include_str!("event-1.jsonl"), "event/1");
    let sessions: Vec<u32> = records
        .iter()
        .filter_map(|record| if let Record::Event(Event { session, .. }) = record { Some(*session) } else { None })
        .collect();
    assert_eq!(sessions, [1, 1, 2]);
    assert!(records.iter().all(|record| record.outcome().is_none()), "an event is no unit of work");
}
