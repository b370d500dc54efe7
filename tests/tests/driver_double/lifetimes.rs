//! What is used after its time: the host's memory while a copy runs, and a GPU's after a fault.

use lesson_lib::Error;
use lesson_lib::device::{Device, Launch};
use lesson_lib::ndarray::{Array1, array};

use super::runner::KERNELS;
use super::scenario::scenario;

/// Three slots of 4 MiB and a bit, so that both slots are used twice.
const MANY: usize = (3 << 20) + 5;

#[test]
fn an_array_may_change_as_soon_as_it_was_uploaded() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        let mut array = Array1::from_elem(MANY, 1_f32);
        let mut buffer = device.upload(&array).unwrap();
        array.fill(2.0);
        let other = device.upload(&array).unwrap();
        assert!(buffer.download().unwrap().iter().all(|&x| x == 1.0));
        assert!(other.download().unwrap().iter().all(|&x| x == 2.0));
        buffer.copy_from(&array).unwrap();
        drop(array);
        assert!(buffer.download().unwrap().iter().all(|&x| x == 2.0));
    });
}

#[test]
fn a_slot_whose_copy_is_not_followed_by_an_event_is_not_written_over() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        let mut buffer = device.upload(&array![1_f32, 2.0]).unwrap();
        for _ in 0..3 {
            double.answer("cuEventRecord", 0, 1);
            assert!(buffer.copy_from(&array![3_f32, 4.0]).is_err());
            double.answer("cuEventRecord", 0, 1);
            assert!(buffer.download().is_err());
            // Without waiting for the copy, the slot would be filled anew while it runs.
            let other = device.upload(&array![5_f32, 6.0]).unwrap();
            assert_eq!(other.download().unwrap(), array![5.0, 6.0]);
        }
        assert_eq!(buffer.download().unwrap(), array![3.0, 4.0]);
    });
}

#[test]
fn a_constant_may_change_as_soon_as_it_was_set() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        let module = device.compile(KERNELS).unwrap();
        let scale = module.kernel("scale").unwrap();
        let mut a = device.upload(&array![10_f32]).unwrap();
        let mut factor = array![3_f32, 4.0];
        // Even if nobody waited for the copy.
        double.answer("cuStreamSynchronize", 0, 600);
        let set = module.set_constant("factor", &factor);
        factor.fill(0.0);
        drop(factor);
        double.take_back_answers();
        set.unwrap();
        scale.launch(Launch::over(1), (&mut a, 1)).unwrap();
        assert_eq!(a.download().unwrap(), array![34.0]);
    });
}

#[test]
fn memory_may_go_while_a_kernel_uses_it() {
    scenario(|_| {
        let device = Device::cuda(0).unwrap();
        let add = device.compile(KERNELS).unwrap().kernel("add").unwrap();
        let mut sum = device.zeros(100).unwrap();
        let a = device.upload(&Array1::from_elem(100, 2_f32)).unwrap();
        add.launch(Launch::over(100), (&a, &a, &mut sum, 100)).unwrap();
        drop((a, add));
        let other = device.upload(&Array1::from_elem(100, 9_f32)).unwrap();
        assert!(sum.download().unwrap().iter().all(|&x| x == 4.0));
        drop(other);
    });
}

#[test]
fn a_module_may_go_while_its_kernel_runs() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        let mut sum = device.zeros(3).unwrap();
        let a = device.upload(&array![1_f32, 2.0, 3.0]).unwrap();
        let module = device.compile(KERNELS).unwrap();
        let launch = Launch::over(3);
        module.kernel("add").unwrap().launch(launch, (&a, &a, &mut sum, 3)).unwrap();
        drop(module);
        assert_eq!(double.report().alive.get("modules"), None);
        assert_eq!(sum.download().unwrap(), array![2.0, 4.0, 6.0]);
    });
}

#[test]
fn without_a_pool_memory_comes_from_the_context() {
    scenario(|double| {
        double.has_pool(false);
        let device = Device::cuda(0).unwrap();
        let a = device.upload(&array![1_f32, 2.0]).unwrap();
        let zeros = device.zeros(2).unwrap();
        assert_eq!((a.download().unwrap()[1], zeros.download().unwrap()[1]), (2.0, 0.0));
        let calls = double.report().calls;
        assert_eq!((calls["cuMemAlloc_v2"], calls.get("cuMemAllocAsync")), (2, None));
    });
}

#[test]
fn memory_that_the_pool_keeps_is_given_up_for_a_larger_buffer() {
    scenario(|double| {
        let device = Device::cuda(0).unwrap();
        let total = device.memory().unwrap().total as usize;
        drop(device.zeros_of::<u8, _>(total / 2).unwrap());
        let most = device.zeros_of::<u8, _>(total / 4 * 3).unwrap();
        assert_eq!(double.report().calls["cuMemPoolTrimTo"], 1);
        let error = device.zeros_of::<u8, _>(total / 2).unwrap_err();
        let Error::OutOfMemory { requested, free, .. } = error else { panic!("{error}") };
        assert_eq!((requested, free), (total as u64 / 2, total as u64 / 4));
        drop(most);
        assert!(device.zeros_of::<u8, _>(total).is_ok());
    });
}
