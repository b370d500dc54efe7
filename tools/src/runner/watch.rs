//! The side that starts a notebook and watches it.

use std::{
    io::{self, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::record::{Ending, Record};

/// How often the process is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// How long the streams may stay open after the process has ended: something that it started may
/// still hold them.
const GRACE: Duration = Duration::from_secs(1);

/// Runs the notebook `name` in a process of its own, for `limit` at most.
pub(super) fn run(name: &str, limit: Duration, emulator: Option<&str>) -> io::Result<Record> {
    let start = Instant::now();
    let mut child = itself(emulator)?
        .args(["child", name])
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = Stream::read(child.stdout.take());
    let stderr = Stream::read(child.stderr.take());
    let ending = wait(&mut child, start + limit, limit)?;
    let until = Instant::now() + GRACE;
    let (stdout, stderr) = (stdout.text(until), stderr.text(until));
    Ok(Record::new(&stdout, &stderr, ending, start.elapsed().as_secs_f64()))
}

/// This program, once more.
fn itself(emulator: Option<&str>) -> io::Result<Command> {
    let program = std::env::current_exe()?;
    let mut command = Command::new(emulator.map_or(program.as_path(), Path::new));
    command.args(emulator.map(|_| &program));
    Ok(command)
}

fn wait(child: &mut Child, deadline: Instant, limit: Duration) -> io::Result<Ending> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ending_of(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(Ending::Timeout(limit.as_secs()));
        }
        thread::sleep(PAUSE);
    }
}

fn ending_of(status: ExitStatus) -> Ending {
    if status.success() { Ending::Success } else { Ending::Failure(status.to_string()) }
}

/// A stream that a thread of its own reads, so that the process never waits for a full pipe.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
}

impl Stream {
    fn read(source: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let Some(mut source) = source else { return };
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = source.read(&mut buffer) {
                kept.lock().expect("the other side only copies").extend_from_slice(&buffer[..n]);
            }
        });
        Stream { bytes, reader }
    }

    /// What has come until the stream closed, or until `until`.
    fn text(&self, until: Instant) -> String {
        while !self.reader.is_finished() && Instant::now() < until {
            thread::sleep(PAUSE);
        }
        String::from_utf8_lossy(&self.bytes.lock().expect("the reader only appends")).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_an_emulator_is_started_by_the_emulator() {
        let program = std::env::current_exe().unwrap();
        assert_eq!(itself(None).unwrap().get_program(), program);
        let emulated = itself(Some("qemu-aarch64")).unwrap();
        assert_eq!(emulated.get_program(), "qemu-aarch64");
        assert_eq!(emulated.get_args().collect::<Vec<_>>(), [program]);
    }
}
