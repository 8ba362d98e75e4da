//! Plays a dialog over a socket: does what the [`Player`] says, and tells it what comes.
//!
//! The player decides; here are only reading, writing and time. A client that leaves ends the play where it stands.

use std::io;
use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use super::heard::Hearing;
use super::socket::{PATIENCE, Socket};
use super::{HUSH, Play};
use crate::dialog::{Action, Dialog, HandshakeOutcome, Player, Step};
use crate::pki::Pki;

/// The most octets of a flood: a client that takes them all has no limit.
const FLOOD_LIMIT: usize = 64 << 20;

pub(super) async fn play(
    socket: &mut Socket,
    hearing: &mut Hearing,
    dialog: &Dialog,
    play: &Play,
    pki: &Pki,
) -> io::Result<()> {
    let mut player = Player::new(dialog);
    player.split(play.split);
    if matches!(dialog.steps.first(), Some((_, Step::Send(_)))) {
        listen_until(socket, hearing, &mut player, HUSH).await?;
    }
    let result = steps(socket, hearing, &mut player, play, pki).await;
    for breach in player.breaches() {
        hearing.breach(format!("{}.smtp, {breach}", dialog.name));
    }
    result
}

async fn steps(
    socket: &mut Socket,
    hearing: &mut Hearing,
    player: &mut Player,
    play: &Play,
    pki: &Pki,
) -> io::Result<()> {
    loop {
        match player.next() {
            Action::Write(octets) => socket.write(&octets).await?,
            Action::Read => {
                if player.passes_over() {
                    hearing.server_ends();
                }
                listen(socket, hearing, player, PATIENCE).await?;
            }
            Action::Wait(span) => {
                let end = Instant::now() + span.mul_f64(play.pace.max(0.0));
                while Instant::now() < end {
                    let left = end.saturating_duration_since(Instant::now());
                    if !listen_until(socket, hearing, player, left).await? {
                        // Gone: no reply will reach it, and the player's next read says so.
                        break;
                    }
                }
            }
            Action::StartTls(handshake) => {
                let config = pki.server(handshake.cert, &play.host).map_err(io::Error::other)?;
                if handshake.outcome != HandshakeOutcome::Good {
                    hearing.server_ends();
                }
                match socket.start_tls(config, handshake.outcome).await {
                    Ok(true) => hearing.tls_is_up(socket.sni()),
                    Ok(false) => return socket.close(hearing).await,
                    Err(error) => {
                        // A client that cannot agree on TLS may only leave (RFC 3207 §4.1).
                        hearing.server_ends();
                        return Err(error);
                    }
                }
            }
            Action::Close => {
                hearing.server_ends();
                return socket.close(hearing).await;
            }
            Action::Cut => {
                hearing.server_ends();
                return socket.cut(hearing).await;
            }
            Action::Reset => {
                hearing.server_ends();
                return socket.reset();
            }
            Action::Hang => {
                hearing.server_ends();
                let mut octets = [0; 4096];
                loop {
                    match timeout(PATIENCE, socket.read(&mut octets)).await {
                        Ok(Ok(count)) if count > 0 => {
                            player.heard(&octets[..count]);
                            hearing.lines(&octets[..count]);
                        }
                        _ => return Ok(()),
                    }
                }
            }
            Action::Flood(text) => {
                hearing.server_ends();
                let piece = text.repeat((16384 / text.len().max(1)).max(1));
                let mut sent = 0;
                while sent < FLOOD_LIMIT {
                    socket.write(&piece).await?;
                    sent += piece.len();
                }
                hearing.breach("the client took a whole flood");
                return Ok(());
            }
        }
    }
}

/// Waits for octets, no longer than `patience`.
async fn listen(socket: &mut Socket, hearing: &mut Hearing, player: &mut Player, patience: Duration) -> io::Result<()> {
    let before = Instant::now();
    if !listen_until(socket, hearing, player, patience).await? || before.elapsed() >= patience {
        player.client_gone();
    }
    Ok(())
}

/// Takes what comes within `span`; `false` at the end of the connection.
async fn listen_until(
    socket: &mut Socket,
    hearing: &mut Hearing,
    player: &mut Player,
    span: Duration,
) -> io::Result<bool> {
    let mut octets = [0; 4096];
    match timeout_at(Instant::now() + span, socket.read(&mut octets)).await {
        Ok(Ok(0)) => {
            player.client_gone();
            Ok(false)
        }
        Ok(Ok(count)) => {
            hearing.lines(&octets[..count]);
            player.heard(&octets[..count]);
            Ok(true)
        }
        Ok(Err(error)) => {
            player.client_gone();
            hearing.note(error.to_string());
            Ok(false)
        }
        Err(_) => Ok(true),
    }
}
