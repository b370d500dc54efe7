//! New buffers whose elements are written once, without being zeroed first: for a large result
//! that saves a whole pass over its memory.
#![allow(unsafe_code)]

use super::arithmetic::Arithmetic;
use crate::text;
use crate::{Error, Result};
use std::mem::MaybeUninit;

/// The number of elements in a box of the given sizes.
///
/// # Errors
/// More elements than can be counted.
pub(super) fn count<A>(sizes: impl Iterator<Item = usize> + Clone) -> Result<usize> {
    sizes.clone().try_fold(1_usize, usize::checked_mul).ok_or_else(|| {
        let elements: f64 = sizes.map(|size| size as f64).product();
        too_large(elements * size_of::<A>() as f64)
    })
}

/// A buffer of `len` zeros.
///
/// # Errors
/// More memory than there is.
pub(super) fn zeros<A: Arithmetic>(len: usize) -> Result<Vec<A>> {
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
pub(super) unsafe fn filled<A: Arithmetic>(
    len: usize,
    write: impl FnOnce(&mut [MaybeUninit<A>]),
) -> Result<Vec<A>> {
    let mut buffer = reserve(len)?;
    write(&mut buffer.spare_capacity_mut()[..len]);
    // SAFETY: the capacity is at least `len`, and the caller promises that `write` wrote it all.
    unsafe { buffer.set_len(len) };
    Ok(buffer)
}

/// Sets every element to zero, so that it can be read.
pub(super) fn write_zeros<A: Arithmetic>(out: &mut [MaybeUninit<A>]) -> &mut [A] {
    for slot in &mut *out {
        slot.write(A::ZERO);
    }
    // SAFETY: the loop above has written every element.
    unsafe { out.assume_init_mut() }
}

fn reserve<A>(len: usize) -> Result<Vec<A>> {
    let mut buffer = Vec::new();
    let bytes = len as f64 * size_of::<A>() as f64;
    buffer.try_reserve_exact(len).map_err(|_| too_large(bytes))?;
    Ok(buffer)
}

fn too_large(bytes: f64) -> Error {
    let problem = format!("a result of {} does not fit in memory", text::bytes(bytes));
    Error::argument("einsum", problem)
}
