//! Where MNIST's files are looked for, and how they are read.

use super::idx::Idx;
use super::{Fetched, RemoteFile};
use crate::cache::cache_root;
use crate::data::digit_set::{DigitSource, Mnist};
use crate::data::drawn::drawn_digits;
use crate::{Error, Result};
use ndarray::Array2;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The pictures of the published training set, and the number of them that the lesson trains on.
const PUBLISHED: usize = 60_000;
const TRAIN: usize = 50_000;
const SIDE: usize = 28;
/// The seed of the digits that are drawn where MNIST cannot be had.
const DRAWN_SEED: u64 = 12;

const MIRRORS: [&str; 2] = [
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
];

/// Where [`mnist`](super::mnist) looks, and what it takes for MNIST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locations {
    /// A folder to use as it is, before all else (`LESSON_MNIST_DIR`).
    pub folder: Option<PathBuf>,
    /// The folder of downloaded files (`LESSON_CACHE` and what follows from it).
    pub cache: PathBuf,
    /// The addresses of folders to download from (`LESSON_MNIST_URL`, separated by blanks).
    pub mirrors: Vec<String>,
    /// Whether to do without downloads (`LESSON_OFFLINE`).
    pub offline: bool,
    /// The pictures of the training set.
    pub images: RemoteFile,
    /// The digits they show.
    pub labels: RemoteFile,
}

impl Locations {
    /// What the environment variables say, and the published files.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// What these variables say: for trying out settings without touching the environment.
    ///
    /// ```
    /// use lesson_lib::data::Locations;
    /// let offline = |name: &str| (name == "LESSON_OFFLINE").then(|| "1".into());
    /// assert!(Locations::from_variables(offline).offline);
    /// ```
    pub fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        // A variable that is set to nothing counts as not set.
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let urls = variable("LESSON_MNIST_URL").map(|urls| urls.to_string_lossy().into_owned());
        let urls = urls.unwrap_or_else(|| MIRRORS.join(" "));
        Self {
            folder: variable("LESSON_MNIST_DIR").map(PathBuf::from),
            cache: cache_root(&variable).join("mnist"),
            mirrors: urls.split_whitespace().map(String::from).collect(),
            offline: variable("LESSON_OFFLINE").is_some_and(|value| value != "0"),
            images: published_images(),
            labels: published_labels(),
        }
    }

    /// The digits from the first location that has them.
    ///
    /// # Errors
    /// As [`mnist`](super::mnist).
    pub fn load(&self) -> Result<Mnist> {
        match &self.folder {
            Some(folder) => self.load_folder(folder),
            None => self.load_cache(),
        }
    }

    fn load_folder(&self, folder: &Path) -> Result<Mnist> {
        let images = existing(folder, &self.images.name)?;
        let labels = existing(folder, &self.labels.name)?;
        read(&images, &labels, DigitSource::Folder(folder.to_owned()))
    }

    fn load_cache(&self) -> Result<Mnist> {
        let mut paths = Vec::new();
        // The labels first: where the small file cannot be had, the large one need not be tried.
        for file in [&self.labels, &self.images] {
            match self.fetch(file)? {
                Fetched::Here(path) => paths.push(path),
                Fetched::Unreachable(because) => return drawn(because),
            }
        }
        read(&paths[1], &paths[0], DigitSource::Cache(self.cache.clone()))
    }

    fn fetch(&self, file: &RemoteFile) -> Result<Fetched> {
        if let Some(path) = file.find(&self.cache)? {
            return Ok(Fetched::Here(path));
        }
        if self.offline {
            return Ok(Fetched::Unreachable("LESSON_OFFLINE is set".into()));
        }
        if let Some(because) = silent_mirrors().get(&self.mirrors) {
            return Ok(Fetched::Unreachable(because.clone()));
        }
        let fetched = file.download(&self.mirrors, &self.cache);
        self.remember_failure(fetched)
    }

    /// Remembers mirrors that did not answer: later cells need not wait for them again. A cache
    /// folder that cannot be used counts as such a failure too.
    fn remember_failure(&self, fetched: Result<Fetched>) -> Result<Fetched> {
        let because = match fetched {
            Ok(Fetched::Unreachable(problem)) => {
                format!("MNIST could not be downloaded: {problem}")
            }
            Err(error @ Error::Io { .. }) => format!("MNIST could not be kept: {error}"),
            other => return other,
        };
        silent_mirrors().insert(self.mirrors.clone(), because.clone());
        Ok(Fetched::Unreachable(because))
    }
}

/// Why a list of mirrors failed in this process.
fn silent_mirrors() -> MutexGuard<'static, BTreeMap<Vec<String>, String>> {
    static SILENT: Mutex<BTreeMap<Vec<String>, String>> = Mutex::new(BTreeMap::new());
    SILENT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn drawn(because: String) -> Result<Mnist> {
    let digits = drawn_digits(TRAIN, PUBLISHED - TRAIN, DRAWN_SEED)?;
    Ok(Mnist { source: DigitSource::Drawn { because }, ..digits })
}

/// How many folders deep the files are looked for: unpacked archives bring folders of their own,
/// such as torchvision's `MNIST/raw`.
const DEPTH: usize = 2;

/// A published file in `folder` or in a folder below it, compressed or not; with a dot for the
/// second hyphen, as some programs unpack it.
fn existing(folder: &Path, name: &str) -> Result<PathBuf> {
    let plain = name.trim_end_matches(".gz");
    let dotted = plain.replace("-idx", ".idx");
    let names = [name, plain, &format!("{dotted}.gz"), &dotted];
    let mut folders = vec![folder.to_owned()];
    for _ in 0..=DEPTH {
        let paths = folders.iter().flat_map(|folder| names.map(|name| folder.join(name)));
        if let Some(path) = paths.into_iter().find(|path| path.is_file()) {
            return Ok(path);
        }
        folders = folders.iter().flat_map(|folder| folders_in(folder)).collect();
    }
    let problem = format!(
        "holds neither {name} nor {plain} nor {dotted}, nor do the folders in it \
         (LESSON_MNIST_DIR names this folder)"
    );
    Err(Error::data(folder, problem))
}

/// The folders in `folder` by name; none where it cannot be read.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Reads the two files and splits them as the lesson does.
fn read(images_path: &Path, labels_path: &Path, source: DigitSource) -> Result<Mnist> {
    let labels = read_labels(labels_path)?;
    let pictures = Idx::read(images_path)?;
    if pictures.shape != [PUBLISHED, SIDE, SIDE] {
        let problem = format!(
            "holds an array of shape {:?}: the training images are {PUBLISHED} of {SIDE}×{SIDE}",
            pictures.shape
        );
        return Err(Error::data(images_path, problem));
    }
    let (train, valid) = pictures.values.as_chunks().0.split_at(TRAIN);
    let (y_train, y_valid) = labels.split_at(TRAIN);
    Ok(Mnist {
        x_train: scaled(train),
        y_train: y_train.to_vec().into(),
        x_valid: scaled(valid),
        y_valid: y_valid.to_vec().into(),
        source,
    })
}

fn read_labels(path: &Path) -> Result<Vec<u8>> {
    let labels = Idx::read(path)?;
    if labels.shape != [PUBLISHED] {
        let problem = format!("holds an array of shape {:?}, not {PUBLISHED} labels", labels.shape);
        return Err(Error::data(path, problem));
    }
    match labels.values.iter().position(|&label| label > 9) {
        Some(i) => {
            Err(Error::data(path, format!("label {i} is {}, not a digit", labels.values[i])))
        }
        None => Ok(labels.values),
    }
}

/// Bytes to numbers of [0, 1): the lesson's file divides by 256.
fn scaled(pictures: &[[u8; SIDE * SIDE]]) -> Array2<f32> {
    let scale = |picture: &[u8; SIDE * SIDE]| picture.map(|pixel| f32::from(pixel) / 256.0);
    pictures.par_iter().map(scale).collect::<Vec<_>>().into()
}

fn published_images() -> RemoteFile {
    RemoteFile {
        name: "train-images-idx3-ubyte.gz".into(),
        bytes: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609".into(),
    }
}

fn published_labels() -> RemoteFile {
    RemoteFile {
        name: "train-labels-idx1-ubyte.gz".into(),
        bytes: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c".into(),
    }
}
