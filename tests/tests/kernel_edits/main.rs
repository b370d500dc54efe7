//! Right kernels with small edits at random, as a beginner makes them: whatever comes out, the
//! device answers with a result or with an error that helps, and goes on.
//!
//! `LESSON_FUZZ_EDITS` is how many edited kernels are tried, half of them with a seed that every run
//! tries, half with a new one; `LESSON_FUZZ_EDITS_SEED` names another instead of that. A process of
//! its own runs each batch, so that one that dies is told with its text.

mod attempt;
mod edit;
mod originals;

use attempt::Attempt;
use lesson_lib::random::Generator;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};
use tests::itself::itself;

/// The seed that every run tries.
const FIXED_SEED: u64 = 34;
/// How many edits are tried where nobody says.
const TRIES: u64 = 40;
/// How many of them one process tries.
const BATCH: u64 = 10;
/// How long each may take; the device stops a launch after a second.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many processes work at the same time.
const PROCESSES: u64 = 2;

/// What a batch is told by: its folder, its seed, and how many edits.
const TASK: &str = "LESSON_TEST_EDITS";
const NAME: &str = "no_edit_of_a_kernel_does_harm";

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

/// Edits with these seeds, and the folder for what their process writes.
struct Batch {
    first: u64,
    count: u64,
    folder: PathBuf,
}

impl Batch {
    fn new(first: u64, count: u64) -> Self {
        let name = format!("edits-{}-{first}", std::process::id());
        Self { first, count, folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name) }
    }

    /// Where the process writes what it is about to try.
    fn text(&self) -> PathBuf {
        self.folder.join("edited.cu")
    }

    fn start(&self) -> Child {
        fs::create_dir_all(&self.folder).unwrap();
        let said = File::create(self.folder.join("said")).unwrap();
        itself()
            .args([NAME, "--exact", "--nocapture"])
            .env(TASK, format!("{} {} {}", self.first, self.count, self.folder.display()))
            .env("LESSON_CACHE", &self.folder)
            .env("LESSON_KERNEL_TIMEOUT", "1")
            .stderr(said.try_clone().unwrap())
            .stdout(said)
            .stdin(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Whether the process has ended well; it has only so much time.
    fn end(&self, mut child: Child) -> bool {
        let limit = Instant::now() + PATIENCE * self.count as u32;
        while Instant::now() < limit {
            if let Some(status) = child.try_wait().unwrap() {
                return status.success();
            }
            thread::sleep(Duration::from_millis(20));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        false
    }

    /// What went wrong, if anything did.
    fn problem(&self) -> Option<String> {
        let is_well = self.end(self.start());
        let [said, text] = [self.folder.join("said"), self.text()]
            .map(|path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        fs::remove_dir_all(&self.folder).unwrap();
        let (said, text) = (said.unwrap_or_default(), text.unwrap_or_default());
        (!is_well).then(|| format!("batch from seed {}: {said}\nlast text:\n{text}", self.first))
    }
}

/// What a process of its own does: all edits of its batch.
fn work(task: &str) {
    let [first, count, folder] = task.splitn(3, ' ').collect::<Vec<_>>().try_into().unwrap();
    let first: u64 = first.parse().unwrap();
    let batch = Batch { first, count: count.parse().unwrap(), folder: folder.into() };
    let originals = originals::originals();
    let mut problems = Vec::new();
    for seed in first..first + batch.count {
        let attempt = Attempt::new(&originals, seed);
        fs::write(batch.text(), format!("// seed {seed}, {}\n{}", attempt.device, attempt.text))
            .unwrap();
        problems.extend(attempt.problem());
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The problems of `count` edits from the seed `first`, by several processes.
fn problems(first: u64, count: u64) -> Vec<String> {
    let starts: Vec<u64> = (0..count).step_by(BATCH as usize).collect();
    let batch = |start: &u64| Batch::new(first.wrapping_add(*start), BATCH.min(count - start));
    let share = |worker: u64| {
        let own = starts.iter().skip(worker as usize).step_by(PROCESSES as usize);
        let problems = own.filter_map(|start| batch(start).problem());
        // A long run tells each at once.
        problems.inspect(|problem| println!("{problem}")).collect::<Vec<String>>()
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..PROCESSES).map(|n| scope.spawn(move || share(n))).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn no_edit_of_a_kernel_does_harm() {
    if let Ok(task) = env::var(TASK) {
        return work(&task);
    }
    let tries = number("LESSON_FUZZ_EDITS").unwrap_or(TRIES);
    // Small enough for all seeds of a run to follow one another.
    let fresh = Generator::from_entropy().initial_seed() >> 16;
    let fixed = number("LESSON_FUZZ_EDITS_SEED").unwrap_or(FIXED_SEED);
    let mut found = Vec::new();
    for (seed, tries) in [(fixed, tries.div_ceil(2)), (fresh, tries / 2)] {
        println!("{tries} edits from seed {seed}");
        found.extend(problems(seed, tries));
    }
    assert!(found.is_empty(), "{} batches with problems:\n{}", found.len(), found.join("\n\n"));
}

#[test]
fn originals_run() {
    let originals = originals::originals();
    assert!(originals.len() > 100, "{}", originals.len());
    for original in originals.iter().step_by(10) {
        let done = Attempt::unedited(original).compile_and_launch();
        done.unwrap_or_else(|error| panic!("{error}\n{}", original.text));
    }
}
