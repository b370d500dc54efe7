//! Text from the two embedded fonts, placed to a fraction of a pixel.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};
use std::sync::LazyLock;

/// The embedded fonts are subsets (Latin, Greek, Cyrillic, arrows, mathematics) of DejaVu Sans; their
/// licence and the command that makes them lie beside the files.
static REGULAR: LazyLock<FontRef<'static>> =
    LazyLock::new(|| embedded(include_bytes!("../../../assets/fonts/DejaVuSans.ttf")));
static BOLD: LazyLock<FontRef<'static>> =
    LazyLock::new(|| embedded(include_bytes!("../../../assets/fonts/DejaVuSans-Bold.ttf")));

/// The distance between two lines of text, in units of the font's size.
pub(in super::super) const LINE_HEIGHT: f64 = 1.3;
/// The height of capitals and digits, in units of the font's size.
pub(super) const CAPITALS: f32 = 0.729;

/// Which of the two fonts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum FontWeight {
    Regular,
    Bold,
}

fn embedded(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is a font")
}

fn font(weight: FontWeight) -> &'static FontRef<'static> {
    match weight {
        FontWeight::Regular => &REGULAR,
        FontWeight::Bold => &BOLD,
    }
}

/// The width of one line of text in pixels; `size` is the font's size in pixels per em.
pub(in super::super) fn text_width(text: &str, size: f64, weight: FontWeight) -> f64 {
    let (_, width) = place(text, size as f32, weight);
    f64::from(width)
}

/// The characters of a text that the fonts lack: a box is drawn in the place of each.
pub(in super::super) fn missing(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|&character| glyph(&REGULAR, character).0 == 0)
}

/// The shape of a character; line breaks and the like are blanks.
fn glyph(font: &FontRef<'_>, character: char) -> GlyphId {
    font.glyph_id(if character.is_control() { ' ' } else { character })
}

/// Calls `paint(x, y, share)` for each pixel of a line of text whose baseline starts at
/// (`left`, 0), with y downwards.
pub(super) fn draw(
    text: &str,
    size: f32,
    weight: FontWeight,
    left: f32,
    mut paint: impl FnMut(i32, i32, f32),
) {
    let font = font(weight);
    for (id, x) in place(text, size, weight).0 {
        let glyph = id.with_scale_and_position(scale(font, size), point(left + x, 0.0));
        if let Some(outline) = font.outline_glyph(glyph) {
            let corner = outline.px_bounds().min;
            outline.draw(|x, y, share| {
                paint(corner.x as i32 + x as i32, corner.y as i32 + y as i32, share);
            });
        }
    }
}

/// Each glyph with its distance from the start of the line, and the width of the line.
fn place(text: &str, size: f32, weight: FontWeight) -> (Vec<(GlyphId, f32)>, f32) {
    let font = font(weight);
    let scaled = font.as_scaled(scale(font, size));
    let mut glyphs: Vec<(GlyphId, f32)> = Vec::new();
    let mut width = 0.0;
    for character in text.chars() {
        let id = glyph(font, character);
        width += glyphs.last().map_or(0.0, |&(before, _)| scaled.kern(before, id));
        glyphs.push((id, width));
        width += scaled.h_advance(id);
    }
    (glyphs, width)
}

/// ab_glyph scales by the height of a line; sizes here are those of the em, as on a web page.
fn scale(font: &FontRef<'_>, size: f32) -> PxScale {
    PxScale::from(size * font.height_unscaled() / font.units_per_em().unwrap_or(1000.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_have_the_characters_the_course_needs() {
        let needed = "AZaz09 éüß×±µ²³−≤≥≈≠→←…·σμαβΣ∑√∞∈¹⁰⁴⁵⁶⁷⁸⁹⁻₀✓ŁódźğșẽệάώПриветїґ";
        for weight in [FontWeight::Regular, FontWeight::Bold] {
            let missing: String =
                needed.chars().filter(|&c| font(weight).glyph_id(c).0 == 0).collect();
            assert_eq!(missing, "", "missing in {weight:?}");
        }
    }

    #[test]
    fn missing_letters_are_named_and_drawn_as_boxes() {
        assert_eq!(missing("x\n日本 = Łódź, ש").collect::<String>(), "日本ש");
        for weight in [FontWeight::Regular, FontWeight::Bold] {
            let ink = |text| {
                let mut ink = 0.0;
                draw(text, 20.0, weight, 0.0, |_, _, share| ink += share);
                ink
            };
            assert!(ink("日") > 20.0 && ink("\n") == 0.0, "{weight:?}: {}", ink("日"));
        }
    }

    #[test]
    fn width_grows_with_text_size_and_weight() {
        assert_eq!(text_width("", 14.0, FontWeight::Regular), 0.0);
        let width = text_width("Matrix", 14.0, FontWeight::Regular);
        assert!((text_width("Matrix", 28.0, FontWeight::Regular) - 2.0 * width).abs() < 0.01);
        assert!(text_width("Matrix", 14.0, FontWeight::Bold) > width);
        // DejaVu's digits are 0.636 em wide, all of them.
        assert!((text_width("0123456789", 10.0, FontWeight::Regular) - 63.6).abs() < 0.1);
    }

    #[test]
    fn ink_stands_on_the_baseline_and_is_as_high_as_capitals() {
        let (mut top, mut bottom, mut left) = (0, i32::MIN, i32::MAX);
        draw("H", 100.0, FontWeight::Regular, 20.0, |x, y, share| {
            if share > 0.5 {
                (top, bottom, left) = (top.min(y), bottom.max(y), left.min(x));
            }
        });
        assert_eq!((top, bottom, left), (-(CAPITALS * 100.0).round() as i32, -1, 30));
    }
}
