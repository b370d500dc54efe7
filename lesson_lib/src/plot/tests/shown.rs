//! What a cell shows, and files.

use crate::plot;
use crate::show::{self, Output, Show};
use base64::{Engine, engine::general_purpose::STANDARD};

#[test]
fn a_cell_shows_the_picture_and_its_description() {
    let figure = plot::line(0..3, [1, 4, 9]).title("Squares");
    let ((), shown) = show::capture(|| figure.evcxr_display());
    let block = |mime: &str, content: String| Output::Block { mime: mime.into(), content };
    let expected = [
        block("image/png", STANDARD.encode(figure.png().unwrap())),
        block("text/plain", figure.description().unwrap()),
    ];
    assert_eq!(shown, expected);
    assert_eq!(figure.text(), figure.description().unwrap());
}

#[test]
fn a_figure_that_cannot_be_drawn_shows_no_block() {
    let figure = plot::line(0..3, 0..4);
    let ((), shown) = show::capture(|| figure.evcxr_display());
    assert_eq!(shown, []);
    assert_eq!(figure.text(), figure.png().unwrap_err().to_string());
}

#[test]
fn a_saved_file_is_the_picture() {
    let path = std::env::temp_dir().join(format!("lesson_lib-plot-{}.png", std::process::id()));
    let figure = plot::bar(["a", "b"], [1, 2]);
    figure.save(&path).unwrap();
    let saved = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(saved, figure.png().unwrap());
}

#[test]
fn the_same_figure_gives_the_same_bytes() {
    let figure = || plot::hist((0..999).map(|i| i * i % 100), 20).title("Squares modulo 100");
    assert_eq!(figure().png().unwrap(), figure().png().unwrap());
}

#[test]
fn letters_that_the_font_lacks_are_named() {
    let figure = plot::line(0..3, [1, 4, 9]).title("日本 Łódź Привет").name("ש");
    let boxes = "Boxes stand for letters that the font lacks: ש 日 本.";
    assert!(figure.description().unwrap().ends_with(boxes), "{}", figure.text());
    let ((), shown) = show::capture(|| figure.evcxr_display());
    assert_eq!(shown[0], Output::Line(boxes.into()));
    let bars = plot::bar(["本", "b"], [1, 2]).alt("Two bars");
    let expected = "Two bars. Boxes stand for letters that the font lacks: 本.";
    assert_eq!(bars.description().unwrap(), expected);
    let grid = plot::grid(2, [bars, plot::hist([1, 2], 2)]).title("ש");
    assert!(grid.description().unwrap().ends_with("lacks: ש."), "{}", grid.text());
    assert_eq!(show::capture(|| grid.evcxr_display()).1[0], Output::Line(boxes.replace(" 日", "")));
}
