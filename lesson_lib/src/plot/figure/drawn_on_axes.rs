//! Figures as the frames of an animation.

use super::Figure;
use crate::plot::axes::Axes;
use crate::plot::scale::Scale;

impl Axes {
    /// Adds what `figure` shows to what is there; its title, labels, limits, size and
    /// description replace those set before.
    ///
    /// A mistake in the figure, such as a grid of figures, is reported when the animation is made.
    pub fn draw(&mut self, figure: Figure) {
        let new = figure.into_axes();
        self.marks.extend(new.marks);
        for (text, newer) in [
            (&mut self.title, new.title),
            (&mut self.x_label, new.x_label),
            (&mut self.y_label, new.y_label),
        ] {
            if !newer.is_empty() {
                *text = newer;
            }
        }
        for (scale, newer) in [(&mut self.x_scale, new.x_scale), (&mut self.y_scale, new.y_scale)] {
            if newer != Scale::default() {
                *scale = newer;
            }
        }
        self.equal = new.equal.or(self.equal);
        self.size = new.size.or(self.size);
        self.alt = new.alt.or(self.alt.take());
        self.misuse = self.misuse.take().or(new.misuse);
    }
}
