//! Faults of kernels, which stay until the process ends.

use driver_double::Double;
use lesson_lib::Error;
use lesson_lib::device::{Device, Launch};
use lesson_lib::ndarray::array;

use super::runner::KERNELS;
use super::scenario::scenario_after_a_fault;

/// After a fault every use of the device says so, and none calls the driver in vain.
fn is_lost(device: &Device) {
    let later = [
        device.zeros(3).map(drop),
        device.upload(&array![1_f32]).map(drop),
        device.memory().map(drop),
        device.synchronize(),
        device.compile(KERNELS).map(drop),
    ];
    for error in later.map(|result| result.unwrap_err().to_string()) {
        assert!(error.contains("lost to this process") && error.contains("Restart"), "{error}");
    }
}

#[test]
fn a_kernel_that_writes_too_far_is_named_at_the_next_wait() {
    scenario_after_a_fault(|_| {
        let device = Device::cuda(0).unwrap();
        let too_far = device.compile(KERNELS).unwrap().kernel("too_far").unwrap();
        let mut a = device.zeros(100).unwrap();
        too_far.launch(Launch::blocks(1).block(1), (&mut a, 100)).unwrap();
        let error = a.download().unwrap_err();
        let Error::Fault(fault) = &error else { panic!("{error}") };
        assert_eq!(fault.kernel, "too_far");
        assert!(error.to_string().contains("belongs to no buffer"), "{error}");
        is_lost(&device);
    });
}

/// Has the next wait answer `code`, and looks at what is said then and later.
fn ends(double: &Double, code: u32, cause: &str) {
    let device = Device::cuda(0).unwrap();
    let add = device.compile(KERNELS).unwrap().kernel("add").unwrap();
    let a = device.upload(&array![1_f32]).unwrap();
    let mut sum = device.zeros(1).unwrap();
    add.launch(Launch::over(1), (&a, &a, &mut sum, 1)).unwrap();
    double.answer("cuStreamSynchronize", 0, code);
    let error = device.synchronize().unwrap_err().to_string();
    assert!(error.starts_with(&format!("add: {cause}")), "{error}");
    is_lost(&device);
    let error = sum.download().unwrap_err().to_string();
    assert!(error.contains("lost to this process"), "{error}");
}

macro_rules! faults {
    ($($test:ident: $code:literal, $cause:literal;)*) => {
        $(
            #[test]
            fn $test() {
                scenario_after_a_fault(|double| ends(double, $code, $cause));
            }
        )*
    };
}

faults! {
    an_error_of_the_memory: 214, "the GPU's memory has an error";
    an_error_of_a_link: 220, "the link to another GPU";
    a_contained_fault: 226, "the GPU had a fault";
    an_illegal_address: 700, "reads or writes memory that belongs to no buffer";
    a_launch_that_took_too_long: 702, "ran longer than this GPU may";
    an_assert: 710, "an assert does not hold";
    a_full_stack: 714, "the thread's stack is full";
    an_illegal_instruction: 715, "ran into an instruction";
    a_misaligned_address: 716, "reads or writes at an address that is not a multiple";
    an_address_of_another_kind: 717, "an instruction for one kind of memory";
    a_jump_to_nowhere: 718, "jumped to an address";
    a_trap: 719, "was stopped without a reason given";
    tensor_memory_that_is_kept: 721, "ended without giving back";
}
