//! `openssl s_server` behind a STARTTLS dialog: a server as old, as odd or as badly set up as OpenSSL can be made to be.
//!
//! A listener on loopback speaks greeting, EHLO and STARTTLS and then joins the client with `s_server` on a socket in a
//! folder of its own, one octet for the other. What comes out of TLS there is the SMTP inside it; that is answered by
//! another thread, through the program's standard input. Connections are served one after the other.
//!
//! Where there is no `openssl`, tests that need it say so and are left out, as those of the lab are.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A command of OpenSSL, whose own settings (a least version, a security level) do not depend on the machine.
fn openssl() -> Command {
    let mut command = Command::new("openssl");
    command.env("OPENSSL_CONF", "/dev/null").stdin(Stdio::null());
    command
}

/// Whether there is OpenSSL; says so where there is none.
#[expect(clippy::print_stdout, reason = "a test that was left out says so where test output is read")]
pub(super) fn is_there() -> bool {
    let there = openssl().arg("version").output().is_ok_and(|output| output.status.success());
    if !there {
        println!("left out: there is no openssl");
    }
    there
}

/// SHA-256 of a certificate's public key, as OpenSSL works it out.
pub(super) fn spki_sha256(file: &str) -> String {
    let run = |words: &[&str], input: &[u8]| {
        let mut child = openssl().args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap().stdout
    };
    let der = run(&["pkey", "-pubin", "-outform", "DER"], &run(&["x509", "-in", file, "-noout", "-pubkey"], b""));
    let told = String::from_utf8(run(&["dgst", "-sha256", "-r"], &der)).unwrap();
    told.split(' ').next().unwrap().to_owned()
}

/// Certificates and keys, files in one folder: `NAME.pem` and `NAME.key`.
pub(super) struct Certificates {
    folder: PathBuf,
}

impl Certificates {
    /// Begins with a root, `root.pem`.
    pub(super) fn new(folder: &Path) -> Self {
        let made = Self { folder: folder.to_owned() };
        made.make("root", None, "EC", &["-subj", "/CN=test root", "-days", "3650"]);
        made
    }

    /// A file of the folder.
    pub(super) fn file(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    /// Makes a certificate, signed by `issuer` or by itself; `key` as `req -newkey` has it, or `EC` for P-256.
    pub(super) fn make(&self, name: &str, issuer: Option<&str>, key: &str, words: &[&str]) {
        let mut command = openssl();
        command.args(["req", "-x509", "-nodes", "-out", &self.file(&format!("{name}.pem"))]);
        command.args(["-keyout", &self.file(&format!("{name}.key"))]);
        match key {
            "EC" => command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
            other => command.args(["-newkey", other]),
        };
        if let Some(issuer) = issuer {
            let files = ["pem", "key"].map(|ending| self.file(&format!("{issuer}.{ending}")));
            command.args(["-CA", &files[0], "-CAkey", &files[1]]);
        }
        let output = command.args(words).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes a server's certificate for `host`, which ends in 60 days.
    pub(super) fn leaf(&self, name: &str, issuer: &str, key: &str, host: &str, words: &[&str]) {
        let (subject, names) = (format!("/CN={host}"), format!("subjectAltName=DNS:{host}"));
        let own = ["-subj", &subject, "-days", "60", "-addext", &names, "-addext", "basicConstraints=CA:FALSE"];
        self.make(name, Some(issuer), key, &[&own, words].concat());
    }

    /// Joins certificates into one file.
    pub(super) fn join(&self, name: &str, parts: &[&str]) {
        let all: Vec<u8> = parts.iter().flat_map(|part| std::fs::read(self.file(part)).unwrap()).collect();
        std::fs::write(self.file(name), all).unwrap();
    }
}

/// A running `s_server` and the dialog before it; both end with it.
pub(super) struct Server {
    address: SocketAddr,
    program: Child,
}

impl Server {
    /// Starts with these words for `s_server`, which may name files of the folder by `@NAME`.
    pub(super) fn start(certificates: &Certificates, words: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        // OpenSSL does not take a long path; one within its own folder is short.
        let name = format!("{}.socket", address.port());
        let socket = certificates.folder.join(&name);
        let mut command = openssl();
        command.current_dir(&certificates.folder).args(["s_server", "-quiet", "-unix", &name, "-unlink"]);
        for word in words.split_whitespace() {
            match word.strip_prefix('@') {
                Some(name) => command.arg(certificates.file(name)),
                None => command.arg(word),
            };
        }
        let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (stdin, stdout) = (program.stdin.take().unwrap(), program.stdout.take().unwrap());
        // Threads end with the program, or with the test's process.
        std::thread::spawn(move || inside(stdin, stdout));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // What a client does is not for the server to complain of.
                let _ = outside(client, &socket);
            }
        });
        Self { address, program }
    }

    /// Where it listens.
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// The dialog in clear, and what is behind STARTTLS, octet by octet.
fn outside(mut client: TcpStream, socket: &Path) -> io::Result<()> {
    client.write_all(b"220 old.example ESMTP\r\n")?;
    let mut lines = BufReader::new(client.try_clone()?);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim_end().to_ascii_uppercase().as_str() {
            "STARTTLS" => break client.write_all(b"220 2.0.0 Ready to start TLS\r\n")?,
            "QUIT" => return client.write_all(b"221 2.0.0 Bye\r\n"),
            _ => client.write_all(b"250-old.example\r\n250 STARTTLS\r\n")?,
        }
    }
    let server = connect(socket)?;
    let (mut from, mut to) = (server.try_clone()?, client.try_clone()?);
    let back = std::thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut server = server;
    let _ = pump(&mut lines, &mut server);
    let _ = server.shutdown(Shutdown::Write);
    let _ = back.join();
    Ok(())
}

/// All that comes, from what was read already.
fn pump(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    io::copy(from, to).map(|_| ())
}

/// The program takes a moment to start.
fn connect(socket: &Path) -> io::Result<UnixStream> {
    for _ in 0..500 {
        if let Ok(stream) = UnixStream::connect(socket) {
            return Ok(stream);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    UnixStream::connect(socket)
}

/// SMTP inside TLS: what the program writes is what the client said.
fn inside(mut stdin: ChildStdin, stdout: ChildStdout) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let reply: &[u8] = match line.trim_end().to_ascii_uppercase().as_str() {
            "QUIT" => b"221 2.0.0 Bye\r\n",
            _ => b"250 old.example\r\n",
        };
        if stdin.write_all(reply).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}
