//! What a person is told to do after a connection broke: only where the message may have arrived, ask whether it did.

use super::output;
use super::script::{Do, Scripted, after_354};

#[tokio::test]
async fn a_person_asks_only_where_there_is_a_doubt() {
    // More than sockets hold: the rest cannot have gone out.
    let long = [[b'x'; 900].as_slice(), b"\n"].concat().repeat(18_000);
    for (server, message, asks) in [
        (Scripted::start(&[after_354![Do::Until("\r\n.\r\n"), Do::Reset]]).await, &b"x\n"[..], true),
        (Scripted::start(&[after_354![Do::Take(100_000), Do::Reset]]).await, long.as_slice(), false),
    ] {
        let server = server.address.to_string();
        let words = ["--server", &server, "--to", "b@example.test", "--data", "-", "--format", "table"];
        let (code, shown, _) = output(&words, message).await;
        assert_eq!((code, shown.contains("ask whether it arrived")), (75, asks), "{shown}");
    }
}
