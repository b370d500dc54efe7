//! The number of axes of a result, counted by the compiler where the equation's text tells.

use ndarray::{Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

/// The number of axes that [`output_rank`] gives where the equation's text does not tell.
pub const UNKNOWN_RANK: usize = usize::MAX;

/// The number of axes of an equation's result, where its text tells: no `...` and at most six
/// letters. It can be computed by the compiler.
///
/// ```
/// use lesson_lib::einsum::{UNKNOWN_RANK, output_rank};
/// const RANK: usize = output_rank("ik,kj->ij");
/// assert_eq!(RANK, 2);
/// assert_eq!(output_rank("ij,jk"), 2); // i and k
/// assert_eq!(output_rank("...i->..."), UNKNOWN_RANK);
/// ```
pub const fn output_rank(equation: &str) -> usize {
    let bytes = equation.as_bytes();
    let mut counts = [0_u32; 256];
    let mut arrow = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'.' {
            return UNKNOWN_RANK;
        }
        if bytes[at] == b'>' {
            arrow = Some(at);
        }
        counts[bytes[at] as usize] += 1;
        at += 1;
    }
    let rank = match arrow {
        Some(arrow) => letters_after(bytes, arrow),
        None => letters_seen_once(&counts),
    };
    if rank > MAX_STATIC_RANK { UNKNOWN_RANK } else { rank }
}

/// ndarray has types for up to six axes.
const MAX_STATIC_RANK: usize = 6;

const fn letters_after(bytes: &[u8], arrow: usize) -> usize {
    let mut count = 0;
    let mut at = arrow + 1;
    while at < bytes.len() {
        count += bytes[at].is_ascii_alphabetic() as usize;
        at += 1;
    }
    count
}

const fn letters_seen_once(counts: &[u32; 256]) -> usize {
    let mut count = 0;
    let mut byte = 0;
    while byte < counts.len() {
        count += ((byte as u8).is_ascii_alphabetic() && counts[byte] == 1) as usize;
        byte += 1;
    }
    count
}

/// Turns a number of axes into ndarray's type for it.
pub struct Rank<const RANK: usize>;

/// The dimension type of a [`Rank`].
pub trait RankDimension {
    /// `Ix2` for two axes, and so on; `IxDyn` where the number is not known.
    type Dimension: Dimension;
}

macro_rules! ranks {
    ($($rank:expr => $dimension:ty),*) => {$(
        impl RankDimension for Rank<{ $rank }> {
            type Dimension = $dimension;
        }
    )*};
}

ranks!(0 => Ix0, 1 => Ix1, 2 => Ix2, 3 => Ix3, 4 => Ix4, 5 => Ix5, 6 => Ix6, UNKNOWN_RANK => IxDyn);
