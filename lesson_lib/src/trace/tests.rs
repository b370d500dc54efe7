//! Traces of kernels whose traffic can be counted by hand.

use super::*;
use crate::device::{Device, Source};
use ndarray::{Array1, Array2};

fn traced<'a>(source: Source, launch: Launch, arguments: impl Arguments<'a>) -> Trace {
    let module = Device::checked().compile(source).unwrap();
    let name = module.signatures()[0].name.clone();
    trace(&module.kernel(&name).unwrap(), launch, arguments).unwrap()
}

fn buffer(n: usize) -> crate::device::Buffer<f32, ndarray::Ix1> {
    Device::checked().upload(&Array1::<f32>::zeros(n)).unwrap()
}

#[test]
fn a_map_reads_and_writes_each_number_once() {
    let source = Source::kernel(
        "map(const float* a, float* out, int n)",
        "int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) out[i] = a[i] + 1;",
    );
    let traced = traced(source, Launch::over(6).block(4), (&buffer(6), &mut buffer(6), 6));
    assert_eq!(traced.summary(), "global memory: 6 read, 6 written, in 4 pieces of 32 bytes");
    assert_eq!((traced.global_writers(), traced.shared_readers()), (6, 0));
    assert_eq!(
        traced.figure().description().unwrap(),
        "What do the threads of map do? Diagram, from left to right: a | block 0, block 1 | out; \
         12 arrows."
    );
}

#[test]
fn a_strided_read_takes_a_piece_for_every_thread() {
    let head = "stride(const float* a, float* out)";
    let body = |index: &str| format!("out[threadIdx.x] = a[{index}];");
    for (index, pieces) in [("threadIdx.x", 4), ("threadIdx.x * 8", 32), ("0", 1)] {
        let source = Source::kernel(head, &body(index));
        let traced = traced(source, Launch::blocks(1).block(32), (&buffer(256), &mut buffer(32)));
        assert_eq!(traced.global_transactions(), pieces + 4, "{index}");
    }
}

#[test]
fn a_loop_is_counted_turn_by_turn() {
    let source = Source::kernel(
        "sums(const float* a, float* out)",
        "float sum = 0; for (int k = 0; k < 4; ++k) sum += a[threadIdx.x * 4 + k]; out[threadIdx.x] = sum;",
    );
    let traced = traced(source, Launch::blocks(1).block(8), (&buffer(32), &mut buffer(8)));
    assert_eq!((traced.global_reads(), traced.global_writes()), (32, 8));
    // Each of 4 turns touches all 4 sectors of a; the write touches one.
    assert_eq!(traced.global_transactions(), 4 * 4 + 1);
}

#[test]
fn columns_of_a_shared_tile_meet_in_one_bank() {
    let body = |width: usize| {
        format!(
            "__shared__ float tile[32][{width}];
             tile[threadIdx.y][threadIdx.x] = a[threadIdx.y * 32 + threadIdx.x];
             __syncthreads();
             out[threadIdx.y * 32 + threadIdx.x] = tile[threadIdx.x][threadIdx.y];"
        )
    };
    for (width, conflicts) in [(32, 32 * 31), (33, 0)] {
        let source = Source::kernel("turn(const float* a, float* out)", &body(width));
        let traced =
            traced(source, Launch::blocks(1).block((32, 32)), (&buffer(1024), &mut buffer(1024)));
        assert_eq!(traced.counts().bank_conflicts, conflicts, "width {width}");
        assert_eq!(traced.counts().waits, 1024);
        assert_eq!(traced.shared_readers(), 1024);
        assert_eq!(traced.global_transactions(), 2 * 1024 * 4 / 32);
    }
}

#[test]
fn a_thread_that_does_all_the_work_is_one_reader() {
    let body = "__shared__ float s[8]; s[threadIdx.x] = a[threadIdx.x]; __syncthreads();
                if (threadIdx.x == 0) for (int i = 0; i < 8; ++i) out[i] = s[i];";
    let source = Source::kernel("copy(const float* a, float* out)", body);
    let traced = traced(source, Launch::blocks(1).block(8), (&buffer(8), &mut buffer(8)));
    assert_eq!(traced.shared_readers(), 1);
}

#[test]
fn the_picture_has_a_column_for_each_phase() {
    let source = Source::kernel(
        "reverse(const float* a, float* out)",
        "__shared__ float box[8]; int i = threadIdx.x; box[i] = a[i]; __syncthreads(); out[i] = box[7 - i];",
    );
    let traced = traced(source, Launch::blocks(1).block(8), (&buffer(8), &mut buffer(8)));
    assert_eq!(
        traced.figure().description().unwrap(),
        "What do the threads of reverse do? Diagram, from left to right: \
         a | threads | shared (barrier) | threads | out; 32 arrows."
    );
    assert!(
        traced.summary().ends_with("8 read, 8 written, no bank conflicts; 8 waits at barriers")
    );
}

#[test]
fn with_many_arrows_two_threads_stand_for_all() {
    let n = 8;
    let matrix = || Device::checked().upload(&Array2::<f32>::zeros((n, n))).unwrap();
    let source = Source::kernel(
        "// a: (n, n), b: (n, n), c: (n, n)\nmatmul(const float* a, const float* b, float* c, int n)",
        "float sum = 0;
         for (int k = 0; k < n; ++k) sum += a[threadIdx.y * n + k] * b[k * n + threadIdx.x];
         c[threadIdx.y * n + threadIdx.x] = sum;",
    );
    let traced =
        traced(source, Launch::blocks(1).block((n, n)), (&matrix(), &matrix(), &mut matrix(), n));
    let described = traced.figure().description().unwrap();
    assert!(described.contains("Arrows of threads 1 and 62 of block 0"), "{described}");
    assert!(described.contains("34 arrows"), "{described}");
    assert_eq!(traced.global_reads(), 2 * n * n * n);
}

#[test]
fn a_device_that_does_not_see_every_access_says_so() {
    let source = Source::kernel("k(float* a)", "a[0] = 1;");
    let kernel = Device::cpu().compile(source).unwrap().kernel("k").unwrap();
    let error = trace(&kernel, Launch::blocks(1), (&mut buffer(1),)).unwrap_err().to_string();
    assert!(error.contains("Device::checked()"), "{error}");
}
