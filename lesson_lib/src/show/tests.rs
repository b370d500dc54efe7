use super::*;
use ndarray::{Array, Array1, Array2, ArrayD, CowArray, arr0, array, s};

fn block(content: &str) -> Output {
    Output::Block { mime: "text/plain".into(), content: content.into() }
}

#[test]
fn every_storage_shows_the_same() {
    let owned = array![[1.5_f32, -2.0], [0.0, 4.0]];
    let text = "[[ 1.5000, -2.0000],\n [ 0.0000,  4.0000]]\nf32 (2, 2)";
    let mut copy = owned.clone();
    assert_eq!(owned.text(), text);
    assert_eq!((&&owned).text(), text);
    assert_eq!(owned.view().text(), text);
    assert_eq!(copy.view_mut().text(), text);
    assert_eq!(owned.to_shared().text(), text);
    assert_eq!(CowArray::from(&owned).text(), text);
    assert_eq!(owned.clone().into_dyn().text(), text);
    assert_eq!(owned.t().to_owned().t().text(), text);
    assert_eq!(owned.slice(s![..;-1, ..]).slice(s![..;-1, ..]).text(), text);
}

#[test]
fn a_stretched_axis_shows_its_repeats() {
    let row = array![1_u8, 2];
    let text = "[[1, 2],\n [1, 2],\n [1, 2]]\nu8 (3, 2)";
    assert_eq!(row.broadcast((3, 2)).unwrap().text(), text);
}

#[test]
fn texts_and_characters_are_quoted() {
    assert_eq!(array!["a", "né"].text(), "[ \"a\", \"né\"]  &str (2,)");
    assert_eq!(arr0('x').text(), "'x'  char ()");
    let long = array!["y".repeat(70_000), String::new()];
    assert!(long.text().ends_with("\"\"]\nString (2,)"));
}

#[test]
fn the_kind_moves_to_its_own_line_when_there_is_no_room() {
    let row = Array1::<i64>::from_elem(4, 7);
    let numbers = "[7, 7, 7, 7]";
    let fits = PrintOptions::new().linewidth(numbers.len() + 2 + "i64 (4,)".len());
    assert_eq!(text_with(&row, &fits), "[7, 7, 7, 7]  i64 (4,)");
    let tight = PrintOptions::new().linewidth(numbers.len() + 1 + "i64 (4,)".len());
    assert_eq!(text_with(&row, &tight), "[7, 7, 7, 7]\ni64 (4,)");
}

#[test]
fn extreme_options_do_not_panic() {
    let options = PrintOptions::new().precision(usize::MAX).linewidth(0).threshold(0);
    let text = text_with(&array![0.5, f64::MIN_POSITIVE], &options.edgeitems(usize::MAX));
    assert_eq!(text.lines().count(), 3);
}

#[test]
fn a_huge_array_is_shown_by_its_edges_alone() {
    let one = arr0(1.0_f32);
    let huge = one.broadcast((1 << 20, 1 << 20, 1 << 10)).unwrap();
    assert!(huge.text().ends_with("f32 (1048576, 1048576, 1024)"));
    let empty = ArrayD::<f32>::zeros(vec![3, 0, 2]);
    assert_eq!(empty.text(), "[]  f32 (3, 0, 2)");
}

#[test]
fn display_emits_one_block_of_text() {
    let ((), shown) = capture(|| Array2::<i32>::eye(2).evcxr_display());
    assert_eq!(shown, [block("[[1, 0],\n [0, 1]]\ni32 (2, 2)")]);
}

#[test]
fn a_type_without_show_prints_its_debug_form() {
    let maybe = Array::from_elem(2, Some(1));
    let ((), shown) = capture(|| {
        crate::show_cell!(maybe);
        crate::show_cell!(maybe.len());
        crate::show_cell!(&array![true]);
    });
    let debug = Output::Line(format!("{maybe:?}"));
    let rest = ["2", "[true]  bool (1,)"].map(|line| Output::Line(line.into()));
    assert_eq!(shown, [&[debug][..], &rest].concat());
}

#[test]
fn captures_nest_and_survive_a_panic() {
    let ((), outer) = capture(|| {
        emit("text/plain", "before");
        let panicked = quietly(|| capture(|| panic!("inside")));
        assert!(panicked.is_err());
        let ((), inner) = capture(|| emit("text/plain", "inner"));
        assert_eq!(inner, [block("inner")]);
        emit("text/plain", "after");
    });
    assert_eq!(outer, [block("before"), block("after")]);
}
