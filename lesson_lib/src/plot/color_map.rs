//! From values to colours.

use plotters::style::RGBColor;

/// How the values of an image become colours.
///
/// ```
/// use lesson_lib::plot::{self, ColorMap};
/// let png = plot::imshow(vec![vec![0.0, 1.0]]).color_map(ColorMap::Viridis).png()?;
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorMap {
    /// Black for the lowest value, white for the highest.
    #[default]
    Gray,
    /// From dark violet through green to yellow, with equal steps of brightness: matplotlib's
    /// default map, made by Smith, van der Walt and Firing (2015).
    Viridis,
}

/// Every eighth colour of viridis; between them the eye sees no difference to a straight line.
#[rustfmt::skip]
const VIRIDIS: [u32; 33] = [
    0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453781, 0x424086, 0x3e4989, 0x3b528b,
    0x375b8d, 0x33638d, 0x2f6b8e, 0x2c728e, 0x297a8e, 0x26828e, 0x23898e, 0x21918c, 0x1f978b,
    0x1f9f88, 0x21a685, 0x27ad81, 0x31b57b, 0x3dbc74, 0x4cc26c, 0x5cc863, 0x6ece58, 0x81d34d,
    0x95d840, 0xaadc32, 0xc0df25, 0xd5e21a, 0xeae51a, 0xfde725,
];

impl ColorMap {
    /// The colour at `t`, from 0 (lowest) to 1 (highest); values beyond are cut off.
    pub(super) fn color(self, t: f64) -> RGBColor {
        let t = t.clamp(0.0, 1.0);
        match self {
            ColorMap::Gray => {
                let level = (t * 255.0).round() as u8;
                RGBColor(level, level, level)
            }
            ColorMap::Viridis => {
                let place = t * (VIRIDIS.len() - 1) as f64;
                let below = (place as usize).min(VIRIDIS.len() - 2);
                mix(VIRIDIS[below], VIRIDIS[below + 1], place - below as f64)
            }
        }
    }

    /// The name that a description uses.
    pub(super) fn name(self) -> &'static str {
        match self {
            ColorMap::Gray => "black to white",
            ColorMap::Viridis => "dark violet to yellow",
        }
    }
}

fn mix(a: u32, b: u32, t: f64) -> RGBColor {
    let channel = |shift: u32| {
        let (a, b) = (f64::from(a >> shift & 0xff), f64::from(b >> shift & 0xff));
        (a + (b - a) * t).round() as u8
    };
    RGBColor(channel(16), channel(8), channel(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_runs_from_black_to_white() {
        let levels = [-1.0, 0.0, 0.5, 1.0, 7.0].map(|t| ColorMap::Gray.color(t).0);
        assert_eq!(levels, [0, 0, 128, 255, 255]);
    }

    #[test]
    fn viridis_goes_through_its_own_colours() {
        assert_eq!(ColorMap::Viridis.color(0.0), RGBColor(0x44, 0x01, 0x54));
        assert_eq!(ColorMap::Viridis.color(1.0), RGBColor(0xfd, 0xe7, 0x25));
        // matplotlib's entry 127 of 255 is (0.127568, 0.566949, 0.550556).
        let RGBColor(r, g, b) = ColorMap::Viridis.color(127.0 / 255.0);
        for (ours, theirs) in [(r, 33_u8), (g, 145), (b, 140)] {
            assert!(ours.abs_diff(theirs) <= 1, "{ours} is not {theirs}");
        }
    }
}
