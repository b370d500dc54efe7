//! The numbers of cells that host and kernels share.

/// Coordinates of a point, with zeros for those that are missing.
const AXES: usize = 3;

/// All numbers are below 2 to the power of this, and cells along an axis fewer than 2 to the power of that,
/// so that a place in one of them is right to 10⁻⁷ sides.
const MOST_BITS: f64 = 62.0;
const MOST_ALONG_AN_AXIS: f64 = 30.0;

crate::device_struct! {
    /// Equal cells around a middle, and their numbers: those along the last axis follow each other.
    pub(super) struct CellNumbers {
        middle: [f64; 3],
        side: f64,
        /// Cells along each axis.
        counts: [i64; 3],
        pub(super) strides: [i64; 3],
        d: i32,
        /// How many more cells have numbers on each side of each axis.
        room: i32,
    }
}

impl CellNumbers {
    /// Cells for points of `d` coordinates between the corners `low` and `high`.
    ///
    /// Where they are too many to be numbered, the outermost reach to the end of space, and the second
    /// result is false.
    pub(super) fn around(
        [low, high]: [[f64; AXES]; 2],
        side: f64,
        d: usize,
        room: usize,
    ) -> (Self, bool) {
        let needed: [f64; AXES] =
            std::array::from_fn(|axis| ((high[axis] - low[axis]) / side).floor() + 1.0);
        let around = 2.0 * room as f64;
        let bits = || needed[..d].iter().map(|count| (count + around).log2());
        let is_whole = bits().sum::<f64>() < MOST_BITS && bits().all(|b| b < MOST_ALONG_AN_AXIS);
        let most = (MOST_BITS / d as f64).min(MOST_ALONG_AN_AXIS).floor().exp2() - 1.0 - around;
        let counts = needed.map(|count| if is_whole { count } else { count.min(most) } as i64);
        let mut strides = [1; AXES];
        for axis in (1..d).rev() {
            strides[axis - 1] = strides[axis] * (counts[axis] + 2 * room as i64);
        }
        let middle = std::array::from_fn(|axis| (low[axis] + high[axis]) / 2.0);
        let numbers = Self { middle, side, counts, strides, d: d as i32, room: room as i32 };
        (numbers, is_whole)
    }

    /// How many coordinates points have.
    pub(super) fn axes(&self) -> usize {
        self.d as usize
    }

    /// All numbers are below 2 to the power of this.
    pub(super) fn bits(&self) -> u32 {
        let all = self.strides[0] * (self.counts[0] + 2 * i64::from(self.room));
        i64::BITS - all.leading_zeros()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_room_that_they_need_and_their_numbers_end() {
        let (plane, is_whole) = CellNumbers::around([[0.0; 3], [9.5, 3.0, 0.0]], 1.0, 2, 2);
        assert!(is_whole);
        assert_eq!((plane.counts, plane.strides, plane.bits()), ([10, 4, 1], [8, 1, 1], 7));
        for d in 1..=3 {
            let (far, is_whole) = CellNumbers::around([[-1e38; 3], [1e38; 3]], 1e-3, d, 40);
            assert!(!is_whole && far.bits() <= 60, "{far:?}");
            let (one, is_whole) = CellNumbers::around([[5.0; 3]; 2], 1e30, d, 7);
            assert!(is_whole && one.counts == [1; 3], "{one:?}");
        }
    }
}
