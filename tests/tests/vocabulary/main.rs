//! The vocabulary of the CUDA C++ programming guide's device part: each name runs on every device
//! with the result that the guide promises, or is refused as CUDA refuses it.
//!
//! A kernel for each name would take minutes to compile. So each chapter is one source, with a
//! function for each name; a compiler's messages begin with the name, because that is what the
//! function's line is called.

mod chapters;
mod table;

use chapters::CHAPTERS;
use lesson_lib::Error;
use lesson_lib::device::nvrtc::{self, compile_check};
use lesson_lib::device::{Device, Launch, Source};
use lesson_lib::ndarray::Array1;
use std::collections::BTreeSet;
use table::{Chapter, Entry};
use tests::devices::{devices, skip};

/// The names of `entries` that `device` does not understand, or gets wrong, and why.
fn wrong(device: &Device, chapter: &Chapter) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut entries: Vec<&Entry> = chapter.runs.iter().collect();
    let module = loop {
        match device.compile(chapter.source(&entries)) {
            Ok(module) => break module,
            Err(error) => {
                let named = Messages::of(&error);
                let before = entries.len();
                entries.retain(|entry| !named.about(entry.name));
                assert!(entries.len() < before, "{} on {device}: {error}", chapter.name);
                wrong.push(format!("{} on {device}: {error}", chapter.name));
            }
        }
    };
    let mut right = device.upload(&Array1::from_elem(entries.len(), 1)).unwrap();
    let kernel = module.kernel("chapter").unwrap();
    let launched = kernel.launch(Launch::blocks(2).block((16, 4)).shared(64), (&mut right,));
    if let Err(error) = launched {
        return [wrong, vec![format!("{} on {device}: {error}", chapter.name)]].concat();
    }
    let right = right.download().unwrap();
    let results = entries.iter().zip(&right).filter(|(_, right)| **right != 1);
    wrong.extend(results.map(|(entry, _)| format!("{} on {device}: wrong", entry.name)));
    wrong
}

/// The names that begin the lines of a compiler's messages.
struct Messages(BTreeSet<String>);

impl Messages {
    fn of(error: &Error) -> Self {
        let text = error.to_string();
        let told = ["error", "required from here", "in instantiation"];
        let errors = text.lines().filter(|line| told.iter().any(|word| line.contains(word)));
        Self(errors.filter_map(|line| line.split([':', '(']).next()).map(file_name).collect())
    }

    fn about(&self, name: &str) -> bool {
        self.0.contains(&file_name(name))
    }
}

/// The file name that a compiler is told for an entry.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

#[test]
fn every_name_runs_with_the_right_result() {
    let devices = devices("every_name_runs_with_the_right_result");
    let mut all = Vec::new();
    for device in &devices {
        for chapter in CHAPTERS {
            all.extend(wrong(device, chapter));
        }
    }
    assert!(all.is_empty(), "{} wrong:\n{}", all.len(), all.join("\n"));
}

/// What no device of CUDA takes: the two modes of the processor agree.
#[test]
fn what_cuda_refuses_is_refused() {
    for device in devices("what_cuda_refuses_is_refused") {
        for chapter in CHAPTERS.iter().filter(|chapter| !chapter.refused.is_empty()) {
            let entries: Vec<&Entry> = chapter.refused.iter().collect();
            let error = device.compile(chapter.source(&entries)).unwrap_err();
            let named = Messages::of(&error);
            for entry in entries {
                assert!(named.about(entry.name), "{} on {device} is accepted: {error}", entry.name);
            }
        }
    }
}

/// The names that the guide has and the processor has not; the count of the others is the bar.
#[test]
fn nearly_the_whole_vocabulary_is_there() {
    let names = |of: fn(&Chapter) -> &'static [Entry]| -> BTreeSet<&str> {
        CHAPTERS.iter().flat_map(|chapter| of(chapter).iter().map(|entry| entry.name)).collect()
    };
    let right = names(|chapter| chapter.runs).union(&names(|chapter| chapter.refused)).count();
    let missing = names(|chapter| chapter.missing);
    let all = right + missing.len();
    assert!(all >= 240, "{all} names");
    assert!(right as f64 >= 0.94 * all as f64, "{right} of {all}; missing: {missing:?}");
    for device in [Device::cpu(), Device::checked()] {
        for chapter in CHAPTERS.iter().filter(|chapter| !chapter.missing.is_empty()) {
            let entries: Vec<&Entry> = chapter.missing.iter().collect();
            let error = device.compile(chapter.source(&entries)).unwrap_err();
            let named = Messages::of(&error);
            for entry in chapter.missing {
                assert!(named.about(entry.name), "{} is there: {error}", entry.name);
            }
        }
    }
}

#[test]
fn nvidias_compiler_takes_every_name() {
    const TEST: &str = "nvidias_compiler_takes_every_name";
    if let Err(error) = nvrtc::version() {
        return skip(TEST, &error.to_string());
    }
    let mut refused = Vec::new();
    for architecture in ["sm_75", "sm_90"] {
        for chapter in CHAPTERS.iter().filter(|chapter| chapter.is_in_the_courses_headers()) {
            let entries: Vec<&Entry> =
                chapter.runs.iter().filter(|entry| entry.is_known_to(architecture)).collect();
            match compile_check(&chapter.source(&entries), architecture).map_err(|e| e.to_string())
            {
                Ok(_) => {}
                Err(error) if error.contains("cannot open source file") => {
                    skip(&format!("{TEST}, {} for {architecture}", chapter.name), &error);
                }
                Err(error) => refused.push(format!("{}: {error}", chapter.name)),
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// A name that is wrong is found, whether it does not compile or gives another result.
#[test]
fn a_wrong_name_is_told() {
    const WRONG: Chapter = Chapter {
        runs: &[
            Entry { name: "right", test: "v(1) == 1", since: 0 },
            Entry { name: "unknown", test: "no_such_name(1) == 1", since: 0 },
            Entry { name: "unequal", test: "v(1) == 2", since: 0 },
        ],
        ..Chapter::named("wrong")
    };
    let wrong = wrong(&Device::cpu(), &WRONG);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].contains("unknown") && wrong[1].contains("unequal"), "{wrong:?}");
    let source: Source = WRONG.source(&[&WRONG.runs[1]]);
    assert!(Messages::of(&Device::cpu().compile(&source).unwrap_err()).about("unknown"));
}
