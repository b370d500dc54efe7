//! What CUDA C means, on the CPU.

use super::*;

#[test]
fn threads_add_two_arrays() {
    const SOURCE: &str = r#"
extern "C" __global__ void add(const float* __restrict__ a, const float* b, float* sum, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) sum[i] = __ldg(&a[i]) + b[i];
}"#;
    for device in devices() {
        for n in [0_usize, 1, 31, 256, 257, 1000, 100_000] {
            let a: ndarray::Array1<f32> = (0..n).map(|i| i as f32).collect();
            let (a_device, b) = (device.upload(&a).unwrap(), device.upload(&(&a * 2.0)).unwrap());
            let mut sum = device.zeros_of::<f32, _>(n).unwrap();
            let launch = Launch::over(n.max(1));
            run(&device, SOURCE, "add", launch, (&a_device, &b, &mut sum, n)).unwrap();
            assert_eq!(values(&sum), (&a * 3.0).to_vec(), "{n} on {device}");
        }
    }
}

#[test]
fn every_thread_of_every_block_runs_once_with_its_own_index() {
    const SOURCE: &str = r#"
extern "C" __global__ void count(int* seen, int x, int y) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    int j = blockIdx.y * blockDim.y + threadIdx.y;
    int k = blockIdx.z * blockDim.z + threadIdx.z;
    atomicAdd(&seen[(k * y + j) * x + i], gridDim.x * 10000 + blockDim.y);
}"#;
    let cases = [
        ([1, 1, 1], [1, 1, 1]),
        ([1, 1, 1], [1024, 1, 1]),
        ([3, 5, 7], [2, 3, 4]),
        ([1, 17, 1], [33, 1, 2]),
        ([70_001, 1, 1], [3, 1, 1]),
        ([1, 1, 999], [1, 31, 1]),
    ];
    for device in devices() {
        for (blocks, block) in cases {
            let [x, y, z] = std::array::from_fn(|axis| blocks[axis] * block[axis]);
            let mut seen = device.zeros_of::<i32, _>(x * y * z).unwrap();
            let launch = Launch::blocks((blocks[0], blocks[1], blocks[2]))
                .block((block[0], block[1], block[2]));
            run(&device, SOURCE, "count", launch, (&mut seen, x, y)).unwrap();
            let expected = (blocks[0] * 10000 + block[1]) as i32;
            assert!(values(&seen).iter().all(|&n| n == expected), "{blocks:?} {block:?}");
        }
    }
}

/// On AArch64 a compiler's `char` has none by itself.
#[test]
fn a_char_has_a_sign() {
    let source = "extern \"C\" __global__ void k(int* x) { x[0] = (char)x[0]; }";
    for device in devices() {
        let mut x = device.upload(&ndarray::arr1(&[200])).unwrap();
        run(&device, source, "k", Launch::blocks(1).block(1), (&mut x,)).unwrap();
        assert_eq!(values(&x), [-56], "{device}");
    }
}

/// Shared memory in several forms, atomics, templates, constants and globals.
const MANY: &str = r#"
extern __shared__ int everywhere[];
__device__ int launches = 0;
__constant__ float coefficients[3] = {1.f, 2.f, 3.f};
template <int N> __device__ float polynomial(const float (&c)[N], float x) {
    float r = 0;
    #pragma unroll
    for (int i = N - 1; i >= 0; --i) r = r * x + c[i];
    return r;
}
template <typename T, int N> __device__ T sum_of(T mine) {
    __shared__ T all[N];
    all[threadIdx.x] = mine;
    __syncthreads();
    T total = 0;
    for (int i = 0; i < N; ++i) total += all[i];
    __syncthreads();
    return total;
}
extern "C" __global__ void __launch_bounds__(64) many(float* out) {
    __shared__ double halves[2]; __shared__ int histogram[4], unused[3];
    __shared__ unsigned char bytes[64]; // neighbouring bytes are no race
    int t = threadIdx.x;
    if (t < 4) histogram[t] = 0;
    if (t < 2) halves[t] = 0.0;
    bytes[t] = t;
    everywhere[t] = t;
    __syncthreads();
    atomicAdd(&histogram[t % 4], 1);
    atomicAdd(&halves[t % 2], 0.5);
    __syncthreads();
    for (int s = blockDim.x / 2; s > 0; s /= 2) {
        if (t < s) everywhere[t] += everywhere[t + s];
        __syncthreads();
    }
    float total = sum_of<float, 64>(1.5f);
    int count = sum_of<int, 64>(bytes[63 - t]);
    if (t == 0) {
        float* mine = out + blockIdx.x * 6;
        mine[0] = everywhere[0]; mine[1] = histogram[3]; mine[2] = halves[1];
        mine[3] = polynomial(coefficients, 2.f); mine[4] = total; mine[5] = count;
        atomicAdd(&launches, 1);
    }
    // the text "__shared__ int x;" in a comment: __shared__ float y[3];
}
extern "C" __global__ void blocks_so_far(int* out) { out[0] = launches; }
"#;

#[test]
fn shared_memory_atomics_templates_and_globals() {
    for device in devices() {
        let module = device.compile(MANY).unwrap();
        let mut out = device.zeros_of::<f32, _>(60).unwrap();
        let launch = Launch::blocks(10).block(64).shared(256);
        module.kernel("many").unwrap().launch(launch, (&mut out,)).unwrap();
        for block in values(&out).chunks(6) {
            assert_eq!(block, [2016.0, 16.0, 16.0, 17.0, 96.0, 2016.0], "{device}");
        }
        let so_far = |module: &crate::device::Module| {
            let mut count = device.zeros_of::<i32, _>(1).unwrap();
            let kernel = module.kernel("blocks_so_far").unwrap();
            kernel.launch(Launch::blocks(1).block(1), (&mut count,)).unwrap();
            values(&count)[0]
        };
        assert_eq!(so_far(&module), 10);
        // A second module of the same source has variables of its own.
        assert_eq!(so_far(&device.compile(MANY).unwrap()), 0);
    }
}

/// The only block of a grid does not wait for others, and a fence is no access.
#[test]
fn fences_let_a_block_go_on() {
    let source = "extern \"C\" __global__ void meet(float* x, unsigned* arrived) {
        x[threadIdx.x] = threadIdx.x;
        __threadfence_block();
        __syncthreads();
        if (threadIdx.x == 0) {
            __threadfence();
            atomicAdd(arrived, 1u);
            while (atomicAdd(arrived, 0u) < gridDim.x) {}
            __threadfence_system();
        }
        __syncthreads();
        float next = x[(threadIdx.x + 1) % blockDim.x];
        __syncthreads();
        x[threadIdx.x] += next;
    }";
    for device in devices() {
        let (mut x, mut arrived) =
            (device.zeros(4).unwrap(), device.zeros_of::<u32, _>(1).unwrap());
        run(&device, source, "meet", Launch::blocks(1).block(4), (&mut x, &mut arrived)).unwrap();
        assert_eq!(values(&x), [1.0, 3.0, 5.0, 3.0], "{device}");
    }
}

#[test]
fn shuffles_with_disjoint_masks_and_unequal_counts() {
    const SOURCE: &str = r#"
extern "C" __global__ void k(int* out) {
    int t = threadIdx.x, lane = t % 32, v;
    if (lane < 16) {
        v = __shfl_xor_sync(0x0000ffffu, t, 1);
        v = __shfl_sync(0x0000ffffu, v, lane); // one more than the other half
    } else {
        v = __shfl_down_sync(0xffff0000u, t * 100, 2);
    }
    out[t] = v;
    out[64 + t] = __shfl_sync(~0u, t, 5) + __shfl_up_sync(~0u, t, 3, 8);
}"#;
    for device in devices() {
        let mut out = device.zeros_of::<i32, _>(128).unwrap();
        run(&device, SOURCE, "k", Launch::blocks(1).block(64), (&mut out,)).unwrap();
        let out = values(&out);
        for t in 0..64_i32 {
            let lane = t % 32;
            let expected = match lane {
                0..16 => t ^ 1,
                16..30 => (t + 2) * 100,
                _ => t * 100,
            };
            assert_eq!(out[t as usize], expected, "thread {t} on {device}");
            let up = if lane % 8 < 3 { t } else { t - 3 };
            assert_eq!(out[64 + t as usize], t / 32 * 32 + 5 + up, "thread {t} on {device}");
        }
    }
}

#[test]
fn warps_reach_over_the_rows_of_a_block() {
    const SOURCE: &str = r#"
extern "C" __global__ void scan(int* out) {
    int t = threadIdx.y * blockDim.x + threadIdx.x, lane = t % 32, v = 1;
    for (int d = 1; d < 32; d *= 2) {
        int u = __shfl_up_sync(~0u, v, d);
        if (lane >= d) v += u;
    }
    out[t] = v;
}"#;
    for device in devices() {
        for (x, y) in [(8, 8), (5, 13), (1, 33), (1024, 1)] {
            let mut out = device.zeros_of::<i32, _>(x * y).unwrap();
            run(&device, SOURCE, "scan", Launch::blocks(1).block((x, y)), (&mut out,)).unwrap();
            let expected: Vec<i32> = (0..x * y).map(|t| t as i32 % 32 + 1).collect();
            assert_eq!(values(&out), expected, "{x} × {y} on {device}");
        }
    }
}

#[test]
fn votes_matches_and_counting_barriers() {
    const SOURCE: &str = r#"
extern "C" __global__ void k(unsigned int* out) {
    int t = threadIdx.x;
    unsigned v = __ballot_sync(~0u, t % 3 == 0);
    bool any = __any_sync(~0u, t == 40), all = __all_sync(~0u, t < 32);
    unsigned same = __match_any_sync(~0u, t % 4);
    unsigned sum = __reduce_add_sync(~0u, (unsigned)t);
    int count = 0;
    for (int i = 0; i < 3; ++i) count += __syncthreads_count(t < 10 * i);
    bool some = __syncthreads_or(t == 63), every = __syncthreads_and(t < 63);
    out[t] = v; out[64 + t] = any * 8 + all * 4 + some * 2 + every;
    out[128 + t] = same; out[192 + t] = sum; out[256 + t] = count;
}"#;
    for device in devices() {
        let mut out = device.zeros_of::<u32, _>(320).unwrap();
        run(&device, SOURCE, "k", Launch::blocks(1).block(64), (&mut out,)).unwrap();
        let out = values(&out);
        for t in 0..64 {
            let warp = t / 32 * 32;
            let lanes = |f: &dyn Fn(usize) -> bool| {
                (0..32).fold(0, |mask, lane| mask | u32::from(f(warp + lane)) << lane)
            };
            assert_eq!(out[t], lanes(&|u| u % 3 == 0));
            assert_eq!(out[64 + t], if t < 32 { 4 + 2 } else { 8 + 2 });
            assert_eq!(out[128 + t], lanes(&|u| u % 4 == t % 4));
            assert_eq!(out[192 + t] as usize, (warp..warp + 32).sum::<usize>());
            assert_eq!(out[256 + t], 30);
        }
    }
}

#[test]
fn arithmetic_is_cudas() {
    const SOURCE: &str = r#"
#include "nothing_is_missing_here.h"
extern "C" __global__ void k(const float* x, double* out) {
    float a = x[0], b = x[1];
    int i = 0;
    out[i++] = __expf(a); out[i++] = exp2f(a); out[i++] = __fmaf_rn(a, b, 1.0f);
    out[i++] = rsqrtf(b); out[i++] = fmaxf(a, NAN); out[i++] = max(NAN, b);
    out[i++] = min(3, 2u); out[i++] = INFINITY; out[i++] = __powf(b, a);
    out[i++] = sqrt(b); out[i++] = pow(2.0f, 3); out[i++] = fabs(-a); out[i++] = abs(-7);
    out[i++] = __popc(0xf0f0u) + __clz(1) + __ffs(8) + (int)__brev(1u);
    out[i++] = __float_as_int(1.0f) == 0x3f800000 && __int_as_float(0x40000000) == 2.0f;
    out[i++] = __float2int_rn(2.5f) + __float2int_rz(-2.7f);
    out[i++] = (int64_t)1 << 40; out[i++] = nullptr == (int*)0;
    out[i++] = isnan(NAN) && isinf(-INFINITY) && isfinite(a);
    out[i++] = __saturatef(1.5f) + __fdividef(1.0f, 4.0f) + __mulhi(1 << 30, 8);
    out[i++] = 4294967295u + (a > 0 ? 1u : 0u);
}"#;
    let source = SOURCE.replace("#include \"nothing_is_missing_here.h\"\n", "");
    for device in devices() {
        let (a, b) = (1.25_f32, 9.0_f32);
        let x = device.upload(&ndarray::arr1(&[a, b])).unwrap();
        let mut out = device.zeros_of::<f64, _>(21).unwrap();
        run(&device, &source, "k", Launch::blocks(1).block(1), (&x, &mut out)).unwrap();
        let expected = [
            f64::from(a.exp()),
            f64::from(a.exp2()),
            f64::from(a.mul_add(b, 1.0)),
            1.0 / 3.0,
            f64::from(a),
            9.0,
            2.0,
            f64::INFINITY,
            f64::from(b.powf(a)),
            3.0,
            8.0,
            f64::from(a),
            7.0,
            f64::from(8 + 31 + 4 + i32::MIN),
            1.0,
            0.0,
            (1_u64 << 40) as f64,
            1.0,
            1.0,
            3.25,
            0.0,
        ];
        for (i, (found, expected)) in values(&out).iter().zip(expected).enumerate() {
            let close = (found - expected).abs() <= expected.abs() * 1e-6;
            assert!(close || *found == expected, "number {i}: {found}, not {expected} on {device}");
        }
    }
}

#[test]
fn vectors_of_four_are_read_wherever_a_buffer_starts() {
    const SOURCE: &str = r#"
extern "C" __global__ void k(const float* x, float* y, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (4 * i + 3 < n) {
        float4 v = reinterpret_cast<const float4*>(x)[i];
        reinterpret_cast<float4*>(y)[i] = make_float4(v.w, v.z, v.y, v.x);
    }
}"#;
    for device in devices() {
        for n in [4_usize, 5, 6, 7, 401] {
            let x: ndarray::Array1<f32> = (0..n).map(|i| i as f32).collect();
            let (x_device, mut y) =
                (device.upload(&x).unwrap(), device.zeros_of::<f32, _>(n).unwrap());
            run(&device, SOURCE, "k", Launch::over(n), (&x_device, &mut y, n)).unwrap();
            for (i, y) in values(&y).into_iter().enumerate() {
                let expected = if i < n / 4 * 4 { (i / 4 * 4 + 3 - i % 4) as f32 } else { 0.0 };
                assert_eq!(y, expected, "{i} of {n} on {device}");
            }
        }
    }
}

#[test]
fn types_of_all_sizes_are_passed() {
    const SOURCE: &str = r#"
extern "C" __global__ void k(signed char a, unsigned char b, int c, unsigned int d, long long e,
                             unsigned long long f, float g, double h, size_t i, double* out) {
    out[0] = a; out[1] = b; out[2] = c; out[3] = d; out[4] = e; out[5] = f; out[6] = g;
    out[7] = h; out[8] = i;
}"#;
    for device in devices() {
        let mut out = device.zeros_of::<f64, _>(9).unwrap();
        let arguments =
            (-1_i8, 255_u8, -3, u32::MAX, -5_i64, 1_u64 << 60, 0.5_f32, -0.25, 77_usize);
        let (a, b, c, d, e, f, g, h, i) = arguments;
        run(
            &device,
            SOURCE,
            "k",
            Launch::blocks(1).block(1),
            (a, b, c, d, e, f, g, h, i, &mut out),
        )
        .unwrap();
        let expected =
            [-1.0, 255.0, -3.0, 4_294_967_295.0, -5.0, (1_u64 << 60) as f64, 0.5, -0.25, 77.0];
        assert_eq!(values(&out), expected);
    }
}

#[test]
fn warps_that_wait_in_turn_are_no_race() {
    // A reduction in one warp, with reads and writes kept apart by __syncwarp().
    const SOURCE: &str = r#"
extern "C" __global__ void k(float* out) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = t;
    __syncwarp();
    for (int d = 16; d > 0; d /= 2) {
        float v = s[t / 32 * 32 + (t + d) % 32];
        __syncwarp();
        s[t] += v;
        __syncwarp();
    }
    out[t] = s[t];
}"#;
    for device in devices() {
        let mut out = device.zeros_of::<f32, _>(64).unwrap();
        run(&device, SOURCE, "k", Launch::blocks(1).block(64), (&mut out,)).unwrap();
        let sum = |warp: usize| (warp * 32..warp * 32 + 32).sum::<usize>() as f32;
        let expected: Vec<f32> = (0..64).map(|t| sum(t / 32)).collect();
        assert_eq!(values(&out), expected, "{device}");
    }
}

#[test]
fn launches_from_several_threads_do_not_disturb_one_another() {
    const SOURCE: &str = r#"
extern "C" __global__ void k(int* out, int rounds, int n) {
    __shared__ int s[128];
    int t = threadIdx.x, i = blockIdx.x * blockDim.x + t, v = i;
    for (int r = 0; r < rounds; ++r) {
        s[t] = v;
        __syncthreads();
        v = s[(t + 1) % blockDim.x] + 1;
        __syncthreads();
    }
    if (i < n) out[i] = v;
}"#;
    for device in devices() {
        let kernel = device.compile(SOURCE).unwrap().kernel("k").unwrap();
        std::thread::scope(|scope| {
            for number in 0..6_usize {
                let (device, kernel) = (&device, &kernel);
                scope.spawn(move || {
                    let (block, rounds) = (16 << (number % 4), number + 1);
                    for _ in 0..5 {
                        let n = block * 100;
                        let mut out = device.zeros_of::<i32, _>(n).unwrap();
                        let launch = Launch::over(n).block(block);
                        kernel.launch(launch, (&mut out, rounds, n)).unwrap();
                        for (i, v) in values(&out).into_iter().enumerate() {
                            let (start, t) = (i / block * block, i % block);
                            assert_eq!(v as usize, start + (t + rounds) % block + rounds);
                        }
                    }
                });
            }
        });
    }
}

#[test]
fn static_shared_memory_is_counted_for_each_kernel() {
    const SOURCE: &str = r#"
__device__ void both() { __shared__ int c[5]; c[threadIdx.x] = 1; }
extern "C" __global__ void a() { __shared__ char s[30000]; s[threadIdx.x] = 0; both(); }
extern "C" __global__ void b() { __shared__ char s[40000]; s[threadIdx.x] = 0; both(); }
"#;
    for device in devices() {
        let module = device.compile(SOURCE).unwrap();
        let [a, b] = ["a", "b"].map(|name| module.kernel(name).unwrap());
        assert_eq!(a.resources().unwrap().shared, 30_020);
        assert_eq!(b.resources().unwrap().shared, 40_020);
        a.launch(Launch::blocks(3).block(5), ()).unwrap();
        b.launch(Launch::blocks(3).block(5), ()).unwrap();
        a.launch(Launch::blocks(1).block(5).shared(48 * 1024 - 30_020), ()).unwrap();
        let error = a.launch(Launch::blocks(1).block(5).shared(48 * 1024), ()).unwrap_err();
        assert!(error.to_string().contains("shared memory"), "{error}");
    }
}

#[test]
fn the_time_is_the_launchs_own() {
    let kernel = Device::cpu().compile("extern \"C\" __global__ void k() {}").unwrap();
    let kernel = kernel.kernel("k").unwrap();
    let time = kernel.time(Launch::blocks(1), ()).unwrap();
    assert!(time.as_secs_f64() < 1.0 && !time.is_zero());
}
