//! What holds arrays shows them as arrays, where `Debug` would tell their strides; what holds plain
//! values alone looks as `Debug` has it.

use super::Show;
use std::fmt::Debug;

/// A list of more items than this is cut to [`EDGE`] of them at each end.
const MOST_ITEMS: usize = 20;
const EDGE: usize = 3;

/// A forgotten `?` shows the array that it would have given, as `Ok(…)`.
impl<T: Show, E: Debug> Show for Result<T, E> {
    const PLAIN: bool = T::PLAIN;

    fn text(&self) -> String {
        match self {
            Ok(value) => enclosed::<Self>("Ok(", &[value.text()], ")"),
            Err(error) => format!("Err({error:?})"),
        }
    }
}

impl<T: Show> Show for Option<T> {
    const PLAIN: bool = T::PLAIN;

    fn text(&self) -> String {
        let some = |value: &T| enclosed::<Self>("Some(", &[value.text()], ")");
        self.as_ref().map_or("None".into(), some)
    }
}

impl<T: Show> Show for Vec<T> {
    const PLAIN: bool = T::PLAIN;

    fn text(&self) -> String {
        self.as_slice().text()
    }
}

impl<T: Show, const N: usize> Show for [T; N] {
    const PLAIN: bool = T::PLAIN;

    fn text(&self) -> String {
        self.as_slice().text()
    }
}

impl<T: Show> Show for [T] {
    const PLAIN: bool = T::PLAIN;

    fn text(&self) -> String {
        let (head, tail) = match self.len() {
            n if n <= MOST_ITEMS || T::PLAIN => (self, &[][..]),
            n => (&self[..EDGE], &self[n - EDGE..]),
        };
        let dots = (!tail.is_empty()).then(|| "...".to_owned());
        let texts = head.iter().map(Show::text).chain(dots).chain(tail.iter().map(Show::text));
        enclosed::<Self>("[", &texts.collect::<Vec<_>>(), "]")
    }
}

macro_rules! tuples {
    ($($name:ident $(, $names:ident)*;)*) => {$(
        impl<$name: Show, $($names: Show),*> Show for ($name, $($names),*) {
            const PLAIN: bool = $name::PLAIN $(&& $names::PLAIN)*;

            #[expect(non_snake_case, reason = "a type and its value have one name")]
            fn text(&self) -> String {
                let ($name, $($names),*) = self;
                enclosed::<Self>("(", &[$name.text(), $($names.text()),*], ")")
            }
        }
    )*};
}

tuples! {
    A, B;
    A, B, C;
    A, B, C, D;
}

/// The items of a `T` between brackets: plain ones in a line, others one below the other.
fn enclosed<T: Show + ?Sized>(open: &str, items: &[String], close: &str) -> String {
    if T::PLAIN {
        return format!("{open}{}{close}", items.join(", "));
    }
    let below = format!("\n{}", " ".repeat(open.len()));
    let items: Vec<String> = items.iter().map(|item| item.replace('\n', &below)).collect();
    format!("{open}{}{close}", items.join(&format!(",{below}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::show::{Output, capture};
    use ndarray::{Array1, array};
    use std::time::Duration;

    #[test]
    fn a_forgotten_question_mark_shows_the_array() {
        let product: crate::Result<_> = Ok(array![[1, 2], [3, 4]]);
        assert_eq!(product.text(), "Ok([[1, 2],\n    [3, 4]]\n   i32 (2, 2))");
        let failed: crate::Result<Array1<f32>> = Err(Error::plot("no values"));
        assert_eq!(failed.text(), "Err(plot: no values)");
        assert_eq!(Some(array![0.5]).text(), "Some([0.5000]  f64 (1,))");
        assert_eq!(None::<Array1<f32>>.text(), "None");
    }

    #[test]
    fn lists_and_tuples_show_their_arrays() {
        let rows = vec![array![1, 2], array![3]];
        assert_eq!(rows.text(), "[[1, 2]  i32 (2,),\n [3]  i32 (1,)]");
        assert_eq!((&rows[0], rows[1].view()).text(), "([1, 2]  i32 (2,),\n [3]  i32 (1,))");
        assert_eq!((rows[1].clone(), 0.5).text(), "([3]  i32 (1,),\n 0.5)");
        assert_eq!(("three", [&rows[1]]).text(), "(\"three\",\n [[3]  i32 (1,)])");
        assert_eq!(Vec::<Array1<f32>>::new().text(), "[]");
        let many = vec![array![7]; 100];
        assert_eq!((many.text().lines().count(), many.text().contains(" ...,")), (7, true));
    }

    #[test]
    fn plain_values_stay_as_they_were() {
        let ((), shown) = capture(|| {
            crate::show_cell!((2, 3));
            crate::show_cell!(vec![(1, 2.5)]);
            crate::show_cell!(Some("x"));
            crate::show_cell!(vec![Some(Duration::from_millis(3)); 30]);
            crate::show_cell!(Ok::<_, String>(array![1]));
        });
        let durations = format!("{:?}", vec![Some(Duration::from_millis(3)); 30]);
        let lines = ["(2, 3)", "[(1, 2.5)]", "Some(\"x\")", &durations, "Ok([1]  i32 (1,))"];
        assert_eq!(shown, lines.map(|line| Output::Line(line.into())));
        let ((), shown) = capture(|| (1.5_f32, "x").evcxr_display());
        assert_eq!(
            shown,
            [Output::Block { mime: "text/plain".into(), content: "(1.5, \"x\")".into() }]
        );
    }
}
