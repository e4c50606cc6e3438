//! Another program, run without a shell: with little of the environment, bounded in time and output, and never taken for
//! well when it did not end well.

use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::application::variable;
use crate::output;

/// How much of what a child says of a failure is kept: its end.
const MOST_COMPLAINT: usize = 4096;
const MOST_COMPLAINT_LINES: usize = 12;

/// The most that repo-server takes in one message, in MB, unless `ARGOCD_GRPC_MAX_SIZE_MB` says otherwise.
const USUAL_MOST_OUTPUT: u64 = 100;

/// How long a child that has closed its output may take to end.
const PAUSE: Duration = Duration::from_millis(5);

/// A time that nobody waits for, in place of one that no clock has: a hundred years.
const FOREVER: Duration = Duration::from_hours(876_600);

/// What a child may see of the environment. kustomize reads variables of any name into generated `ConfigMap`s, and the same
/// commit must give the same manifests.
const PASSED_ON: [&str; 12] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "GIT_ASKPASS",
    "GIT_SSH_COMMAND",
    "SSH_AUTH_SOCK",
];

/// From where git fetches for a child, whatever the sidecar's own configuration allows: never from this machine, where
/// git would run the program that a reference such as `--upload-pack=…` names. Submodules and bases of bases inherit it
/// (<https://github.com/argoproj/argo-cd/security/advisories/GHSA-9v9p-x54c-58gc>).
const GIT_PROTOCOLS: (&str, &str) = ("GIT_ALLOW_PROTOCOL", "http:https:ssh:git");

/// A program to run in the application's directory.
#[derive(Debug)]
pub(super) struct Program<'a> {
    /// Its name, found on the `PATH`.
    pub(super) name: &'static str,
    /// What it does, for messages.
    pub(super) command: &'static str,
    pub(super) arguments: Vec<OsString>,
    pub(super) deadline: &'a Deadline,
}

/// When everything must be over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    end: Instant,
    limit: Duration,
}

impl Deadline {
    /// This long from now.
    pub(super) fn after(limit: Duration) -> Self {
        let now = Instant::now();
        Self { end: now.checked_add(limit).unwrap_or(now + FOREVER), limit }
    }

    fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }
}

/// Why a child was stopped.
enum Stopped {
    TooLate,
    TooMuch,
}

impl Program<'_> {
    /// What the program prints.
    pub(super) fn run(&self) -> anyhow::Result<Vec<u8>> {
        let mut child = self.start()?;
        let most = most_output();
        let output = read_aside(child.stdout.take(), move |stream| read_at_most(stream, most.saturating_add(1)));
        let complaint = read_aside(child.stderr.take(), read_end);
        let output = match output.recv_timeout(self.deadline.left()) {
            Ok(output) if output.len() as u64 > most => return Err(self.stop(&mut child, &Stopped::TooMuch)),
            Ok(output) => output,
            Err(_) => return Err(self.stop(&mut child, &Stopped::TooLate)),
        };
        let Some(status) = self.wait(&mut child)? else { return Err(self.stop(&mut child, &Stopped::TooLate)) };
        if !status.success() {
            let complaint = complaint.recv_timeout(self.deadline.left()).unwrap_or_default();
            bail!(output::Lines(format!("{} failed ({status}):\n{}", self.called(), last_lines(&complaint))));
        }
        Ok(output)
    }

    fn called(&self) -> String {
        format!("{} {}", self.name, self.command)
    }

    fn start(&self) -> anyhow::Result<Child> {
        let helm = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("HELM_")));
        let passed_on = PASSED_ON.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)));
        let mut command = Command::new(self.name);
        command.args(&self.arguments).env_clear().envs(passed_on).envs(helm).envs([GIT_PROTOCOLS]);
        match command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
            Err(error) if error.kind() == ErrorKind::NotFound => bail!(
                "{} is not on the PATH of the plugin's sidecar, and this application needs it: add it to the image \
                 (the Containerfile of kubectl-kserve has the place for it)",
                self.name
            ),
            Err(error) => bail!("cannot run {}: {error}", self.name),
            Ok(child) => Ok(child),
        }
    }

    /// None when it does not end in time although it has closed its output.
    fn wait(&self, child: &mut Child) -> anyhow::Result<Option<ExitStatus>> {
        loop {
            match child.try_wait()? {
                Some(status) => return Ok(Some(status)),
                None if self.deadline.left().is_zero() => return Ok(None),
                None => thread::sleep(PAUSE),
            }
        }
    }

    fn stop(&self, child: &mut Child, why: &Stopped) -> anyhow::Error {
        let _ = child.kill();
        let _ = child.wait();
        let called = self.called();
        match why {
            Stopped::TooLate => anyhow::anyhow!(
                "{called} did not end within {} s and was stopped (the parameter timeout; Argo CD itself gives up after \
                 60 s unless controller.repo.server.timeout.seconds says otherwise)",
                self.deadline.limit.as_secs_f64()
            ),
            Stopped::TooMuch => {
                let most = most_output() / 1_000_000;
                anyhow::anyhow!(
                    "{called} printed more than {most} MB, which Argo CD would not take (ARGOCD_GRPC_MAX_SIZE_MB)"
                )
            }
        }
    }
}

fn most_output() -> u64 {
    let megabytes = variable("ARGOCD_GRPC_MAX_SIZE_MB").and_then(|value| value.parse().ok());
    megabytes.unwrap_or(USUAL_MOST_OUTPUT).saturating_mul(1_000_000)
}

/// Reads in a thread of its own, so that neither stream waits for the other.
fn read_aside<S: Read + Send + 'static>(
    stream: Option<S>,
    read: impl FnOnce(S) -> Vec<u8> + Send + 'static,
) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(stream.map(read).unwrap_or_default()));
    receiver
}

fn read_at_most(stream: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.take(most).read_to_end(&mut bytes);
    bytes
}

/// Reads all there is and keeps the end of it.
fn read_end(mut stream: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut buffer = [0; MOST_COMPLAINT];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..count]);
        kept.drain(..kept.len().saturating_sub(MOST_COMPLAINT));
    }
    kept
}

fn last_lines(complaint: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaint);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(MOST_COMPLAINT_LINES)..].join("\n")
}
