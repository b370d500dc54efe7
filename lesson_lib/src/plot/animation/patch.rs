//! What changes from one frame to the next.

use super::indexed_frames::UNCHANGED;

/// The smallest rectangle that holds every pixel that changes.
pub(super) struct Patch {
    pub(super) corner: (u32, u32),
    pub(super) size: (u32, u32),
    /// The new pixels, where those that stay are [`UNCHANGED`].
    pub(super) changes: Vec<u8>,
    /// The new pixels, all of them: sometimes the smaller file.
    pub(super) whole: Vec<u8>,
}

impl Patch {
    /// The patch that makes `before` into `after`, both `width` pixels wide.
    ///
    /// Where nothing changes it is one pixel that stays, because no format has empty frames.
    pub(super) fn new(before: &[u8], after: &[u8], width: u32) -> Self {
        let (mut low, mut high) = ((u32::MAX, u32::MAX), (0, 0));
        for (i, _) in before.iter().zip(after).enumerate().filter(|(_, (a, b))| a != b) {
            let (x, y) = (i as u32 % width, i as u32 / width);
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x + 1), high.1.max(y + 1));
        }
        let (low, high) = if high == (0, 0) { ((0, 0), (1, 1)) } else { (low, high) };
        let places = (low.1..high.1).flat_map(|y| (low.0..high.0).map(move |x| y * width + x));
        let pixels: Vec<(u8, u8)> =
            places.map(|i| (before[i as usize], after[i as usize])).collect();
        let change = |&(a, b): &(u8, u8)| if a == b { UNCHANGED } else { b };
        Patch {
            corner: low,
            size: (high.0 - low.0, high.1 - low.1),
            changes: pixels.iter().map(change).collect(),
            whole: pixels.iter().map(|pixel| pixel.1).collect(),
        }
    }

    /// The whole of a frame, to begin with.
    pub(super) fn all(frame: &[u8], size: (u32, u32)) -> Self {
        Patch { corner: (0, 0), size, changes: frame.to_vec(), whole: frame.to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_is_as_small_as_what_changes() {
        let before = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        let after = [1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 3, 1];
        let patch = Patch::new(&before, &after, 4);
        assert_eq!((patch.corner, patch.size), ((1, 1), (2, 2)));
        assert_eq!(patch.changes, [2, UNCHANGED, UNCHANGED, 3]);
        assert_eq!(patch.whole, [2, 1, 1, 3]);
    }

    #[test]
    fn where_nothing_changes_one_pixel_stays() {
        let patch = Patch::new(&[5; 6], &[5; 6], 3);
        assert_eq!((patch.corner, patch.size, patch.changes), ((0, 0), (1, 1), vec![UNCHANGED]));
    }
}
