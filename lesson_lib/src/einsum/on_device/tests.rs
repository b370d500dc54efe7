//! Both ways to compute on a device against the host.

use super::{BufferOperand, DeviceEinsum};
use crate::device::Device;
use crate::einsum::einsum;
use crate::random::Generator;
use ndarray::ArrayD;

const EQUATIONS: [(&str, &[&[usize]]); 19] = [
    ("bji,kbj->ikb", &[&[1, 4, 3], &[5, 2, 4]]),
    ("ik,kj->ij", &[&[5, 7], &[7, 3]]),
    ("ki,jk->ji", &[&[4, 6], &[5, 4]]),
    ("bij,bjk->bik", &[&[3, 4, 5], &[3, 5, 2]]),
    ("bij,kbj->ikb", &[&[2, 3, 4], &[5, 2, 4]]),
    ("ij,ij->i", &[&[6, 3], &[6, 3]]),
    ("i,j->ij", &[&[4], &[5]]),
    ("ii->i", &[&[4, 4]]),
    ("ii,i->", &[&[3, 3], &[3]]),
    ("ij->", &[&[3, 4]]),
    ("ijk->kij", &[&[2, 3, 4]]),
    ("ab,bc,cd->ad", &[&[2, 3], &[3, 4], &[4, 5]]),
    ("ij,jj,jl->il", &[&[2, 3], &[3, 3], &[3, 4]]),
    ("...ij,...jk->...ik", &[&[2, 1, 3, 4], &[5, 4, 2]]),
    ("ij,ij->ij", &[&[1, 4], &[3, 4]]),
    ("ij,kl->i", &[&[2, 3], &[4, 5]]),
    ("i,ij->j", &[&[0], &[0, 3]]),
    ("i,ij->ij", &[&[3], &[3, 0]]),
    (",i->i", &[&[], &[3]]),
];

fn agrees(device: &Device) {
    let mut random = Generator::new(12);
    for (equation, shapes) in EQUATIONS {
        let arrays: Vec<ArrayD<f32>> =
            shapes.iter().map(|&shape| 2.0 * random.rand(shape) - 1.0).collect();
        let views: Vec<_> = arrays.iter().map(|array| array.view()).collect();
        let expected = einsum(equation, &views).unwrap();
        let buffers: Vec<_> = arrays.iter().map(|a| device.upload(a).unwrap()).collect();
        let operands: Vec<&dyn BufferOperand<f32>> = buffers.iter().map(|b| b as _).collect();
        for (way, result) in [
            ("kernel", device.einsum_kernel(equation, &operands)),
            ("products", device.einsum(equation, &operands)),
        ] {
            let result = result.unwrap_or_else(|e| panic!("{equation} by {way}: {e}"));
            let result = result.download().unwrap();
            assert_eq!(result.shape(), expected.shape(), "{equation} by {way}");
            let close = result.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5);
            assert!(close, "{equation} by {way}: {result} instead of {expected}");
        }
    }
}

#[test]
fn both_ways_agree_with_the_host_at_full_speed() {
    agrees(&Device::cpu());
}

#[test]
fn both_ways_agree_with_the_host_with_every_access_checked() {
    agrees(&Device::checked());
}

#[test]
fn integers_take_the_generated_kernel() {
    let device = Device::cpu();
    let a = device.upload(&ndarray::array![[1_i32, 2], [3, 4]]).unwrap();
    let product = device.einsum("ij,jk->ik", &[&a, &a]).unwrap().download().unwrap();
    assert_eq!(product, ndarray::array![[7, 10], [15, 22]].into_dyn());
}

#[test]
fn operands_that_do_not_fit_are_refused_with_einsums_words() {
    let device = Device::cpu();
    let a = device.zeros_of::<f32, _>((2, 3)).unwrap();
    let error = device.einsum("ij,jk->ik", &[&a, &a]).unwrap_err().to_string();
    assert!(error.contains("letter `j`"), "{error}");
    let error = device.einsum("ij,jk->ik", &[&a]).unwrap_err().to_string();
    assert!(error.contains("names 2 operands"), "{error}");
}
