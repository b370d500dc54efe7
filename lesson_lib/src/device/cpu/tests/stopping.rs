//! Kernels that do not end by themselves.
#![allow(unsafe_code)]

use super::*;
use crate::device::cpu::scheduler::GridScheduler;
use crate::device::cpu::spec::LaunchSpec;
use crate::error::FaultKind;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, thread};

/// Without `volatile` a compiler may read once, and leave no line of the loop.
const ENDLESS: &str = r#"extern "C" __global__ void k(volatile float* a) {
    while (a[threadIdx.x] == 0.0f) {
    }
}"#;

fn execute(program: &CpuProgram, spec: LaunchSpec<'_>) -> Result<()> {
    GridScheduler::new(&spec, program.shared(), None).execute()
}

#[test]
fn an_endless_loop_is_stopped_and_its_line_is_named() {
    for (device, mode) in devices().into_iter().zip([Mode::Fast, Mode::Checked]) {
        let (program, kernels) = compiled(ENDLESS, mode);
        for blocks in [1, 5000] {
            let mut a = device.zeros_of::<f32, _>(64).unwrap();
            let (grid, bound) = (grid([blocks, 1, 1], [64, 1, 1]), [bound(&mut a)]);
            let limit = Some(Duration::from_millis(100));
            let start = Instant::now();
            let spec = program.spec(&kernels[0], &grid, &bound).unwrap();
            let fault = fault(execute(&program, LaunchSpec { limit, ..spec }));
            assert_eq!(fault.kind, FaultKind::Timeout { limit: Duration::from_millis(100) });
            assert_eq!(fault.line.as_deref(), Some("kernel.cu:2"), "{fault} {mode:?}");
            assert!(start.elapsed() < Duration::from_secs(5));
        }
    }
}

/// Where the compiler leaves no line of it, the kernel's own is named.
#[test]
fn a_loop_that_does_nothing_at_all_is_stopped() {
    for body in ["while (n > 0) {}", "for (;;)\n    ;", "while (true) __nanosleep(1);"] {
        let source = format!("extern \"C\" __global__ void k(int n) {{\n  {body}\n}}");
        for mode in [Mode::Fast, Mode::Checked] {
            let (program, kernels) = compiled(&source, mode);
            let (grid, one) = (grid([3, 1, 1], [64, 1, 1]), RawArgument::value(&[1]));
            let bound = [one];
            let spec = program.spec(&kernels[0], &grid, &bound).unwrap();
            let limit = Some(Duration::from_millis(50));
            let fault = fault(execute(&program, LaunchSpec { limit, ..spec }));
            assert!(matches!(fault.kind, FaultKind::Timeout { .. }), "{fault}");
            let line = fault.line.as_deref().unwrap_or_default();
            assert!(["kernel.cu:1", "kernel.cu:2"].contains(&line), "{body}: {fault}");
        }
    }
}

#[test]
fn threads_that_wait_for_one_another_for_ever_are_stopped() {
    let source = "extern \"C\" __global__ void k() {\n  for (;;) __syncthreads();\n}";
    for mode in [Mode::Fast, Mode::Checked] {
        let (program, kernels) = compiled(source, mode);
        let grid = grid([3, 1, 1], [64, 1, 1]);
        let spec = program.spec(&kernels[0], &grid, &[]).unwrap();
        let limit = Some(Duration::from_millis(50));
        let fault = fault(execute(&program, LaunchSpec { limit, ..spec }));
        assert!(matches!(fault.kind, FaultKind::Timeout { .. }), "{fault}");
    }
}

/// Calls of the handler that stood before any launch.
static CALLS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count_call(_: i32) {
    CALLS.fetch_add(1, Ordering::SeqCst);
}

/// The name by which a test runs itself in a process of its own.
const ALONE: &str = "LESSON_TEST_ALONE";

/// This program, to be started again. Under `make test-aarch64` that takes the emulator, which cargo
/// has been told of, too.
fn itself() -> Command {
    let program = env::current_exe().unwrap().into_os_string();
    let emulator = env::var_os("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER").into_iter();
    let mut words = emulator.chain([program]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

/// Runs the test `name` alone in another process, where signals concern nobody else.
fn alone(name: &str) -> std::process::Output {
    let path = format!("device::cpu::tests::stopping::{name}");
    itself().args([&path, "--exact", "--nocapture"]).env(ALONE, name).output().unwrap()
}

fn is_alone(name: &str) -> bool {
    env::var(ALONE).is_ok_and(|alone| alone == name)
}

fn interrupt_after(delay: Duration) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        thread::sleep(delay);
        // SAFETY: sends a signal to this process.
        unsafe { libc::kill(libc::getpid(), libc::SIGINT) };
    })
}

#[test]
fn an_interrupt_stops_the_kernel_and_not_the_process() {
    const NAME: &str = "an_interrupt_stops_the_kernel_and_not_the_process";
    if !is_alone(NAME) {
        let output = alone(NAME);
        let [stdout, stderr] =
            [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        assert!(output.status.success(), "{stdout}{stderr}");
        return;
    }
    // SAFETY: the handler only counts.
    unsafe { libc::signal(libc::SIGINT, count_call as *const () as usize) };
    for device in devices() {
        // Compiled beforehand: only a launch takes an interrupt.
        let kernel = device.compile(ENDLESS).unwrap().kernel("k").unwrap();
        for blocks in [1, 1000] {
            let mut a = device.zeros_of::<f32, _>(64).unwrap();
            let interrupt = interrupt_after(Duration::from_millis(100));
            let start = Instant::now();
            let launch = Launch::blocks(blocks).block(64);
            let fault = fault(kernel.launch(launch, (&mut a,)));
            assert_eq!(fault.kind, FaultKind::Interrupted, "{fault}");
            assert_eq!(fault.line.as_deref(), Some("kernel.cu:2"), "{fault}");
            assert!(start.elapsed() < Duration::from_secs(5));
            assert!(values(&a).iter().all(|&x| x == 0.0));
            interrupt.join().unwrap();
        }
    }
    assert_eq!(CALLS.load(Ordering::SeqCst), 0, "launches took the interrupts");
    interrupt_after(Duration::ZERO).join().unwrap();
    thread::sleep(Duration::from_millis(50));
    assert_eq!(CALLS.load(Ordering::SeqCst), 1, "without a launch the old handler is called");
}

#[test]
fn without_a_launch_an_interrupt_ends_the_process_as_ever() {
    const NAME: &str = "without_a_launch_an_interrupt_ends_the_process_as_ever";
    if !is_alone(NAME) {
        use std::os::unix::process::ExitStatusExt;
        assert_eq!(alone(NAME).status.signal(), Some(libc::SIGINT));
        return;
    }
    // SAFETY: the default handler; a shell starts what runs in its background without it.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
    let device = Device::cpu();
    let mut a = device.upload(&ndarray::arr1(&[1_f32])).unwrap();
    run(&device, ENDLESS, "k", Launch::blocks(1).block(1), (&mut a,)).unwrap();
    interrupt_after(Duration::ZERO).join().unwrap();
    thread::sleep(Duration::from_secs(10));
}

#[test]
fn a_fault_that_is_no_kernels_ends_the_process_as_ever() {
    const NAME: &str = "a_fault_that_is_no_kernels_ends_the_process_as_ever";
    if !is_alone(NAME) {
        use std::os::unix::process::ExitStatusExt;
        assert_eq!(alone(NAME).status.signal(), Some(libc::SIGSEGV));
        return;
    }
    let device = Device::cpu();
    let mut a = device.upload(&ndarray::arr1(&[1_f32])).unwrap();
    run(&device, ENDLESS, "k", Launch::blocks(1).block(1), (&mut a,)).unwrap();
    // SAFETY: none; this is what the test is about.
    unsafe { std::ptr::without_provenance::<u8>(1 << 20).read_volatile() };
}

#[test]
fn what_a_kernel_prints_appears() {
    const NAME: &str = "what_a_kernel_prints_appears";
    if !is_alone(NAME) {
        let output = alone(NAME);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for expected in ["thread 0 of 2: 0.50 yes", "thread 1 of 2: 1.50 yes"] {
            assert!(output.status.success() && text.contains(expected), "{text}");
        }
        return;
    }
    let source = r#"extern "C" __global__ void k() {
        printf("thread %d of %u: %.2f %s\n", threadIdx.x, blockDim.x, threadIdx.x + 0.5, "yes");
    }"#;
    for device in devices() {
        run(&device, source, "k", Launch::blocks(1).block(2), ()).unwrap();
    }
}
