//! What a sound driver lets through, with the results that the CPU device has.

use lesson_lib::device::{Device, Launch};
use lesson_lib::ndarray::Array1;

use super::runner::KERNELS;
use super::scenario::scenario;

#[test]
fn it_says_that_it_is_a_double() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        assert_eq!(device.to_string(), "Driver double (no GPU)");
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
