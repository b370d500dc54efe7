//! NVRTC and cuBLAS when they fail or lack a function.

use lesson_lib::Error;
use lesson_lib::device::{Device, Launch};
use lesson_lib::ndarray::{Array2, array};
use std::path::Path;
use tests::devices::skip;

use super::runner::KERNELS;
use super::scenario::{scenario, scenario_after_a_fault, scenario_without};

fn product(device: &Device) -> lesson_lib::Result<Array2<f32>> {
    let square = device.upload(&array![[1_f32, 2.0], [3.0, 4.0]])?;
    device.matmul(&square, &square)?.download()
}

#[test]
fn nvrtc_without_a_function_is_named() {
    if Path::new("/usr/local/cuda").exists() {
        return skip("nvrtc_without_a_function_is_named", "a toolkit has another NVRTC");
    }
    scenario_without(&["nvrtcGetCUBIN"], |_| {
        let problem = Device::cuda(0).map(drop).unwrap_err().to_string();
        let is_told = problem.contains("NVRTC does not open") && problem.contains("`make cuda`");
        assert!(is_told, "{problem}");
    });
}

#[test]
fn what_nvrtc_refuses_is_told_with_advice_and_leaves_no_program() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        let calls =
            ["nvrtcCreateProgram", "nvrtcCompileProgram", "nvrtcGetCUBINSize", "nvrtcGetCUBIN"];
        for (function, status) in calls.into_iter().zip([1, 7, 11, 4711]) {
            double.answer(function, 0, status);
            // Another text each time, so that none is taken from the cache.
            let text = format!("// {function} {status}\n{KERNELS}");
            let problem = device.compile(text).map(drop).unwrap_err().to_string();
            assert!(problem.contains("NVRTC says NVRTC_ERROR"), "{problem}");
            assert!(problem.contains("restart the kernel of the notebook"), "{problem}");
            assert_eq!(double.report().alive.get("programs"), None, "{function}");
        }
        assert!(device.compile(KERNELS).is_ok());
    });
}

#[test]
fn an_error_in_a_source_is_the_compilers() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        let error =
            device.compile("__global__ void f(float* a) { a[0] = b; }").map(drop).unwrap_err();
        assert!(matches!(error, Error::Compile { .. }), "{error}");
    });
}

#[test]
fn cublas_without_a_function_is_too_old() {
    scenario_without(&["cublasGemmStridedBatchedEx"], |_| {
        let problem = product(&Device::cuda(0).unwrap()).unwrap_err().to_string();
        assert!(problem.contains("no function cublasGemmStridedBatchedEx"), "{problem}");
        assert!(problem.contains("newer CUDA toolkit"), "{problem}");
    });
}

#[test]
fn what_cublas_refuses_is_told_with_advice_and_leaves_no_handle() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        let opening = ["cublasCreate_v2", "cublasSetStream_v2", "cublasSetMathMode"];
        let statuses = [
            (1, "NOT_INITIALIZED (1): "),
            (3, "ALLOC_FAILED (3): "),
            (7, "INVALID_VALUE (7): "),
            (8, "ARCH_MISMATCH (8): "),
            (11, "MAPPING_ERROR (11): "),
            (13, "EXECUTION_FAILED (13): "),
            (14, "INTERNAL_ERROR (14): "),
            (15, "NOT_SUPPORTED (15): "),
            (16, "LICENSE_ERROR (16): "),
            (4711, "4711"),
        ];
        for function in opening.into_iter().chain(["cublasGemmStridedBatchedEx"]) {
            for (status, text) in statuses {
                double.answer(function, 0, status);
                let problem = product(&device).unwrap_err().to_string();
                assert!(problem.contains(text), "{function}: {problem}");
                let handles = double.report().alive.get("cuBLAS handles").copied();
                assert_eq!(handles.is_none(), opening.contains(&function), "{function} {status}");
            }
        }
        assert_eq!(product(&device).unwrap(), array![[7.0, 10.0], [15.0, 22.0]]);
    });
}

#[test]
fn a_fault_that_cublas_meets_is_the_kernels() {
    scenario_after_a_fault(|double| {
        let device = Device::cuda(0).unwrap();
        let too_far = device.compile(KERNELS).unwrap().kernel("too_far").unwrap();
        let mut a = device.zeros(100).unwrap();
        too_far.launch(Launch::blocks(1).block(1), (&mut a, 100)).unwrap();
        double.answer("cublasGemmStridedBatchedEx", 0, 13);
        let error = product(&device).unwrap_err();
        let Error::Fault(fault) = &error else { panic!("{error}") };
        assert_eq!(fault.kernel, "too_far");
    });
}
