//! What orders two uses of memory, and what does not.

use super::*;
use crate::error::FaultKind;

/// Statements of a kernel whose blocks have 64 threads, and whether they race. `s` is an `int` in
/// shared memory and `bytes` an array there; `b` is a buffer of 256 zeros.
const CASES: &[(&str, bool)] = &[
    // Operations of a warp order the lanes of their mask alone.
    ("if (t == 1) s = 1; if (t == 1 || t == 2) __syncwarp(6); if (t == 2) b[0] = s;", false),
    ("if (t == 1) s = 1; if (t == 1 || t == 2) __syncwarp(6); if (t == 3) b[0] = s;", true),
    ("if (t == 1) b[9] = 1; if (t == 1 || t == 2) __syncwarp(6); if (t == 2) b[0] = b[9];", false),
    ("if (t == 1) b[9] = 1; if (t == 1 || t == 2) __syncwarp(6); if (t == 3) b[0] = b[9];", true),
    ("if (t == 1) b[9] = 1; __syncwarp(); if (t == 33) b[0] = b[9];", true),
    // Lane 2 knows of lane 1, and tells lane 3.
    (
        "if (t == 1) b[9] = 1; if (t == 1 || t == 2) __syncwarp(6); \
         if (t == 2 || t == 3) __syncwarp(12); if (t == 3) b[0] = b[9];",
        false,
    ),
    ("if (t == 2 || t == 3) b[t] = b[9]; if (t == 1) b[9] = 1;", true),
    ("if (t == 2 || t == 3) b[t] = b[9]; __syncwarp(); if (t == 1) b[9] = 1;", false),
    // A second read by the same lane is not hidden by the first.
    ("if (t < 2) b[t] = b[9]; __syncwarp(); if (t == 1) b[7] = b[9]; if (t == 2) b[9] = 1;", true),
    // No operation of one warp is behind readers of two.
    ("b[t] = b[100]; __syncwarp(); if (t == 0) b[100] = 1;", true),
    ("b[t] = b[100]; __syncthreads(); if (t == 0) b[100] = 1;", false),
    ("if (t == 0) s = 1; __syncthreads(); b[t] = s; __syncwarp(); if (t == 0) s = 2;", true),
    // Bytes of a word.
    ("bytes[t] = t; __syncthreads(); b[t] = bytes[63 - t];", false),
    ("bytes[t] = t; b[t] = bytes[t ^ 1];", true),
    // The same value, and others.
    ("b[0] = 1;", false),
    ("b[0] = t;", true),
    ("s = 3;", false),
    ("s = t / 33;", true),
    // The last to add reads what others have added.
    ("atomicAdd(&b[0], 1); if (t == 63) b[1] = b[0];", true),
    ("atomicAdd(&b[0], 1); __syncthreads(); if (t == 63) b[1] = b[0];", false),
    ("if (t == 0) b[0] = 5; atomicAdd(&b[0], 1);", true),
    // A plain read that is checked.
    (
        "int old = b[0], seen; while ((seen = atomicCAS(&b[0], old, old + 1)) != old) old = seen;",
        false,
    ),
    ("if (b[0] < t) atomicMax(&b[0], t);", false),
    ("if (t == 0) b[1] = b[0]; else atomicAdd(&b[0], 1);", true),
    // A flag between two warps.
    (
        "volatile int* flag = b + 1; if (t == 0) { b[0] = 7; __threadfence(); *flag = 1; } \
         if (t == 40) { while (*flag == 0) {} b[2] = b[0]; }",
        false,
    ),
    (
        "volatile int* flag = b + 1; if (t == 0) { b[0] = 7; *flag = 1; } \
         if (t == 40) { while (*flag == 0) {} b[2] = b[0]; }",
        true,
    ),
    (
        "while (atomicCAS(&b[0], 0, 1)) {} __threadfence(); b[1] = b[1] + t; __threadfence(); \
         atomicExch(&b[0], 0);",
        false,
    ),
];

#[test]
fn only_what_nothing_orders_is_a_race() {
    let mut source = String::new();
    for (number, (body, _)) in CASES.iter().enumerate() {
        source.push_str(&format!(
            "extern \"C\" __global__ void k{number}(int* b) {{ __shared__ int s; __shared__ \
             unsigned char bytes[64]; int t = threadIdx.x; {body} }}\n"
        ));
    }
    let device = Device::checked();
    let module = device.compile(source.as_str()).unwrap();
    for (number, (body, races)) in CASES.iter().enumerate() {
        let mut b = device.zeros_of::<i32, _>(256).unwrap();
        let kernel = module.kernel(&format!("k{number}")).unwrap();
        let result = kernel.launch(Launch::blocks(1).block(64), (&mut b,));
        if !races {
            result.unwrap_or_else(|error| panic!("{body}: {error}"));
            continue;
        }
        let kind = fault(result).kind;
        let is_told = matches!(kind, FaultKind::Race { .. } | FaultKind::UninitializedShared);
        assert!(is_told, "{body}: {kind}");
    }
}

/// Blocks on all threads of the host.
#[test]
fn workers_that_meet_in_memory_are_told_only_if_they_race() {
    const SOURCE: &str = r#"
extern "C" __global__ void sum(const int* a, int* sums, unsigned* arrived, int* total) {
    __shared__ int sum;
    __shared__ bool last;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    atomicAdd(&sum, a[blockIdx.x * 64 + threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) {
        sums[blockIdx.x] = sum;
        __threadfence();
        last = atomicInc(arrived, gridDim.x) == gridDim.x - 1;
    }
    __syncthreads();
    if (!last) return;
    for (int i = threadIdx.x; i < gridDim.x; i += 64) atomicAdd(total, sums[i]);
}
extern "C" __global__ void careless(const int* a, int* sums, unsigned* arrived, int* total) {
    if (threadIdx.x == 0) total[0] += a[blockIdx.x];
}"#;
    const BLOCKS: usize = 200;
    let device = Device::checked();
    let module = device.compile(SOURCE).unwrap();
    let a = device.upload(&ndarray::Array1::from_elem(BLOCKS * 64, 1)).unwrap();
    for _ in 0..10 {
        let launch = |name| {
            let mut sums = device.zeros_of::<i32, _>(BLOCKS).unwrap();
            let mut arrived = device.zeros_of::<u32, _>(1).unwrap();
            let mut total = device.zeros_of::<i32, _>(1).unwrap();
            let launch = Launch::blocks(BLOCKS).block(64);
            let kernel = module.kernel(name).unwrap();
            kernel
                .launch(launch, (&a, &mut sums, &mut arrived, &mut total))
                .map(|()| values(&total))
        };
        assert_eq!(launch("sum").unwrap(), [BLOCKS as i32 * 64]);
        let kind = fault(launch("careless").map(drop)).kind;
        assert!(matches!(kind, FaultKind::Race { .. }), "{kind}");
    }
}

#[test]
fn what_no_thread_has_written_is_noted() {
    const SOURCE: &str = r#"extern "C" __global__ void k(int* counts, float* out, int n) {
        int i = threadIdx.x;
        if (i < n) out[i] = 1;
        if (i % 2) atomicAdd(&counts[i / 8], 1);
    }"#;
    for (device, noted) in devices().into_iter().zip([false, true]) {
        let mut counts = device.zeros_of::<i32, _>(8).unwrap();
        let mut out = device.zeros(64).unwrap();
        let kernel = device.compile(SOURCE).unwrap().kernel("k").unwrap();
        let launch = Launch::blocks(1).block(64);
        kernel.launch(launch, (&mut counts, &mut out, 64)).unwrap();
        assert!(kernel.notes().is_empty());
        kernel.launch(launch, (&mut counts, &mut out, 60)).unwrap();
        let notes = kernel.notes();
        assert_eq!(!notes.is_empty(), noted, "{notes:?}");
        assert!(
            notes
                .iter()
                .all(|note| note.contains("4 of the 64 elements of out, the first out[60]"))
        );
    }
}

/// Logic that stays within bounds: only what it leaves out can be told.
#[test]
fn a_kernel_that_leaves_elements_out_is_noted() {
    const SOURCE: &str = r#"
extern "C" __global__ void few_blocks(float* out, int rows, int columns) {
    out[blockIdx.x * blockDim.x + threadIdx.x] = 1;
}
extern "C" __global__ void only_the_block(float* out, int rows, int columns) {
    out[blockIdx.x] = 1;
}
extern "C" __global__ void rows_for_columns(float* out, int rows, int columns) {
    int row = threadIdx.x % rows, column = threadIdx.x / rows;
    if (column < columns) out[row * rows + column] = 1;
}
extern "C" __global__ void branch_not_taken(float* out, int rows, int columns) {
    if (rows > columns) out[threadIdx.x] = 1;
}"#;
    let device = Device::checked();
    let module = device.compile(SOURCE).unwrap();
    for (kernel, noted) in [
        ("few_blocks", "32 of the 64 elements of out, the first out[32]"),
        ("only_the_block", "63 of the 64 elements of out, the first out[1]"),
        ("rows_for_columns", "of the 64 elements of out, the first out["),
        ("branch_not_taken", "64 of the 64 elements of out, the first out[0]"),
    ] {
        let mut out = device.zeros(64).unwrap();
        let kernel = module.kernel(kernel).unwrap();
        kernel.launch(Launch::blocks(1).block(32), (&mut out, 4, 16)).unwrap();
        let notes = kernel.notes();
        assert!(notes.iter().any(|note| note.contains(noted)), "{noted}: {notes:?}");
    }
}
