//! The names of alerts and of key exchange groups, as the RFCs write them.
//!
//! RFC 8446 §6 and RFC 5246 §7.2 (alerts), RFC 8422 §5.1.1 and RFC 7919 §2 (groups). Groups are named as the TLS library
//! names them, so that records agree.

/// The name of an alert; its number where it has none.
#[must_use]
pub fn alert_name(description: u8) -> String {
    let name = match description {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        21 => "decryption_failed",
        22 => "record_overflow",
        30 => "decompression_failure",
        40 => "handshake_failure",
        41 => "no_certificate",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        60 => "export_restriction",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        100 => "no_renegotiation",
        109 => "missing_extension",
        110 => "unsupported_extension",
        112 => "unrecognized_name",
        113 => "bad_certificate_status_response",
        115 => "unknown_psk_identity",
        116 => "certificate_required",
        120 => "no_application_protocol",
        other => return format!("alert {other}"),
    };
    name.to_owned()
}

/// The name of a group; its number where it has none here.
#[must_use]
pub fn group_name(group: u16) -> String {
    let name = match group {
        19 => "secp192r1",
        21 => "secp224r1",
        22 => "secp256k1",
        23 => "secp256r1",
        24 => "secp384r1",
        25 => "secp521r1",
        26 => "brainpoolP256r1",
        27 => "brainpoolP384r1",
        28 => "brainpoolP512r1",
        29 => "X25519",
        30 => "X448",
        0x0100 => "FFDHE2048",
        0x0101 => "FFDHE3072",
        0x0102 => "FFDHE4096",
        0x0103 => "FFDHE6144",
        0x0104 => "FFDHE8192",
        0x11EB => "secp256r1MLKEM768",
        0x11EC => "X25519MLKEM768",
        0x11ED => "secp384r1MLKEM1024",
        other => return format!("group {other}"),
    };
    name.to_owned()
}
