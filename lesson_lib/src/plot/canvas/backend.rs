//! What plotters asks of a drawing backend.

use super::{Canvas, SUBPIXELS, Weight, coverage::Shape, pixels, stroke, subpixels, text};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
    text_anchor::{HPos, VPos},
};
use std::convert::Infallible;

type Drawn<T = ()> = Result<T, DrawingErrorKind<Infallible>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let (width, height) = self.image.dimensions();
        (width * SUBPIXELS as u32, height * SUBPIXELS as u32)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        let share = 1.0 / (SUBPIXELS * SUBPIXELS) as f32;
        self.blend_inside(x.div_euclid(SUBPIXELS), y.div_euclid(SUBPIXELS), share, color);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S) -> Drawn {
        self.draw_path([a, b], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<_> = path.into_iter().map(pixels).collect();
        let width = style.stroke_width() as f32 / SUBPIXELS as f32;
        self.fill(&stroke::polyline(&points, width), style.color());
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.draw_outline(&corners, style, fill)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let disc = stroke::disc(pixels(center), radius as f32 / SUBPIXELS as f32);
        let corners: Vec<_> =
            disc.iter().map(|&(x, y)| (subpixels(x.into()), subpixels(y.into()))).collect();
        self.draw_outline(&corners, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let corners: Vec<_> = corners.into_iter().map(pixels).collect();
        let mut shape = Shape::default();
        shape.add(&corners);
        self.fill(&shape, style.color());
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(&self, line: &str, style: &S) -> Drawn<(u32, u32)> {
        // Sizes arrive in subpixels, so this width is in subpixels too.
        let width = text::text_width(line, style.size(), weight(style));
        Ok((width.ceil() as u32, (style.size() * text::LINE_HEIGHT).ceil() as u32))
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        line: &str,
        style: &S,
        anchor: BackendCoord,
    ) -> Drawn {
        let size = style.size() as f32 / SUBPIXELS as f32;
        let (left, baseline) = text_origin(line, size, style);
        let (turn, color) = (style.transform(), style.color());
        let (x0, y0) = pixels(anchor);
        // The baseline stands on a pixel's edge, whichever way the text runs.
        let (x0, y0) = (x0.round() as i32, y0.round() as i32);
        text::draw(line, size, weight(style), left, |x, y, share| {
            // Turned about a corner, a pixel is named by another of its corners: turn its centre.
            let (tx, ty) = turn.transform(2 * x + 1, 2 * (y + baseline) + 1);
            self.blend_inside(x0 + (tx - 1) / 2, y0 + (ty - 1) / 2, share, color);
        });
        Ok(())
    }

    /// Copies `size` real pixels of RGB to the pixel that holds `corner`.
    fn blit_bitmap(&mut self, corner: BackendCoord, size: (u32, u32), rgb: &[u8]) -> Drawn {
        let (left, top) = (corner.0.div_euclid(SUBPIXELS), corner.1.div_euclid(SUBPIXELS));
        for (i, pixel) in rgb.as_chunks::<3>().0.iter().enumerate() {
            let (x, y) = (i as i32 % size.0 as i32, i as i32 / size.0 as i32);
            let color = BackendColor { alpha: 1.0, rgb: (*pixel).into() };
            self.blend_inside(left + x, top + y, 1.0, color);
        }
        Ok(())
    }
}

impl Canvas<'_> {
    fn draw_outline<S: BackendStyle>(
        &mut self,
        corners: &[BackendCoord],
        style: &S,
        fill: bool,
    ) -> Drawn {
        if fill {
            self.fill_polygon(corners.iter().copied(), style)
        } else {
            self.draw_path(corners.iter().chain(corners.first()).copied(), style)
        }
    }
}

/// Where a line of text starts and its baseline lies, seen from its anchor.
///
/// The vertical middle is that of the capitals and digits, which is what the eye centres.
fn text_origin<S: BackendTextStyle>(line: &str, size: f32, style: &S) -> (f32, i32) {
    let width = text::text_width(line, size.into(), weight(style)) as f32;
    let left = match style.anchor().h_pos {
        HPos::Left => 0.0,
        HPos::Center => -width / 2.0,
        HPos::Right => -width,
    };
    let baseline = match style.anchor().v_pos {
        VPos::Top => text::CAPITALS * size,
        VPos::Center => text::CAPITALS * size / 2.0,
        VPos::Bottom => 0.0,
    };
    (left, baseline.round() as i32)
}

fn weight<S: BackendTextStyle>(style: &S) -> Weight {
    match style.style() {
        FontStyle::Bold => Weight::Bold,
        _ => Weight::Regular,
    }
}
