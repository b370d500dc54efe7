//! Calls that fail while a GPU is in use: each ends in an error with advice, without a panic and with
//! nothing left behind, and the GPU works on.

use driver_double::{Double, documented, is_sticky};
use lesson_lib::device::{Device, Launch, Module};
use lesson_lib::ndarray::{Array1, array};
use lesson_lib::{Error, Result};

use super::runner::KERNELS;
use super::scenario::scenario;

/// Something of all that the library does with a GPU.
fn work(device: &Device) -> Result<f32> {
    let module: Module = device.compile(KERNELS)?;
    module.set_constant("factor", &array![2_f32, 1.0])?;
    let a = device.upload(&Array1::from_elem(5, 3_f32))?;
    let mut sum = device.zeros(5)?;
    module.kernel("add")?.launch(Launch::over(5), (&a, &a, &mut sum, 5))?;
    module.kernel("scale")?.time(Launch::over(5), (&mut sum, 5))?;
    let square = device.upload(&array![[1_f32, 2.0], [3.0, 4.0]])?;
    let product = device.matmul(&square, &square)?.download()?;
    assert!(device.memory()?.free > 0);
    device.synchronize()?;
    Ok(sum.download()?[4] + product[(1, 1)])
}

const RESULT: f32 = 13.0 + 22.0;

/// Functions that take something back. If one of them fails, what it was to take is lost.
const TAKE_BACK: [&str; 5] = [
    "cuMemFreeAsync",
    "cuModuleUnload",
    "cuEventDestroy_v2",
    "cuStreamSynchronize",
    "cuCtxSetCurrent",
];

/// How often each function of the driver and cuBLAS is called by [`work`].
fn calls(double: &Double, device: &Device) -> Vec<(String, usize)> {
    let before = double.report().calls;
    assert_eq!(work(device).unwrap(), RESULT);
    let after = double.report().calls;
    let made = after.into_iter().map(|(name, count)| {
        let earlier = before.get(&name).copied().unwrap_or_default();
        (name, count - earlier)
    });
    let of_the_driver = |name: &str| name.starts_with("cu") && !name.starts_with("cublas");
    made.filter(|(name, count)| *count > 0 && of_the_driver(name)).collect()
}

#[test]
fn any_call_may_fail_and_the_gpu_works_on() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        assert_eq!(work(&device).unwrap(), RESULT);
        for (function, count) in calls(double, &device) {
            if TAKE_BACK.contains(&function.as_str()) {
                continue;
            }
            for nth in 0..count {
                for (code, name) in [(1, "CUDA_ERROR_INVALID_VALUE"), (999, "CUDA_ERROR_UNKNOWN")] {
                    fails_alone(double, &device, (&function, nth), (code, name));
                }
            }
        }
    });
}

#[test]
fn a_call_may_fail_with_any_code() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        for (code, name) in documented().filter(|(code, _)| !is_sticky(*code)) {
            fails_alone(double, &device, ("cuLaunchKernel", 0), (code, name));
        }
    });
}

fn fails_alone(double: &Double, device: &Device, call: (&str, usize), answer: (u32, &str)) {
    let ((function, nth), (code, name)) = (call, answer);
    let alive = double.report().alive;
    double.answer(function, nth, code);
    let result = work(device);
    double.take_back_answers();
    // What a launch needs and does not find is no error of the driver.
    if let Err(error) = &result {
        let text = error.to_string();
        let is_told = match error {
            Error::Device { .. } => text.contains(name),
            Error::OutOfMemory { .. } => code == 2,
            Error::Argument { .. } | Error::Launch { .. } => code == 500,
            _ => false,
        };
        assert!(is_told, "call {nth} of {function} answers {name}: {text}");
    }
    assert_eq!(double.report().alive, alive, "call {nth} of {function} answers {name}");
    assert_eq!(work(device).unwrap(), RESULT, "after call {nth} of {function} answered {name}");
}
