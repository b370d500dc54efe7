//! The places where MNIST is looked for, one after the other.

use crate::server::{Folder, Manner, Server};
use lesson_lib::Result;
use lesson_lib::data::{DigitSource, Locations, RemoteFile};
use std::fs;
use std::path::Path;

const IMAGES: &str = "train-images-idx3-ubyte.gz";
const LABELS: &str = "train-labels-idx1-ubyte.gz";

/// A training set in which picture `i` is all `i % 251` and shows the digit `i % 10`.
fn training_set() -> (Vec<u8>, Vec<u8>) {
    let mut images = vec![0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28];
    let mut labels = vec![0, 0, 8, 1, 0, 0, 0xea, 0x60];
    for i in 0..60_000u32 {
        images.extend([(i % 251) as u8; 784]);
        labels.push((i % 10) as u8);
    }
    (images, labels)
}

/// Settings that look in `folder` or `cache` and nowhere else.
fn locations(folder: Option<&Path>, cache: &Path) -> Locations {
    let mut locations = Locations::from_variables(|_| None);
    locations.folder = folder.map(Path::to_owned);
    locations.cache = cache.to_owned();
    locations.mirrors = Vec::new();
    locations
}

fn check_training_set(locations: &Locations) -> Result<DigitSource> {
    let mnist = locations.load()?;
    assert_eq!((mnist.x_train.dim(), mnist.x_valid.dim()), ((50_000, 784), (10_000, 784)));
    for i in [0, 1, 250, 49_999] {
        let pixel = (i % 251) as f32 / 256.0;
        assert!(mnist.x_train.row(i).iter().all(|&found| found == pixel), "picture {i}");
        assert_eq!(mnist.y_train[i], (i % 10) as u8);
    }
    assert_eq!(mnist.x_valid[[9_999, 783]], (59_999 % 251) as f32 / 256.0);
    assert_eq!((mnist.y_valid.len(), mnist.y_valid[9_999]), (10_000, 9));
    Ok(mnist.source)
}

#[test]
fn files_in_the_users_folder_are_used_as_they_are() -> Result<()> {
    let (images, labels) = training_set();
    let (folder, cache) = (Folder::new(), Folder::new());
    folder.write("train-images-idx3-ubyte", &images);
    folder.write(LABELS, &labels); // plain content under a compressed name is fine
    let source = check_training_set(&locations(Some(&folder.0), &cache.0))?;
    assert_eq!(source, DigitSource::Folder(folder.0.clone()));
    assert!(cache.names().is_empty());
    Ok(())
}

/// What 7-Zip writes, what Kaggle serves, and what torchvision leaves behind.
#[test]
fn files_are_found_under_their_other_names_and_in_folders() -> Result<()> {
    let (images, labels) = training_set();
    for (images_path, labels_path) in [
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        (
            "train-images-idx3-ubyte/train-images-idx3-ubyte",
            "train-labels-idx1-ubyte/train-labels-idx1-ubyte",
        ),
        ("MNIST/raw/train-images-idx3-ubyte", "MNIST/raw/train-labels-idx1-ubyte.gz"),
    ] {
        let (folder, cache) = (Folder::new(), Folder::new());
        for (path, content) in [(images_path, &images), (labels_path, &labels)] {
            let path = folder.0.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        check_training_set(&locations(Some(&folder.0), &cache.0))?;
    }
    Ok(())
}

#[test]
fn bad_files_in_the_users_folder_are_named_and_left_alone() {
    let (mut images, mut labels) = training_set();
    let folder = Folder::new();
    let problem = || locations(Some(&folder.0), &folder.0).load().expect_err("bad").to_string();
    assert!(problem().contains("neither train-images"), "{}", problem());
    folder.write(IMAGES, &images);
    assert!(problem().contains("neither train-labels"), "{}", problem());
    labels[8 + 77] = 12;
    folder.write(LABELS, &labels);
    assert!(problem().contains("label 77 is 12"), "{}", problem());
    folder.write(LABELS, &labels[..500]);
    assert!(problem().contains("holds 492 values"), "{}", problem());
    folder.write(LABELS, &[0, 0, 8, 1, 0, 0, 0, 1, 5]);
    assert!(problem().contains("[1], not 60000 labels"), "{}", problem());
    folder.write(LABELS, &training_set().1);
    images[7] = 0x10;
    folder.write(IMAGES, &images);
    assert!(problem().contains("its header says [59920, 28, 28]"), "{}", problem());
    folder.write(IMAGES, b"<!DOCTYPE html><html>Not found</html>");
    assert!(problem().contains("is a web page"), "{}", problem());
    folder.write(IMAGES, &labels);
    assert!(problem().contains(IMAGES), "{}", problem());
    assert_eq!(folder.names(), [IMAGES, LABELS], "nothing is renamed");
}

#[test]
fn a_download_fills_the_cache_and_the_cache_serves_the_next_call() -> Result<()> {
    let (images, labels) = training_set();
    let server = Server::start(Manner::Good, &[(IMAGES, &images), (LABELS, &labels)]);
    let cache = Folder::new();
    let mut locations = locations(None, &cache.0);
    locations.images = RemoteFile::describe(IMAGES, &images);
    locations.labels = RemoteFile::describe(LABELS, &labels);
    locations.mirrors = vec![server.url.clone()];
    assert_eq!(check_training_set(&locations)?, DigitSource::Cache(cache.0.clone()));
    locations.offline = true;
    assert_eq!(check_training_set(&locations)?, DigitSource::Cache(cache.0.clone()));
    assert_eq!(server.requests().len(), 2);
    Ok(())
}

#[test]
fn without_mnist_digits_are_drawn_and_the_mirrors_asked_once() -> Result<()> {
    let server = Server::start(Manner::NotFound, &[]);
    let cache = Folder::new();
    let mut locations = locations(None, &cache.0);
    locations.mirrors = vec![server.url.clone()];
    let first = locations.load()?;
    let second = locations.load()?;
    assert_eq!((first.x_train.dim(), first.x_valid.dim()), ((50_000, 784), (10_000, 784)));
    assert!(first == second, "the same digits every time");
    assert!(first.source.to_string().contains("404"), "{}", first.source);
    assert!(first.source.to_string().contains("CC BY 4.0"), "{}", first.source);
    assert_eq!(server.requests(), [format!("/mnist/{LABELS} from 0")]);
    Ok(())
}

#[test]
fn offline_asks_nobody() -> Result<()> {
    let server = Server::start(Manner::Good, &[(LABELS, b"")]);
    let cache = Folder::new();
    let mut locations = locations(None, &cache.0);
    locations.mirrors = vec![server.url.clone()];
    locations.offline = true;
    let source = locations.load()?.source;
    assert_eq!(source, DigitSource::Drawn { because: "LESSON_OFFLINE is set".into() });
    assert!(server.requests().is_empty() && cache.names().is_empty());
    Ok(())
}

#[test]
fn a_cache_that_cannot_be_written_is_no_end() -> Result<()> {
    let folder = Folder::new();
    folder.write("file", b"");
    let mut locations = locations(None, &folder.0.join("file"));
    locations.mirrors = vec!["http://127.0.0.1:1/unwritable".into()];
    let source = locations.load()?.source.to_string();
    assert!(source.contains("could not be kept"), "{source}");
    Ok(())
}

/// The settings that these variables make.
fn from(variables: &[(&str, &str)]) -> Locations {
    let find = |name: &str| variables.iter().find(|(set, _)| *set == name);
    Locations::from_variables(|name| find(name).map(|(_, value)| value.into()))
}

#[test]
fn variables_set_the_locations() {
    let plain = from(&[("HOME", "/home/a")]);
    assert!(plain.cache.starts_with("/home/a") && plain.cache.ends_with("lesson12-rs/mnist"));
    assert_eq!((plain.folder, plain.offline, plain.mirrors.len()), (None, false, 2));
    let xdg = from(&[("HOME", "/home/a"), ("XDG_CACHE_HOME", "/x")]);
    assert_eq!(xdg.cache, Path::new("/x/lesson12-rs/mnist"));
    let relative = from(&[("HOME", "/home/a"), ("XDG_CACHE_HOME", "x")]);
    assert!(relative.cache.starts_with("/home/a"));
    let own = from(&[("LESSON_CACHE", "/c"), ("XDG_CACHE_HOME", "/x"), ("LESSON_OFFLINE", "1")]);
    assert_eq!((own.cache.as_path(), own.offline), (Path::new("/c/mnist"), true));
    let own = from(&[("LESSON_MNIST_DIR", "/m"), ("LESSON_MNIST_URL", "http://a http://b/")]);
    assert_eq!(own.folder.as_deref(), Some(Path::new("/m")));
    assert_eq!(own.mirrors, ["http://a", "http://b/"]);
    let off = from(&[("LESSON_OFFLINE", "0"), ("LESSON_MNIST_DIR", "")]);
    assert_eq!((off.offline, off.folder), (false, None));
}

/// The lesson's own pixels, where the published files are at hand; nothing is downloaded for it.
#[test]
fn the_published_pixels_are_the_lessons() -> Result<()> {
    let mnist = Locations { offline: true, ..Locations::from_env() }.load()?;
    if let DigitSource::Drawn { because } = &mnist.source {
        println!("not checked, because {because}");
        return Ok(());
    }
    let expected = [0.0, 0.0, 0.0, 0.19140625, 0.9296875, 0.98828125, 0.98828125, 0.98828125];
    assert_eq!(mnist.x_train.row(0).to_vec()[200..208], expected);
    assert_eq!(mnist.y_train.to_vec()[..3], [5, 0, 4]);
    Ok(())
}
