//! Files as people have them.

use super::{Table, csv};
use crate::Error;
use crate::show::Show;
use ndarray::{Array2, array};
use std::fs;

fn table(bytes: impl AsRef<[u8]>) -> Result<Table, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.csv");
    fs::write(&path, bytes).unwrap();
    csv(&path)
}

/// The columns x and y of a file, which must be right.
fn points(bytes: impl AsRef<[u8]>) -> Array2<f32> {
    table(bytes).and_then(|table| table.numbers(["x", "y"])).unwrap()
}

/// What is said of a wrong file, behind its name.
fn problem(bytes: impl AsRef<[u8]>) -> String {
    let error = table(bytes).and_then(|table| table.numbers(["x", "y"]).map(|_| table));
    let text = error.expect_err("must be refused").to_string();
    text.split_once("mine.csv: ").unwrap_or_else(|| panic!("{text} names no file")).1.to_owned()
}

#[test]
fn separators_quotes_marks_and_line_ends_of_any_kind_are_read() {
    let expected = array![[1.0, 2.5], [-3.0, 4e2]];
    for file in [
        "x,y\n1,2.5\n-3,4e2\n",
        "x,y\n1,2.5\n-3,4e2",
        "x,y\r\n1,2.5\r\n-3,4e2\r\n",
        "x,y\r1,2.5\r-3,4e2\r",
        "\u{feff}x,y\r\n1,2.5\r\n-3,4e2\r\n",
        "\u{feff}\"x\",\"y\"\n\"1\",\"2.5\"\n\"-3\",\"4e2\"\n",
        "x;y\n1;2.5\n-3;4e2\n",
        "x;y\n1;2,5\n-3,0;4e2\n",
        "x\ty\n1\t2,5\n-3\t4e2\n",
        " x , y \n 1 , 2.5 \n -3 , 4e2 \n",
        "\n\nx,y\n\n1,2.5\n\n-3,4e2\n\n",
        "name,y,x\n\"a, \"\"b\"\"\nand c\",2.5,1\nd,4e2,-3\n",
        "\"a,b,c\";x;y\nd;1;2.5\ne;-3;4e2\n",
        "größe,x,y\nä,1,2.5\nü,-3,4e2\n",
        ",x,y\n0,1,2.5\n1,-3,4e2\n",
        "x;y;\n1;2.5;\n;;\n-3;4e2;\n;;\n",
    ] {
        assert_eq!(points(file), expected, "{file:?}");
    }
}

#[test]
fn a_wrong_file_is_told_with_line_and_column() {
    for (file, expected) in [
        ("", "is empty: its first line has to name the columns"),
        ("\u{feff}\r\n \n", "is empty"),
        ("x,y\n", "names the columns `x`, `y` and has no row below them"),
        ("1,2\n3,4\n", "the first line holds numbers"),
        ("x,y,x\n1,2,3\n", "two columns are called `x`: rename one"),
        ("x,y\n1,2\n3\n", "line 3 has 1 values, and the first line names 2 columns"),
        ("x,y\n1,2\n\n\n3,4,5\n", "line 5 has 3 values"),
        ("x,y\r\n1,2\r\n\r\n3,4,5\r\n", "line 4 has 3 values"),
        ("name,x,y\n\"a\nb\",1,2\nc,1\n", "line 4 has 2 values"),
        ("x,y\n1,2\n3,\"4\n5,6\n7,8\n", "line 3: a quote begins here and never ends"),
        ("x,z\n1,2\n", "has no column `y`: it has `x`, `z`"),
        ("x,y\n1,2\n3,four\n", "line 3, column `y`: \"four\" is no number"),
        ("x,y\n1,2\n,4\n", "line 3, column `x`: the value is missing"),
        ("x,y\n1,2\nNA,4\n", "line 3, column `x`: the value is missing"),
        ("x,y\n1,2\n\n3,?\n", "line 4, column `y`: the value is missing"),
        ("x,y\n1,inf\n", "line 2, column `y`: \"inf\" is no finite number"),
        ("x,y\n1,1e99\n", "line 2, column `y`: \"1e99\" is no finite number"),
        ("x;y\n1;2,000,000\n", "line 2, column `y`: \"2,000,000\" is no number"),
        ("x;y\n1;1.234,5\n", "line 2, column `y`: \"1.234,5\" is no number"),
    ] {
        let found = problem(file);
        assert!(found.starts_with(expected), "{file:?}: {found}");
    }
    assert!(problem(b"x,y\n1,2\n3,\xfc\n").starts_with("line 3 is not UTF-8"));
    let utf16: Vec<u8> = "\u{feff}x,y".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(problem(utf16).starts_with("line 1 is not UTF-8"));
}

#[test]
fn a_file_that_is_not_there_is_told_with_its_full_path() {
    let error = csv("no_such_file.csv").unwrap_err().to_string();
    let folder = std::env::current_dir().unwrap();
    assert!(error.contains(&folder.join("no_such_file.csv").display().to_string()), "{error}");
}

#[test]
fn rows_that_lack_a_value_are_left_out_where_it_matters() {
    let file = "x,y,kind\n1,2,a\n,4,b\n5,NaN,\n7,8,n/a\n";
    let table = table(file).unwrap();
    let known = table.without_missing(["x", "y"]).unwrap();
    assert_eq!(known.numbers(["x", "y"]).unwrap(), array![[1.0, 2.0], [7.0, 8.0]]);
    assert_eq!(table.without_missing(["x"]).unwrap().nrows(), 3);
    // A row keeps the line that it has in the file.
    let error = known.groups("kind").unwrap_err().to_string();
    assert!(error.contains("line 5, column `kind`: the value is missing"), "{error}");
    let (labels, names) = known.without_missing(["kind"]).unwrap().groups("kind").unwrap();
    assert_eq!((labels, names), (array![0], vec!["a".to_owned()]));
    let holes = self::table("x,y\n1,\n,2\n").unwrap().without_missing(["x", "y"]).unwrap_err();
    assert!(holes.to_string().contains("every row lacks a value in one of `x`, `y`"), "{holes}");
}

#[test]
fn a_table_shows_its_first_rows() {
    let rows: String = (0..7).map(|k| format!("{k},{}\n", "long ".repeat(k))).collect();
    let text = table(format!("n,text\n{rows}")).unwrap().text();
    assert_eq!(
        text,
        "n                 text\n\
         0\n\
         1                 long\n\
         2            long long\n\
         3       long long long\n\
         4  long long long long\n\
         …\n\
         7 rows, 2 columns"
    );
    let wide = table(format!("t\n{}\n", "ä".repeat(40))).unwrap().text();
    assert!(wide.contains(&format!("{}…\n", "ä".repeat(24))), "{wide}");
}
