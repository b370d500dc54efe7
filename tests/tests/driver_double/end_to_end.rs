//! What a sound driver lets through, with the results that the CPU device has.

use half::bf16;
use lesson_lib::device::{Device, Element, Launch};
use lesson_lib::ndarray::{Array1, Array2, array};
use std::fmt::Debug;
use std::thread;
use std::time::Duration;

use super::runner::KERNELS;
use super::scenario::scenario;

#[test]
fn it_says_that_it_is_a_double_and_tells_no_time() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        assert_eq!(device.to_string(), "Driver double (no GPU)");
        let add = device.compile(KERNELS).unwrap().kernel("add").unwrap();
        let (a, mut sum) = (device.upload(&array![1_f32]).unwrap(), device.zeros(1).unwrap());
        assert_eq!(add.time(Launch::over(1), (&a, &a, &mut sum, 1)).unwrap(), Duration::ZERO);
    });
}

#[test]
fn arrays_go_up_are_added_and_come_back() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        let add = device.compile(KERNELS).unwrap().kernel("add").unwrap();
        for n in [1, 255, 3000] {
            let a = Array1::from_iter((0..n).map(|i| i as f32));
            let b = Array1::from_iter((0..n).map(|i| (i % 7) as f32));
            let mut sum = device.zeros(n).unwrap();
            let (on_a, on_b) = (device.upload(&a).unwrap(), device.upload(&b).unwrap());
            add.launch(Launch::over(n), (&on_a, &on_b, &mut sum, n)).unwrap();
            assert_eq!(sum.download().unwrap(), a + b);
        }
        assert_eq!(double.report().calls["cuLaunchKernel"], 3);
    });
}

#[test]
fn tiles_in_shared_memory_multiply_matrices() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        let matmul = device.compile(KERNELS).unwrap().kernel("matmul").unwrap();
        let (m, k, n) = (7, 5, 9);
        let a = Array2::from_shape_fn((m, k), |(i, j)| (i * 3 + j) as f32);
        let b = Array2::from_shape_fn((k, n), |(i, j)| (i + j * 2) as f32);
        let (on_a, on_b) = (device.upload(&a).unwrap(), device.upload(&b).unwrap());
        let mut c = device.zeros((m, n)).unwrap();
        let launch = Launch::blocks((3, 2)).block((4, 4));
        matmul.launch(launch, (&on_a, &on_b, &mut c, m, k, n)).unwrap();
        assert_eq!(c.download().unwrap(), a.dot(&b));
    });
}

#[test]
fn a_template_a_namespace_and_every_type_arrive() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        let module = device.compile(KERNELS).unwrap();
        let fill = module.kernel("inner::fill<double, 3>").unwrap();
        let mut three = device.zeros_of::<f64, _>(3).unwrap();
        fill.launch(Launch::blocks(1).block(1), (&mut three, 7_f64)).unwrap();
        assert_eq!(three.download().unwrap(), array![7.0, 7.0, 7.0]);
        let mut out = device.zeros_of::<f64, _>(8).unwrap();
        let (g, h) = (-(1_i64 << 40), 1_u64 << 50);
        let arguments =
            (&mut out, 1.5_f32, -2.5_f64, -3_i8, 250_u8, -5_i32, 4_000_000_000_u32, g, h);
        let every_type = module.kernel("every_type").unwrap();
        every_type.launch(Launch::blocks(1).block(1), arguments).unwrap();
        let expected = array![1.5, -2.5, -3.0, 250.0, -5.0, 4e9, g as f64, h as f64];
        assert_eq!(out.download().unwrap(), expected);
    });
}

#[test]
fn launches_of_several_threads_run_in_the_order_of_each() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        let add = device.compile(KERNELS).unwrap().kernel("add").unwrap();
        thread::scope(|scope| {
            for n in 1..5 {
                let (device, add) = (&device, &add);
                scope.spawn(move || {
                    let one = device.upload(&Array1::from_elem(n, 1_f32)).unwrap();
                    let mut sums = [device.zeros(n).unwrap(), device.zeros(n).unwrap()];
                    for _ in 0..10 {
                        let [from, to] = &mut sums;
                        add.launch(Launch::over(n), (&*from, &one, &mut *to, n)).unwrap();
                        sums.swap(0, 1);
                    }
                    assert!(sums[0].download().unwrap().iter().all(|&sum| sum == 10.0));
                });
            }
        });
    });
}

#[test]
fn cublas_multiplies_row_major_matrices() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        multiplies(&device, |x| x as f32);
        multiplies(&device, |x| x);
        multiplies(&device, bf16::from_f64);
    });
}

/// Products of small whole numbers, which every type holds exactly.
fn multiplies<T: Element + PartialEq + Debug>(device: &Device, of: fn(f64) -> T) {
    for (m, k, n) in [(1, 1, 1), (2, 3, 5), (7, 1, 4), (3, 0, 2)] {
        let a = Array2::from_shape_fn((m, k), |(i, j)| ((i * 3 + j) % 5) as f64);
        let b = Array2::from_shape_fn((k, n), |(i, j)| ((i + j * 2) % 7) as f64 - 3.0);
        let (on_a, on_b) =
            (device.upload(&a.mapv(of)).unwrap(), device.upload(&b.mapv(of)).unwrap());
        let c = device.matmul(&on_a, &on_b).unwrap().download().unwrap();
        assert_eq!(c, a.dot(&b).mapv(of), "({m}, {k}, {n})");
    }
}
