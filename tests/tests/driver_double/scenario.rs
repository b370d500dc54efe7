//! A test with the double as its driver, in a process of its own: the library opens a GPU once, and a fault
//! stays until the process ends.

use driver_double::{Double, Report};
use std::any::type_name_of_val;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use super::runner;

/// Names the test that this process is to run.
const CHILD: &str = "LESSON_TEST_DOUBLE";

/// The names under which programs look for NVIDIA's libraries.
const NAMES: [&str; 5] =
    ["libcuda.so", "libcuda.so.1", "libnvrtc.so.12", "libcublas.so", "libcublas.so.12"];

/// What an open GPU keeps until the process ends. A module is the pause before a measured launch.
const KEPT: [(&str, usize); 6] = [
    ("contexts", 1),
    ("streams", 1),
    ("events", 2),
    ("page-locked memory", 2),
    ("modules", 1),
    ("cuBLAS handles", 1),
];

/// Runs `body`, which makes a test, in a process whose driver is the double, and fails if a rule was
/// broken or something was left behind.
pub fn scenario(body: impl Fn(&Double)) {
    run(libraries(), body, is_clean);
}

/// As [`scenario`], where a fault ends the use of the GPU: nothing can be taken back then.
pub fn scenario_after_a_fault(body: impl Fn(&Double)) {
    run(libraries(), body, |report| assert_eq!(report.broken, Vec::<String>::new()));
}

/// As [`scenario`], with libraries in which the functions `missing` have another name.
pub fn scenario_without(missing: &[&str], body: impl Fn(&Double)) {
    run(&libraries_without(missing), body, is_clean);
}

fn run(folder: &Path, body: impl Fn(&Double), judge: fn(&Report)) {
    // `driver_double::module::test::{{closure}}`
    let name = type_name_of_val(&body).split("::").skip(1).take_while(|part| !part.contains('{'));
    let name = name.collect::<Vec<_>>().join("::");
    if env::var(CHILD).is_ok_and(|child| child == name) {
        let double = Double::open("libcuda.so.1");
        double.run_kernels(runner::run_on_the_processor());
        body(&double);
        return judge(&double.report());
    }
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", &name, "--nocapture", "--test-threads=1"]).env(CHILD, &name);
    child.env("LD_LIBRARY_PATH", folder).env("CUDA_HOME", folder.parent().unwrap());
    child.env("LESSON_CACHE", cache()).env_remove("LESSON_DEVICE");
    let output = child.output().unwrap();
    let texts = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into());
    let [out, error]: [String; 2] = texts;
    let passed = output.status.success() && out.contains("1 passed");
    assert!(passed && !error.contains("rule broken"), "{name}, {}:\n{out}\n{error}", output.status);
}

fn is_clean(report: &Report) {
    assert_eq!(report.broken, Vec::<String>::new());
    for (what, count) in &report.alive {
        let kept = KEPT.iter().find(|(kept, _)| kept == what).map_or(0, |(_, count)| *count);
        assert!(*count <= kept, "{count} {what} are left: {:?}", report.alive);
    }
}

/// The double, which cargo puts beside the tests that depend on it.
fn double() -> PathBuf {
    let file = env::current_exe().unwrap().with_file_name("libdriver_double.so");
    assert!(file.is_file(), "{} is not there", file.display());
    file
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("driver_double")
}

/// A cache of this run's own: what the double compiles must never be taken for NVRTC's.
fn cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let cache = folder().join("cache");
        let _ = fs::remove_dir_all(&cache);
        cache
    })
}

/// The folder in which all names lead to the double.
fn libraries() -> &'static Path {
    static LIBRARIES: OnceLock<PathBuf> = OnceLock::new();
    LIBRARIES.get_or_init(|| linked("whole", &double()))
}

/// A folder `lib` of links to `file`, below one of this name.
fn linked(name: &str, file: &Path) -> PathBuf {
    let folder = folder().join(name).join("lib");
    // A child comes here too, and its parent has made the links.
    if env::var_os(CHILD).is_some() {
        return folder;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for name in NAMES {
        symlink(file, folder.join(name)).unwrap();
    }
    folder
}

/// The same with a copy of the double that has other names for these functions.
fn libraries_without(missing: &[&str]) -> PathBuf {
    let name = missing.join("-");
    let file = folder().join(format!("{name}.so"));
    if env::var_os(CHILD).is_none() {
        let mut content = fs::read(double()).unwrap();
        missing.iter().for_each(|name| rename(&mut content, name));
        fs::create_dir_all(folder()).unwrap();
        fs::write(&file, content).unwrap();
    }
    linked(&name, &file)
}

/// Changes the last letter of the symbol `name` wherever it stands in a library.
fn rename(content: &mut [u8], name: &str) {
    let symbol = [b"\0", name.as_bytes(), b"\0"].concat();
    let places = content.windows(symbol.len()).enumerate().filter(|(_, bytes)| *bytes == symbol);
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the double has no function {name}");
    places.iter().for_each(|at| content[at + name.len()] = b'?');
}
