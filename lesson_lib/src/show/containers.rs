//! What holds arrays shows them as arrays, where `Debug` would tell their strides.

use super::Show;
use std::fmt::Debug;

/// A list of more items than this is cut to [`EDGE`] of them at each end.
const MOST_ITEMS: usize = 20;
const EDGE: usize = 3;

/// A forgotten `?` shows the array that it would have given, as `Ok(…)`.
impl<T: Show, E: Debug> Show for Result<T, E> {
    fn text(&self) -> String {
        match self {
            Ok(value) => enclosed("Ok(", &[value.text()], ")"),
            Err(error) => format!("Err({error:?})"),
        }
    }
}

impl<T: Show> Show for Option<T> {
    fn text(&self) -> String {
        self.as_ref().map_or("None".into(), |value| enclosed("Some(", &[value.text()], ")"))
    }
}

impl<T: Show> Show for Vec<T> {
    fn text(&self) -> String {
        self.as_slice().text()
    }
}

impl<T: Show, const N: usize> Show for [T; N] {
    fn text(&self) -> String {
        self.as_slice().text()
    }
}

impl<T: Show> Show for [T] {
    fn text(&self) -> String {
        let (head, tail) = match self.len() {
            0..=MOST_ITEMS => (self, &[][..]),
            n => (&self[..EDGE], &self[n - EDGE..]),
        };
        let dots = (!tail.is_empty()).then(|| "...".to_owned());
        let texts = head.iter().map(Show::text).chain(dots).chain(tail.iter().map(Show::text));
        enclosed("[", &texts.collect::<Vec<_>>(), "]")
    }
}

macro_rules! tuples {
    ($($name:ident $(, $names:ident)*;)*) => {$(
        impl<$name: Show, $($names: Show),*> Show for ($name, $($names),*) {
            #[expect(non_snake_case, reason = "a type and its value have one name")]
            fn text(&self) -> String {
                let ($name, $($names),*) = self;
                enclosed("(", &[$name.text(), $($names.text()),*], ")")
            }
        }
    )*};
}

tuples! {
    A, B;
    A, B, C;
    A, B, C, D;
}

/// An array beside a plain value. Two plain values are left to `Debug`.
macro_rules! pairs_with {
    ($($plain:ty)*) => {$(
        impl<T: Show> Show for (T, $plain) {
            fn text(&self) -> String {
                enclosed("(", &[self.0.text(), format!("{:?}", self.1)], ")")
            }
        }

        impl<T: Show> Show for ($plain, T) {
            fn text(&self) -> String {
                enclosed("(", &[format!("{:?}", self.0), self.1.text()], ")")
            }
        }
    )*};
}

pairs_with!(f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool char &str String);

/// The items between brackets, one below the other where there are several.
fn enclosed(open: &str, items: &[String], close: &str) -> String {
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
            crate::show_cell!(Ok::<_, String>(array![1]));
        });
        let lines = ["(2, 3)", "[(1, 2.5)]", "Some(\"x\")", "Ok([1]  i32 (1,))"];
        assert_eq!(shown, lines.map(|line| Output::Line(line.into())));
    }
}
