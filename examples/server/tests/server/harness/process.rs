//! The real binary as a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

/// What processes share: a database, a key, a folder.
#[derive(Clone)]
pub struct Setup {
    pub database: String,
    pub key: Option<String>,
    pub folder: PathBuf,
}

/// A server that runs; killed when dropped.
pub struct Process {
    child: Child,
    /// Where it answers.
    pub base: String,
    log: Arc<Mutex<String>>,
}

/// What all servers of a test call themselves.
pub const ISSUER: &str = "https://id.example/";

impl Setup {
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-server"));
        command
            .current_dir(&self.folder)
            .env_remove("MFA_KEY")
            .env_remove("RUST_LOG")
            .env("DATABASE_URL", &self.database);
        if let Some(key) = &self.key {
            command.env("MFA_KEY", key);
        }
        command
    }

    /// A command to its end, with this on standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may end without reading.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// As [`run`](Self::run), and it must succeed: what it printed.
    #[track_caller]
    pub fn succeed(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn serve(&self) -> Process {
        self.serve_with(&[], &[])
    }

    /// A server that answers, after it said where.
    pub fn serve_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Process {
        let mut command = self.command();
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--issuer", ISSUER, "--log-json"])
            .args(["--mfa", "always", "--signing", "es256"])
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended: {said}")).unwrap();
            said.push_str(&line);
            said.push('\n');
            let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = event["fields"]["address"].as_str() {
                break address.to_owned();
            }
        };
        let log = Arc::new(Mutex::new(said));
        let theirs = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = theirs.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Process { child, base: format!("http://{address}/"), log }
    }
}

impl Process {
    /// Asks it to stop, and waits for it: whether it ended well.
    pub fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }

    /// Waits for a server that dies by itself: whether it was a signal that ended it.
    pub fn died(mut self) -> bool {
        self.child.wait().unwrap().code().is_none()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
