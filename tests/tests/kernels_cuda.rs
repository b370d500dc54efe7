//! The CUDA device itself, on a machine with an NVIDIA GPU: memory, launches, limits, cuBLAS, and
//! what is left after a kernel's fault.

use half::bf16;
use lesson_lib::Error;
use lesson_lib::device::{Buffer, Device, Element, Launch};
use lesson_lib::ndarray::{Array1, Array2};
use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::time::Duration;
use tests::itself::itself;

/// The GPU; where there is none, the test is noted as skipped. With `LESSON_DEVICE=cuda` there
/// must be one.
fn gpu(test: &str) -> Option<Device> {
    let problem = match Device::cuda(0) {
        Ok(device) => return Some(device),
        Err(problem) => problem,
    };
    assert_ne!(env::var("LESSON_DEVICE").as_deref(), Ok("cuda"), "{problem}");
    if let Some(notes) = env::var_os("LESSON_TEST_SKIPS") {
        let mut notes = OpenOptions::new().append(true).create(true).open(notes).unwrap();
        writeln!(notes, "{test}\t{problem}").unwrap();
    }
    None
}

const ADD_ONE: &str = "extern \"C\" __global__ void add_one(float* x, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) x[i] += 1.0f;
}";

#[test]
fn a_missing_gpu_is_an_error_and_no_panic() {
    for ordinal in [0, 1, 99, usize::MAX] {
        let Err(error) = Device::cuda(ordinal) else { continue };
        let Error::Device { operation, .. } = &error else { panic!("{error}") };
        let expected = [format!("open the CUDA device {ordinal}"), "compile for a GPU".into()];
        assert!(expected.contains(operation), "{error}");
    }
    assert!(Device::cuda(usize::MAX).is_err());
}

#[test]
fn properties_are_a_gpus() {
    let Some(device) = gpu("properties_are_a_gpus") else { return };
    let properties = device.properties();
    assert!(device.is_cuda() && properties.multiprocessors > 0, "{properties:?}");
    assert_eq!(properties.warp_size, 32);
    assert!(properties.compute_capability.unwrap() >= (5, 0));
    assert!(properties.max_shared_memory_per_block >= properties.shared_memory_per_block);
    assert!(properties.shared_memory_per_block >= 48 << 10);
    assert!(device.same_device(&Device::cuda(0).unwrap()), "one handle for one GPU");
}

#[test]
fn buffers_begin_as_zeros_and_come_back_as_they_went() {
    let Some(device) = gpu("buffers_begin_as_zeros_and_come_back_as_they_went") else { return };
    // Around the size of the slots that copies go through: 4 MiB is 1 048 576 numbers.
    for n in [0, 1, 3, 1_048_575, 1_048_576, 1_048_577, 2_097_153, 5_000_000] {
        let zeros: Buffer<f32, _> = device.zeros(n).unwrap();
        assert!(zeros.download().unwrap().iter().all(|&x| x == 0.0), "{n}");
        let values = Array1::from_iter((0..n).map(|i| (i * 7 % 1_000_003) as f32));
        let mut buffer = device.upload(&values).unwrap();
        assert_eq!(buffer.download().unwrap(), values, "{n}");
        let others = values.map(|x| -x);
        buffer.copy_from(&others).unwrap();
        assert_eq!(buffer.download().unwrap(), others, "{n}");
    }
}

#[test]
fn memory_that_was_freed_is_zero_when_it_is_given_again() {
    let test = "memory_that_was_freed_is_zero_when_it_is_given_again";
    let Some(device) = gpu(test) else { return };
    for _ in 0..20 {
        let used = device.upload(&Array1::from_elem(100_000, f32::NAN)).unwrap();
        drop(used);
        let fresh: Buffer<f32, _> = device.zeros(100_000).unwrap();
        assert!(fresh.download().unwrap().iter().all(|&x| x == 0.0));
    }
}

#[test]
fn too_much_memory_is_an_error_with_sizes_and_the_device_lives_on() {
    let test = "too_much_memory_is_an_error_with_sizes_and_the_device_lives_on";
    let Some(device) = gpu(test) else { return };
    let total = device.memory().unwrap().total;
    let error = device.zeros_of::<u8, _>(total as usize * 2).unwrap_err();
    let Error::OutOfMemory { requested, free, total: of, .. } = error else { panic!("{error}") };
    assert_eq!((requested, of), (total * 2, total));
    assert!(free > 0 && free <= total);
    assert_eq!(device.zeros_of::<f32, _>(3).unwrap().download().unwrap().len(), 3);
}

#[test]
fn every_type_of_argument_arrives() {
    let Some(device) = gpu("every_type_of_argument_arrives") else { return };
    let source = "extern \"C\" __global__ void all(double* out, float a, double b, signed char c,
        unsigned char d, int e, unsigned int f, long long g, unsigned long long h) {
        out[0] = a; out[1] = b; out[2] = c; out[3] = d; out[4] = e; out[5] = f; out[6] = g; out[7] = h;
    }";
    let all = device.compile(source).unwrap().kernel("all").unwrap();
    let mut out = device.zeros_of::<f64, _>(8).unwrap();
    let (g, h) = (-(1_i64 << 40), 1_u64 << 50);
    let arguments = (&mut out, 1.5_f32, -2.5_f64, -3_i8, 250_u8, -5_i32, 4_000_000_000_u32, g, h);
    all.launch(Launch::blocks(1).block(1), arguments).unwrap();
    let expected = [1.5, -2.5, -3.0, 250.0, -5.0, 4e9, g as f64, h as f64];
    assert_eq!(out.download().unwrap().to_vec(), expected);
}

#[test]
fn launches_run_in_order_and_from_several_threads() {
    let Some(device) = gpu("launches_run_in_order_and_from_several_threads") else { return };
    let add_one = device.compile(ADD_ONE).unwrap().kernel("add_one").unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (device, add_one) = (&device, &add_one);
            scope.spawn(move || {
                let n = 1000 + thread;
                let mut x = device.zeros_of::<f32, _>(n).unwrap();
                for _ in 0..200 {
                    add_one.launch(Launch::over(n), (&mut x, n)).unwrap();
                }
                assert!(x.download().unwrap().iter().all(|&x| x == 200.0));
            });
        }
    });
}

#[test]
fn all_shared_memory_can_be_had_and_no_more() {
    let Some(device) = gpu("all_shared_memory_can_be_had_and_no_more") else { return };
    let source = "extern \"C\" __global__ void last(float* out, int n) {
        extern __shared__ float tile[];
        __shared__ float own[64];
        for (int i = threadIdx.x; i < n; i += blockDim.x) tile[i] = i;
        own[threadIdx.x % 64] = 1.0f;
        __syncthreads();
        if (threadIdx.x == 0) out[0] = tile[n - 1] + own[63];
    }";
    let last = device.compile(source).unwrap().kernel("last").unwrap();
    assert_eq!(last.resources().unwrap().shared, 256);
    let bytes = device.properties().max_shared_memory_per_block - 256;
    let mut out = device.zeros_of::<f32, _>(1).unwrap();
    let launch = |bytes| Launch::blocks(1).block(128).shared(bytes);
    last.launch(launch(bytes), (&mut out, bytes / 4)).unwrap();
    assert_eq!(out.download().unwrap()[0], (bytes / 4) as f32);
    let error = last.launch(launch(bytes + 4), (&mut out, 1)).unwrap_err();
    assert!(error.to_string().contains("besides the kernel's own 256"), "{error}");
}

#[test]
fn a_block_that_the_kernels_bounds_do_not_allow_is_refused() {
    let test = "a_block_that_the_kernels_bounds_do_not_allow_is_refused";
    let Some(device) = gpu(test) else { return };
    let source = "extern \"C\" __global__ void __launch_bounds__(128) f(float* x) { x[0] = 1; }";
    let f = device.compile(source).unwrap().kernel("f").unwrap();
    let mut x = device.zeros_of::<f32, _>(1).unwrap();
    let error = f.launch(Launch::blocks(1).block(256), (&mut x,)).unwrap_err().to_string();
    assert!(error.starts_with("f: a block of 256 threads"), "{error}");
}

#[test]
fn time_is_the_gpus_and_grows_with_the_work() {
    let Some(device) = gpu("time_is_the_gpus_and_grows_with_the_work") else { return };
    let source = "extern \"C\" __global__ void spin(float* x, long long cycles) {
        long long start = clock64();
        while (clock64() - start < cycles) {}
        x[0] += 1.0f;
    }";
    let spin = device.compile(source).unwrap().kernel("spin").unwrap();
    let mut x = device.zeros_of::<f32, _>(1).unwrap();
    let mut time = |cycles: i64| spin.time(Launch::blocks(1).block(1), (&mut x, cycles)).unwrap();
    // Clocks rise while a GPU works, so the first measurement is not like the others. Other tests
    // use the GPU too: the shortest is the one that met none of them.
    time(100_000_000);
    let mut shortest = |cycles| (0..20).map(|_| time(cycles)).min().unwrap();
    let (short, long) = (shortest(0), shortest(20_000_000));
    assert!(short < Duration::from_micros(50), "{short:?}");
    assert!(long > Duration::from_millis(5) && long < Duration::from_millis(100), "{long:?}");
    assert_eq!(x.download().unwrap()[0], 41.0);
}

#[test]
fn registers_and_the_log_are_told() {
    let Some(device) = gpu("registers_and_the_log_are_told") else { return };
    let module = device.compile(ADD_ONE).unwrap();
    let resources = module.kernel("add_one").unwrap().resources().unwrap();
    assert!((1..64).contains(&resources.registers.unwrap()), "{resources:?}");
    assert_eq!((resources.spilled, resources.shared), (Some(0), 0));
    assert!(module.log().contains("add_one: "), "{}", module.log());
}

#[test]
fn a_source_that_was_compiled_before_is_reported_on_again() {
    let test = "a_source_that_was_compiled_before_is_reported_on_again";
    let Some(device) = gpu(test) else { return };
    // At once, so that each is compiled: none finds what another has kept.
    let name = format!("fresh_{}", std::process::id());
    let source = ADD_ONE.replace("add_one", &name);
    let compile = || device.compile(source.as_str()).unwrap().log().to_string();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(compile)).collect();
        for thread in threads {
            let log = thread.join().unwrap();
            assert!(log.contains(&format!("{name}: ")), "{log}");
        }
    });
}

/// The product by cuBLAS against plain loops in f64, within `tolerance` of the largest element.
fn multiplies<T: Element>(device: &Device, of: fn(f64) -> T, to: fn(T) -> f64, tolerance: f64) {
    for (m, k, n) in [(1, 1, 1), (2, 3, 5), (7, 1, 9), (33, 65, 17), (128, 300, 64), (5, 0, 4)] {
        let value = |i: usize, j: usize| ((i * 31 + j * 17) % 23) as f64 / 8.0 - 1.25;
        let a = Array2::from_shape_fn((m, k), |(i, j)| of(value(i, j)));
        let b = Array2::from_shape_fn((k, n), |(i, j)| of(value(j, i + 3)));
        let expected: Array2<f64> = a.mapv(to).dot(&b.mapv(to));
        let mut c = device.upload(&Array2::from_elem((m, n), of(f64::NAN))).unwrap();
        let (a, b) = (device.upload(&a).unwrap(), device.upload(&b).unwrap());
        device.matmul_into(&a, &b, &mut c).unwrap();
        let scale = expected.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
        for (got, want) in c.download().unwrap().iter().zip(&expected) {
            let difference = (to(*got) - want).abs();
            assert!(difference <= tolerance * scale, "({m}, {k}, {n}): {} for {want}", to(*got));
        }
    }
}

#[test]
fn cublas_multiplies_row_major_matrices() {
    let Some(device) = gpu("cublas_multiplies_row_major_matrices") else { return };
    multiplies::<f32>(&device, |x| x as f32, f64::from, 1e-6);
    multiplies::<f64>(&device, |x| x, |x| x, 1e-14);
    multiplies::<bf16>(&device, bf16::from_f64, bf16::to_f64, 1.0 / 256.0);
    let integers = device.zeros_of::<i32, _>((2, 2)).unwrap();
    assert!(device.matmul(&integers, &integers).is_err());
}

#[test]
fn f32_products_are_not_rounded_to_tf32() {
    let Some(device) = gpu("f32_products_are_not_rounded_to_tf32") else { return };
    // TF32 keeps 10 bits behind the point: it would lose the last of these 15.
    let x = 1.0 + 1.0 / 32768.0;
    let a = device.upload(&Array2::from_elem((256, 256), x as f32)).unwrap();
    let mut one = Array2::zeros((256, 256));
    one.diag_mut().fill(1.0_f32);
    let c = device.matmul(&a, &device.upload(&one).unwrap()).unwrap().download().unwrap();
    assert!(c.iter().all(|&c| c == x as f32), "{}", c[(0, 0)]);
}

/// What a kernel can do wrong, and what the error then says.
const FAULTS: [(&str, &str); 4] = [
    ("x[1LL << 45] = 1;", "no buffer"),
    ("if (x[0] == 0) __trap();", "__trap()"),
    ("*(float4*)((char*)x + 4) = float4{1, 2, 3, 4};", "multiple of 16"),
    ("assert(x[0] == 1);", "assert"),
];

/// Names the fault that a process of this test is to run into.
const CHILD: &str = "LESSON_TEST_FAULT";

#[test]
fn after_a_fault_the_device_says_what_happened_and_what_to_do() {
    let test = "after_a_fault_the_device_says_what_happened_and_what_to_do";
    if let Ok(number) = env::var(CHILD) {
        let (body, expected) = FAULTS[number.parse::<usize>().unwrap()];
        return runs_into(body, expected);
    }
    let Some(_) = gpu(test) else { return };
    for number in 0..FAULTS.len() {
        // A fault ends the use of the GPU by its process.
        let mut child = itself();
        child.args(["--exact", test]).env(CHILD, number.to_string());
        let output = child.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{number}:\n{text}");
    }
}

fn runs_into(body: &str, expected: &str) {
    let device = Device::cuda(0).unwrap();
    let source = format!("extern \"C\" __global__ void bad(float* x) {{ {body} }}");
    let bad = device.compile(source).unwrap().kernel("bad").unwrap();
    let mut x = device.zeros_of::<f32, _>(8).unwrap();
    bad.launch(Launch::blocks(1).block(1), (&mut x,)).unwrap();
    let error = device.synchronize().unwrap_err();
    let Error::Fault(fault) = &error else { panic!("{error}") };
    assert_eq!(fault.kernel, "bad");
    assert!(error.to_string().contains(expected), "{error}");
    assert!(error.to_string().contains("restart the kernel"), "{error}");
    let later = [x.download().map(drop), device.zeros_of::<f32, _>(8).map(drop)];
    for error in later.map(|result| result.unwrap_err().to_string()) {
        assert!(error.contains("lost to this process") && error.contains("bad"), "{error}");
    }
}
