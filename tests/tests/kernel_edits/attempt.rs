//! One edited kernel, compiled and launched.

use super::edit::{Random, edited};
use super::originals::Original;
use lesson_lib::Error;
use lesson_lib::device::{Device, Kernel, Launch, Source};
use lesson_lib::ndarray::{Array1, Array2};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A launch is stopped after a second; what comes on top is the machine's other work.
const SLOW: Duration = Duration::from_secs(20);

pub struct Attempt {
    pub text: String,
    pub device: Device,
    seed: u64,
    launch: Launch,
}

impl Attempt {
    pub fn new(originals: &[Original], seed: u64) -> Self {
        let mut random = Random::new(seed);
        let original = &originals[random.below(originals.len())];
        let device = [Device::checked(), Device::cpu()][random.below(2)].clone();
        let mut text = original.text.clone();
        for _ in 0..=random.below(3) {
            text = edited(&text, &mut random);
        }
        Self { text, device, seed, launch: original.launch() }
    }

    pub fn unedited(original: &Original) -> Self {
        let (text, launch) = (original.text.clone(), original.launch());
        Self { text, device: Device::checked(), seed: 0, launch }
    }

    /// What went wrong with it.
    pub fn problem(&self) -> Option<String> {
        let tried = catch_unwind(AssertUnwindSafe(|| self.run()));
        let problem = match tried {
            Ok(problem) => problem?,
            Err(panic) => format!("a panic: {:?}", panic.downcast_ref::<String>()),
        };
        Some(format!("seed {} on {}: {problem}\n{}", self.seed, self.device, self.text))
    }

    fn run(&self) -> Option<String> {
        let before = Array1::range(0.0_f32, 1000.0, 1.0);
        let kept = self.device.upload(&before).unwrap();
        let unhelpful = match self.compile_and_launch() {
            Err(error) if !helps(&error) => Some(format!("no help: {error}")),
            _ => None,
        };
        let is_kept = kept.download().unwrap() == before;
        let spoilt = (!is_kept).then(|| "another buffer was changed".to_string());
        unhelpful.or(spoilt).or_else(|| self.is_broken())
    }

    pub fn compile_and_launch(&self) -> Result<(), Error> {
        let module = self.device.compile(Source::text("kernel.cu", &self.text))?;
        for signature in module.signatures() {
            let start = Instant::now();
            let launched = launch(&self.device, &module.kernel(&signature.name)?, self.launch);
            assert!(start.elapsed() < SLOW, "{} s for a launch", start.elapsed().as_secs());
            launched?;
        }
        Ok(())
    }

    /// Whether the device no longer computes.
    fn is_broken(&self) -> Option<String> {
        const SOURCE: &str = "extern \"C\" __global__ void reverse(float* a) {
            __shared__ float s[128];
            s[threadIdx.x] = a[threadIdx.x];
            __syncthreads();
            a[threadIdx.x] = s[127 - threadIdx.x];
        }";
        let works = || {
            let mut a = self.device.upload(&Array1::range(0.0_f32, 128.0, 1.0))?;
            let kernel = self.device.compile(SOURCE)?.kernel("reverse")?;
            kernel.launch(Launch::blocks(1).block(128), (&mut a,))?;
            Ok::<bool, Error>(a.download()? == Array1::range(127.0_f32, -1.0, -1.0))
        };
        match works() {
            Ok(true) => None,
            other => Some(format!("the device is broken: {other:?}")),
        }
    }
}

/// Launches a kernel of the course's kinds: `(a, b, c, n)`, or a product of matrices.
fn launch(device: &Device, kernel: &Kernel, launch: Launch) -> Result<(), Error> {
    if kernel.signature().parameters.len() == 6 {
        let a = device.upload(&Array2::from_elem((16, 16), 1.0_f32))?;
        let mut c = device.zeros((16, 16))?;
        return kernel.launch(launch, (&a, &a, &mut c, 16, 16, 16));
    }
    let a = device.upload(&Array1::range(1.0_f32, 257.0, 1.0))?;
    let (mut b, mut c) = (device.zeros(256)?, device.zeros_of::<i32, _>(64)?);
    kernel.launch(launch, (&a, &mut b, &mut c, 256))
}

/// Whether an error names a line, or says what to do.
fn helps(error: &Error) -> bool {
    let text = error.to_string();
    match error {
        Error::Device { .. } | Error::Io { .. } => false,
        Error::Launch { .. } | Error::Argument { .. } => true,
        _ => {
            let helps = [
                "kernel.cu:",
                "LESSON_KERNEL_TIMEOUT",
                "starts with __global__ void",
                "Device::checked() names the line",
            ];
            helps.iter().any(|help| text.contains(help))
        }
    }
}
