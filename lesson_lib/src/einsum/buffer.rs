//! New buffers whose elements are written once, without being zeroed first.
#![allow(unsafe_code)]

use super::element::Element;
use super::errors;
use crate::Result;
use std::mem::MaybeUninit;

/// The number of elements in a box of the given sizes.
///
/// # Errors
/// More elements than can be counted.
pub(super) fn count<A>(sizes: impl Iterator<Item = usize> + Clone) -> Result<usize> {
    sizes.clone().try_fold(1_usize, usize::checked_mul).ok_or_else(|| {
        let elements: f64 = sizes.map(|size| size as f64).product();
        errors::too_large(elements * size_of::<A>() as f64)
    })
}

/// A buffer of `len` zeros.
///
/// # Errors
/// More memory than there is.
pub(super) fn zeros<A: Element>(len: usize) -> Result<Vec<A>> {
    let mut buffer = reserve(len)?;
    buffer.resize(len, A::ZERO);
    Ok(buffer)
}

/// A buffer of `len` elements that `write` fills.
///
/// # Errors
/// More memory than there is.
///
/// # Safety
/// `write` must write every element.
pub(super) unsafe fn filled<A: Element>(
    len: usize,
    write: impl FnOnce(&mut [MaybeUninit<A>]),
) -> Result<Vec<A>> {
    let mut buffer = reserve(len)?;
    write(&mut buffer.spare_capacity_mut()[..len]);
    // SAFETY: the capacity is at least `len`, and the caller promises that `write` wrote it all.
    unsafe { buffer.set_len(len) };
    Ok(buffer)
}

/// Sets every element to zero; from then on they can be read.
pub(super) fn write_zeros<A: Element>(out: &mut [MaybeUninit<A>]) -> &mut [A] {
    for slot in &mut *out {
        slot.write(A::ZERO);
    }
    // SAFETY: the loop above has written every element.
    unsafe { out.assume_init_mut() }
}

fn reserve<A>(len: usize) -> Result<Vec<A>> {
    let mut buffer = Vec::new();
    let bytes = len as f64 * size_of::<A>() as f64;
    buffer.try_reserve_exact(len).map_err(|_| errors::too_large(bytes))?;
    Ok(buffer)
}
