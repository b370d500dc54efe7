//! One process that runs cases when asked.
//!
//! The request is a line, `seconds case`; the answer is a line of times in seconds, empty if the
//! worker does not know the case. The first run of a turn is a warm-up and is not reported.

use super::THREADS;
use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

/// Seconds of a run that is so long that being the first one makes no difference to it.
const LONG: f64 = 10.0;

const MAX_RUNS: usize = 2000;

/// A process that runs cases.
pub struct Worker {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What the worker says that it is, e.g. `PyTorch 2.9.1`.
    pub name: String,
}

impl Worker {
    /// This binary again, in an environment of its own.
    pub fn ours(environment: &[(&str, &str)]) -> Self {
        let binary = env::current_exe().expect("the path of this binary");
        Self::start(Command::new(binary).arg("--worker"), environment).expect("a worker")
    }

    /// A Python script, or `None` if the interpreter or what it imports is not installed.
    ///
    /// The interpreter is `$PEERS_PYTHON`, or `python3`.
    pub fn python(script: &Path, peer: &str, environment: &[(&str, &str)]) -> Option<Self> {
        let python = env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".into());
        Self::start(Command::new(python).arg(script).arg(peer), environment)
    }

    fn start(command: &mut Command, environment: &[(&str, &str)]) -> Option<Self> {
        for variable in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
            command.env(variable, THREADS.to_string());
        }
        command.env_remove(super::HUGE_PAGES.0).envs(environment.iter().copied());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let requests = process.stdin.take()?;
        let answers = BufReader::new(process.stdout.take()?);
        let mut worker = Worker { process, requests, answers, name: String::new() };
        worker.name = worker.answer().filter(|name| !name.is_empty())?;
        Some(worker)
    }

    /// Runs `case` for about this many seconds and returns the time of each run.
    pub fn run(&mut self, case: &str, seconds: f64) -> Vec<f64> {
        writeln!(self.requests, "{seconds} {case}").expect("the worker listens");
        let answer = self.answer().unwrap_or_else(|| panic!("{} died on {case}", self.name));
        answer.split_whitespace().map(|time| time.parse().expect("a time")).collect()
    }

    fn answer(&mut self) -> Option<String> {
        let mut line = String::new();
        let length = self.answers.read_line(&mut line).ok()?;
        (length > 0).then(|| line.trim().to_owned())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers requests until the input ends: `prepare` turns a case into what to time.
pub fn serve(name: &str, prepare: impl Fn(&str) -> Option<Box<dyn FnMut()>>) {
    println!("{name}");
    let mut prepared: (String, Option<Box<dyn FnMut()>>) = Default::default();
    for request in io::stdin().lines() {
        let request = request.expect("a request");
        let (seconds, case) = request.split_once(' ').expect("seconds and a case");
        if prepared.0 != case {
            // The old operands go before the new ones come.
            prepared.1 = None;
            prepared = (case.to_owned(), prepare(case));
        }
        let seconds = Duration::from_secs_f64(seconds.parse().expect("seconds"));
        let times = prepared.1.as_mut().map(|run| time(run, seconds)).unwrap_or_default();
        let times: Vec<String> = times.iter().map(|time| format!("{time:e}")).collect();
        println!("{}", times.join(" "));
    }
}

fn time(run: &mut dyn FnMut(), budget: Duration) -> Vec<f64> {
    let warm_up = seconds(run);
    if warm_up > LONG {
        return vec![warm_up];
    }
    let start = Instant::now();
    let mut times = Vec::new();
    while times.is_empty() || (start.elapsed() < budget && times.len() < MAX_RUNS) {
        times.push(seconds(run));
    }
    times
}

fn seconds(run: &mut dyn FnMut()) -> f64 {
    let begin = Instant::now();
    run();
    begin.elapsed().as_secs_f64()
}
