//! What a person is told to do after a connection broke: only where the message may have arrived, ask whether it did.

use super::output;
use super::script::{Do, Scripted};

#[tokio::test]
async fn a_person_asks_only_where_there_is_a_doubt() {
    const ENVELOPE: [Do; 9] = [
        Do::Say("220 mx.test ESMTP"),
        Do::Until("EHLO client.test\r\n"),
        Do::Say("250 mx.test"),
        Do::Until("MAIL FROM:<a@client.test>\r\n"),
        Do::Say("250 ok"),
        Do::Until("RCPT TO:<b@example.test>\r\n"),
        Do::Say("250 ok"),
        Do::Until("DATA\r\n"),
        Do::Say("354 go"),
    ];
    const AFTER: &[Do] = &{
        let [a, b, c, d, e, f, g, h, i] = ENVELOPE;
        [a, b, c, d, e, f, g, h, i, Do::Until("\r\n.\r\n"), Do::Reset]
    };
    const BEFORE: &[Do] = &{
        let [a, b, c, d, e, f, g, h, i] = ENVELOPE;
        [a, b, c, d, e, f, g, h, i, Do::Take(100_000), Do::Reset]
    };
    // More than sockets hold: the rest cannot have gone out.
    let long = [[b'x'; 900].as_slice(), b"\n"].concat().repeat(18_000);
    for (server, message, asks) in [
        (Scripted::start(&[AFTER]).await, &b"x\n"[..], true),
        (Scripted::start(&[BEFORE]).await, long.as_slice(), false),
    ] {
        let server = server.address.to_string();
        let words = ["--server", &server, "--to", "b@example.test", "--data", "-", "--format", "table"];
        let (code, shown, _) = output(&words, message).await;
        assert_eq!((code, shown.contains("ask whether it arrived")), (75, asks), "{shown}");
    }
}
