//! What goes wrong is told in the terms of the source, and the device goes on.

use super::*;
use crate::error::{Access, FaultKind};
use FaultKind::*;

/// Who finds a fault.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    ByBoth,
    ByChecked,
}
use Found::*;

/// A kernel `k(const float* a, float* b, int n)` with a body from line 2 on, run by 2 blocks of
/// 128 threads with 128 elements each, and the place and kind of its fault.
struct Case {
    name: &'static str,
    before: &'static str,
    body: &'static str,
    found: Found,
    shared: usize,
    line: Option<u32>,
    block: u32,
    thread: u32,
    kind: fn(&FaultKind) -> bool,
}

const CASE: Case = Case {
    name: "",
    before: "",
    body: "",
    found: ByBoth,
    shared: 0,
    line: Some(2),
    block: 0,
    thread: 0,
    kind: |_| false,
};

const CASES: &[Case] = &[
    Case {
        name: "read past the end",
        body: "int i = blockIdx.x * blockDim.x + threadIdx.x;\nif (i < n) b[i] = 0;\nb[i % 128] = a[i];",
        line: Some(4),
        block: 1,
        kind: |kind| {
            matches!(kind, OutOfBounds { access: Access::Read, parameter, index: 128, length: 128 }
                if parameter == "a")
        },
        ..CASE
    },
    Case {
        name: "write far outside",
        body: "b[threadIdx.x * 30000000] = 1;",
        thread: 1,
        kind: |kind| {
            matches!(kind, OutOfBounds { access: Access::Write, parameter, index: 30_000_000, .. }
                if parameter == "b")
        },
        ..CASE
    },
    Case {
        name: "index far below zero",
        body: "b[(int)threadIdx.x * -30000000] = 1;",
        thread: 1,
        kind: |kind| matches!(kind, OutOfBounds { index: -30_000_000, .. }),
        ..CASE
    },
    Case {
        name: "atomic past the end",
        body: "atomicAdd(&b[n], 1.f);",
        kind: |kind| matches!(kind, OutOfBounds { parameter, index: 128, .. } if parameter == "b"),
        ..CASE
    },
    Case {
        name: "index just below zero",
        body: "b[threadIdx.x] = a[(int)threadIdx.x - 1];",
        found: ByChecked,
        kind: |kind| matches!(kind, OutOfBounds { access: Access::Read, index: -1, .. }),
        ..CASE
    },
    Case {
        name: "vector outside",
        body: "float4 v = reinterpret_cast<const float4*>(a)[32]; b[0] = v.x + v.y + v.z + v.w;",
        kind: |kind| matches!(kind, OutOfBounds { access: Access::Read, index: 128, .. }),
        ..CASE
    },
    Case {
        name: "null pointer",
        body: "float* p = n == 128 ? nullptr : b;\np[threadIdx.x] = 1;",
        line: Some(3),
        kind: |kind| matches!(kind, BadPointer { access: Access::Write, address: 0 }),
        ..CASE
    },
    Case {
        name: "shared array overrun",
        body: "__shared__ float s[64];\ns[threadIdx.x] = 0;",
        line: Some(3),
        thread: 64,
        kind: |kind| matches!(kind, ArrayIndex { index: 64, array } if array == "float [64]"),
        ..CASE
    },
    Case {
        name: "local array overrun",
        body: "float s[4] = {0, 1, 2, 3};\nb[threadIdx.x] = s[threadIdx.x];",
        line: Some(3),
        thread: 4,
        kind: |kind| matches!(kind, ArrayIndex { index: 4, .. }),
        ..CASE
    },
    Case {
        name: "dynamic shared overrun",
        body: "extern __shared__ float s[];\ns[threadIdx.x] = 1;",
        shared: 256,
        line: Some(3),
        thread: 64,
        kind: |kind| {
            matches!(
                kind,
                SharedOutOfBounds { access: Access::Write, array: None, byte: 256, length: 256 }
            )
        },
        ..CASE
    },
    Case {
        name: "static shared overrun by pointer",
        body: "__shared__ float s[16], t[16];\nfloat* p = t;\nt[0] = s[0] = 0; p[threadIdx.x + 2000] = 1;",
        line: Some(4),
        kind: |kind| matches!(kind, SharedOutOfBounds { access: Access::Write, length: 64, .. }),
        ..CASE
    },
    Case {
        name: "one shared array into the next",
        body: "__shared__ float s[16];\n__shared__ float t[16];\nfloat* p = s; t[threadIdx.x % 16] = 0;\np[threadIdx.x % 16 + 16] = 1;",
        found: ByChecked,
        line: Some(5),
        kind: |kind| {
            matches!(kind, SharedOutOfBounds { access: Access::Write, array: Some(array), byte: 64,
                length: 64 } if array == "s")
        },
        ..CASE
    },
    Case {
        name: "race",
        body: "__shared__ float s[128];\ns[threadIdx.x] = threadIdx.x;\n__syncthreads();\ns[threadIdx.x] += s[(threadIdx.x + 1) % 128];",
        found: ByChecked,
        line: Some(5),
        thread: 1,
        kind: |kind| {
            matches!(kind, Race { access: Access::Write, other_access: Access::Read,
                other: Some(other), other_line: Some(line), .. }
                if other.thread == [0, 0, 0] && line == "kernel.cu:5")
        },
        ..CASE
    },
    Case {
        name: "missing barrier",
        body: "__shared__ float s[128];\nint t = threadIdx.x;\ns[t] = t;\nif (t >= 64) b[t] = s[127 - t];",
        found: ByChecked,
        line: Some(5),
        thread: 64,
        kind: |kind| {
            matches!(kind, Race { access: Access::Read, other_access: Access::Write,
                other: Some(other), other_line: Some(line), .. }
                if other.thread == [63, 0, 0] && line == "kernel.cu:4")
        },
        ..CASE
    },
    Case {
        name: "sum begun before it is set to zero",
        body: "__shared__ int sum;\nif (threadIdx.x == 0) sum = 0;\natomicAdd(&sum, 1);",
        found: ByChecked,
        line: Some(4),
        thread: 1,
        kind: |kind| {
            matches!(kind, Race { access: Access::Atomic, other_access: Access::Write, .. })
        },
        ..CASE
    },
    Case {
        name: "shared memory that nobody wrote",
        body: "__shared__ float s[128];\nif (threadIdx.x < 32) s[threadIdx.x] = 1;\n__syncthreads();\nb[threadIdx.x] = s[threadIdx.x];",
        found: ByChecked,
        line: Some(5),
        thread: 32,
        kind: |kind| matches!(kind, UninitializedShared),
        ..CASE
    },
    Case {
        name: "barriers in two branches",
        body: "if (threadIdx.x < 64) {\n  __syncthreads();\n} else {\n  __syncthreads();\n}",
        line: Some(3),
        kind: |kind| {
            matches!(kind, BarrierDivergence { other: [64, 0, 0], other_line: Some(line) }
                if line == "kernel.cu:5")
        },
        ..CASE
    },
    Case {
        name: "return before a barrier",
        body: "if (threadIdx.x >= 100) return;\n__syncthreads();",
        line: Some(3),
        kind: |kind| matches!(kind, BarrierDivergence { other: [100, 0, 0], other_line: None }),
        ..CASE
    },
    Case {
        name: "shuffle with lanes that have ended",
        body: "if (threadIdx.x % 32 > 15) return;\nb[0] = __shfl_down_sync(0xffffffffu, 1.f, 8);",
        line: Some(3),
        kind: |kind| matches!(kind, WarpDivergence { missing: 0xffff_0000 }),
        ..CASE
    },
    Case {
        name: "half a warp at a barrier",
        body: "if (threadIdx.x % 2) __syncthreads();\nelse __syncwarp();",
        line: Some(3),
        kind: |kind| matches!(kind, WarpDivergence { missing: 0xaaaa_aaaa }),
        ..CASE
    },
    Case {
        name: "shuffle from a lane outside of the mask",
        body: "if (threadIdx.x % 32 < 4) b[0] = __shfl_sync(0xfu, 1.f, 7);",
        kind: |kind| matches!(kind, InactiveLane { lane: 7 }),
        ..CASE
    },
    Case {
        name: "lane that its mask does not name",
        body: "__syncwarp(0xfffffffeu);",
        kind: |kind| matches!(kind, Other { message } if message.contains("mask")),
        ..CASE
    },
    Case {
        name: "assert",
        body: "assert(threadIdx.x < 5);",
        thread: 5,
        kind: |kind| matches!(kind, Assert { expression } if expression == "threadIdx.x < 5"),
        ..CASE
    },
    Case {
        name: "trap",
        body: "if (threadIdx.x == 9) __trap();",
        thread: 9,
        kind: |kind| matches!(kind, Trap),
        ..CASE
    },
    Case {
        name: "division by zero",
        body: "b[0] = 100 / (n - 128);",
        kind: |kind| matches!(kind, DivisionByZero),
        ..CASE
    },
    Case {
        name: "remainder by zero",
        body: "b[0] = 100u % (unsigned)(n - 128);",
        kind: |kind| matches!(kind, DivisionByZero),
        ..CASE
    },
    Case {
        name: "endless recursion",
        before: "__device__ int f(int n) { volatile int x[64]; x[n % 64] = n; return n == 0 ? 0 : f(n - 1) + x[n % 64]; }\n",
        body: "b[0] = f(1000000 * n);",
        line: None,
        kind: |kind| matches!(kind, StackOverflow),
        ..CASE
    },
    Case {
        name: "large local array",
        before: "__device__ float g(int n) { volatile float x[200000]; x[n * 1000] = 1; return x[n]; }\n",
        body: "b[0] = g(n);",
        line: None,
        kind: |kind| matches!(kind, StackOverflow),
        ..CASE
    },
];

impl Case {
    fn run(&self, device: &Device) -> (Result<()>, [Vec<f32>; 2]) {
        let newline = if self.before.is_empty() { "" } else { self.before };
        let source = format!(
            "{newline}extern \"C\" __global__ void k(const float* a, float* b, int n) {{\n{}\n}}",
            self.body
        );
        let before = ndarray::Array1::from_elem(128, 7.0_f32);
        let a = device.upload(&before).unwrap();
        let other = device.upload(&before).unwrap();
        let mut b = device.zeros_of::<f32, _>(128).unwrap();
        let launch = Launch::blocks(2).block(128).shared(self.shared);
        let result = super::run(device, &source, "k", launch, (&a, &mut b, 128));
        (result, [values(&a), values(&other)])
    }

    fn check(&self, device: &Device, checked: bool) {
        let (result, untouched) = self.run(device);
        assert!(untouched.iter().flatten().all(|&x| x == 7.0), "{}: other memory", self.name);
        if !checked && self.found == ByChecked {
            return assert!(result.is_ok(), "{}: {result:?}", self.name);
        }
        assert!(result.is_err(), "{}: not found on {device}", self.name);
        let fault = fault(result);
        let context = format!("{} on {device}: {fault} {:?}", self.name, fault.kind);
        assert!((self.kind)(&fault.kind), "{context}");
        assert_eq!(fault.kernel, "k", "{context}");
        let place = fault.place.unwrap_or_else(|| panic!("{context}"));
        assert_eq!(place.block, [self.block, 0, 0], "{context}");
        assert_eq!(place.thread, [self.thread, 0, 0], "{context}");
        if let Some(line) = self.line {
            assert_eq!(fault.line, Some(format!("kernel.cu:{line}")), "{context}");
        }
    }
}

#[test]
fn every_kind_of_fault_is_found_and_the_device_goes_on() {
    for (device, checked) in devices().into_iter().zip([false, true]) {
        for case in CASES {
            case.check(&device, checked);
            works(&device);
        }
    }
}

/// The device computes what it should, with barriers.
fn works(device: &Device) {
    const SOURCE: &str = r#"extern "C" __global__ void reverse(float* a) {
        __shared__ float s[128];
        s[threadIdx.x] = a[threadIdx.x];
        __syncthreads();
        a[threadIdx.x] = s[127 - threadIdx.x];
    }"#;
    let mut a = device.upload(&ndarray::Array1::range(0.0_f32, 128.0, 1.0)).unwrap();
    run(device, SOURCE, "reverse", Launch::blocks(1).block(128), (&mut a,)).unwrap();
    assert!(values(&a).iter().rev().enumerate().all(|(i, &x)| x == i as f32));
}

#[test]
fn the_first_block_with_a_fault_is_told_about() {
    const SOURCE: &str =
        "extern \"C\" __global__ void k(int first) { assert((int)blockIdx.x < first); }";
    for device in devices() {
        for first in [0, 1, 17, 4999] {
            let launch = Launch::blocks(5000).block(32);
            let fault = fault(run(&device, SOURCE, "k", launch, (first,)));
            assert_eq!(fault.place.unwrap().block, [first as u32, 0, 0], "{device}");
        }
    }
}

#[test]
fn faults_in_many_threads_at_once_stay_apart() {
    const SOURCE: &str =
        "extern \"C\" __global__ void k(float* a, int i) {\n  if (blockIdx.x == 50) a[i] = 1;\n}";
    for device in devices() {
        let kernel = device.compile(SOURCE).unwrap().kernel("k").unwrap();
        std::thread::scope(|scope| {
            for number in 0..6_i64 {
                let (device, kernel) = (&device, &kernel);
                scope.spawn(move || {
                    for _ in 0..10 {
                        let mut a = device.zeros_of::<f32, _>(10).unwrap();
                        let i = (100 + number) as i32;
                        let launch = Launch::blocks(100).block(32);
                        let fault = fault(kernel.launch(launch, (&mut a, i)));
                        assert!(
                            matches!(fault.kind, OutOfBounds { index, .. } if index == 100 + number)
                        );
                    }
                });
            }
        });
    }
}

#[test]
fn compile_errors_show_the_line_and_a_caret() {
    for device in devices() {
        let source = "extern \"C\" __global__ void k(float* b) {\n  b[0] = y;\n}";
        let error = device.compile(source).unwrap_err().to_string();
        assert!(error.contains("kernel.cu:2:10: error:") && error.contains("'y'"), "{error}");
        assert!(error.contains("    2 |   b[0] = y;\n      |          ^"), "{error}");
        assert!(!error.contains("lesson-shim"), "{error}");

        let source = "__device__ float g(float);\nextern \"C\" __global__ void k(float* b) {\n  b[0] = g(1.f);\n}";
        let error = device.compile(source).unwrap_err().to_string();
        assert!(error.contains("g(float) is declared but nowhere defined"), "{error}");

        let source = "extern \"C\" __global__ void k(float* b) {\n  double2 v = {1, 2};\n  __shfl_sync(~0u, v, 1);\n}";
        let error = device.compile(source).unwrap_err().to_string();
        assert!(error.contains("at most 8 bytes"), "{error}");
    }
}

#[test]
fn cuda_headers_are_said_to_need_a_gpu() {
    for header in ["mma.h", "cuda/barrier"] {
        let source = format!("#include <{header}>\nextern \"C\" __global__ void k(float* b) {{}}");
        let error = Device::cpu().compile(source).unwrap_err().to_string();
        assert!(error.contains(header) && error.contains("NVIDIA GPU"), "{error}");
    }
}

#[test]
fn messages_say_what_would_help() {
    for (body, words) in [
        ("extern __shared__ float s[]; s[threadIdx.x] = 1;", ".shared(bytes)"),
        (
            "__shared__ float s[16]; float* p = s; p[threadIdx.x + 16] = 1;",
            "byte 64 of s in shared",
        ),
        ("float4 v = *(const float4*)(a + 1); b[0] = v.x;", "a float4 at byte 4 of a"),
        ("b[0] += a[threadIdx.x];", "b[0] that thread 0 writes at kernel.cu:2, and no barrier"),
        ("if (threadIdx.x == 0) b[0] += 1;", "nothing says which block comes first"),
        (
            "__shared__ volatile float s[128]; s[threadIdx.x] = 1; __syncthreads(); \
             if (threadIdx.x < 16) s[threadIdx.x] += s[threadIdx.x + 8];",
            "is a __syncwarp() missing?",
        ),
        ("float x; for (int i = 0; i < 4; ++i) x += a[i]; b[threadIdx.x] = x;", "`= 0` missing"),
    ] {
        let (result, _) = Case { body, ..CASE }.run(&Device::checked());
        let message = fault(result).to_string();
        assert!(message.contains(words), "{message}");
    }
}
