//! Frames as numbers of one palette.

use image::RgbImage;
use rayon::prelude::*;
use std::collections::HashMap;

/// The number that no pixel has: in a patch it means "as before".
pub(super) const UNCHANGED: u8 = 0;
/// Colours for the pixels.
const MOST_COLORS: usize = 255;
/// Of too many colours the most frequent are kept, and then those that are farthest from all kept.
const MOST_FREQUENT: usize = 96;

type Rgb = [u8; 3];

/// Frames of one size; a pixel is the number of its colour in the palette, counted from 1.
///
/// One palette for all: a colour never flickers between two of its neighbours.
#[derive(Clone, Debug)]
pub(super) struct IndexedFrames {
    pub(super) size: (u32, u32),
    /// The colours; no pixel has number 0.
    pub(super) palette: Vec<Rgb>,
    /// The pixels of each frame, row by row.
    pub(super) numbers: Vec<Vec<u8>>,
}

impl IndexedFrames {
    /// At least one frame, all of one size.
    pub(super) fn new(frames: &[RgbImage]) -> Self {
        let colors = by_frequency(frames);
        let kept = if colors.len() > MOST_COLORS { reduced(&colors) } else { colors.clone() };
        let numbers: HashMap<Rgb, u8> =
            colors.par_iter().map(|color| (*color, nearest(&kept, *color) as u8 + 1)).collect();
        let numbered = |frame: &RgbImage| frame.pixels().map(|pixel| numbers[&pixel.0]).collect();
        IndexedFrames {
            size: frames[0].dimensions(),
            palette: [vec![[255; 3]], kept].concat(),
            numbers: frames.par_iter().map(numbered).collect(),
        }
    }

    /// The most telling frame.
    pub(super) fn last(&self) -> &[u8] {
        self.numbers.last().map_or(&[], Vec::as_slice)
    }

    /// The pixels of a frame as red, green and blue.
    pub(super) fn rgb(&self, frame: usize) -> Vec<u8> {
        self.numbers[frame].iter().flat_map(|&number| self.palette[usize::from(number)]).collect()
    }
}

/// All colours, the most frequent first.
fn by_frequency(frames: &[RgbImage]) -> Vec<Rgb> {
    let mut counts: HashMap<Rgb, usize> = HashMap::new();
    for frame in frames {
        // Most pixels are like the one before.
        for run in frame.as_raw().as_chunks::<3>().0.chunk_by(|a, b| a == b) {
            *counts.entry(run[0]).or_default() += run.len();
        }
    }
    let mut colors: Vec<(Rgb, usize)> = counts.into_iter().collect();
    colors.sort_unstable_by_key(|&(color, count)| (std::cmp::Reverse(count), color));
    colors.into_iter().map(|(color, _)| color).collect()
}

/// The colours to keep of too many.
fn reduced(colors: &[Rgb]) -> Vec<Rgb> {
    let mut kept = colors[..MOST_FREQUENT].to_vec();
    let mut distances: Vec<u32> =
        colors.par_iter().map(|color| distance(kept[nearest(&kept, *color)], *color)).collect();
    while kept.len() < MOST_COLORS {
        let farthest = (0..colors.len()).max_by_key(|&i| distances[i]).unwrap_or(0);
        let color = colors[farthest];
        kept.push(color);
        for (distance_so_far, other) in distances.iter_mut().zip(colors) {
            *distance_so_far = distance(color, *other).min(*distance_so_far);
        }
    }
    kept
}

fn nearest(kept: &[Rgb], color: Rgb) -> usize {
    (0..kept.len()).min_by_key(|&i| distance(kept[i], color)).unwrap_or(0)
}

fn distance(a: Rgb, b: Rgb) -> u32 {
    a.iter().zip(b).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(count: u32) -> RgbImage {
        RgbImage::from_fn(64, 64, |x, y| {
            let i = (y * 64 + x) % count;
            image::Rgb([(i % 64 * 4) as u8, (i / 64 * 16) as u8, 200])
        })
    }

    #[test]
    fn up_to_255_colours_are_exact() {
        let image = colored(255);
        let frames = IndexedFrames::new(&[image.clone(), image.clone()]);
        assert_eq!(frames.palette.len(), 256);
        assert_eq!(frames.rgb(1), *image.as_raw());
    }

    #[test]
    fn of_more_colours_none_is_far_away() {
        let image = colored(1000);
        let frames = IndexedFrames::new(std::slice::from_ref(&image));
        assert_eq!(frames.palette.len(), 256);
        let pairs = frames.rgb(0).into_iter().zip(image.into_raw());
        assert!(pairs.map(|(a, b)| a.abs_diff(b)).max().unwrap() <= 16);
    }
}
