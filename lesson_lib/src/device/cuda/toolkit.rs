//! Where NVIDIA's libraries and headers lie: in the course's cache, where `make cuda` puts them,
//! or in a CUDA toolkit.

use crate::cache::{cache_root, shared};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// A folder that has `lib` or `lib64`, and usually `include`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Toolkit(pub(super) PathBuf);

impl Toolkit {
    /// What `make cuda` fetched for this kind of machine, the newest version of it: for a class, or
    /// for this user.
    pub fn fetched() -> Option<Self> {
        let (variable, cuda) = (|name: &str| env::var_os(name), Path::new("cuda"));
        let folder = shared(cuda, &variable).unwrap_or_else(|| cache_root(&variable).join(cuda));
        newest(&folder).map(Toolkit)
    }

    /// The toolkits of this machine, those named by `CUDA_HOME` and `CUDA_PATH` first.
    pub fn installed() -> Vec<Self> {
        let named = ["CUDA_HOME", "CUDA_PATH"].into_iter().filter_map(env::var_os);
        let named = named.filter(|path| !path.is_empty()).map(PathBuf::from);
        let mut others = entries(Path::new("/usr/local"), "cuda-");
        others.sort_by_key(|path| std::cmp::Reverse(version_in(&name_of(path))));
        let usual = ["/usr/local/cuda", "/opt/cuda"].map(PathBuf::from);
        let all = named.chain(usual).chain(others);
        all.filter(|path| path.is_dir()).map(Toolkit).collect()
    }

    /// The file of the library `stem`, e.g. `nvrtc`, whatever its version.
    pub fn library(&self, stem: &str) -> Option<PathBuf> {
        let beginning = format!("lib{stem}.so");
        let folders = ["lib64", "lib"].map(|folder| self.0.join(folder));
        let files = folders.iter().flat_map(|folder| entries(folder, &beginning));
        // Several names lead to one file; the shortest stays when the toolkit is updated.
        files.min_by_key(|path| name_of(path).len())
    }

    /// The folder of the headers, if it has those that kernels include.
    pub fn headers(&self) -> Option<PathBuf> {
        Some(self.0.join("include")).filter(|folder| folder.join("cuda_bf16.h").is_file())
    }
}

/// The subfolder `VERSION-ARCHITECTURE` of `folder` with the highest version.
fn newest(folder: &Path) -> Option<PathBuf> {
    let ending = format!("-{}", env::consts::ARCH);
    let ours = entries(folder, "").into_iter().filter(|path| name_of(path).ends_with(&ending));
    ours.max_by_key(|path| version_in(&name_of(path)))
}

/// The numbers in a name: `cuda-12.9` is [12, 9].
fn version_in(name: &str) -> Vec<u32> {
    let digits =
        name.split(|c: char| !c.is_ascii_digit() && c != '.').find(|part| !part.is_empty());
    digits.unwrap_or_default().split('.').map_while(|part| part.parse().ok()).collect()
}

fn entries(folder: &Path, beginning: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| name_of(path).starts_with(beginning)).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files in it, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn with(name: &str, files: &[&str]) -> Self {
            let folder = env::temp_dir().join(format!("lesson-{name}-{}", std::process::id()));
            for file in files {
                let path = folder.join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "").unwrap();
            }
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn the_newest_version_for_this_machine_is_taken() {
        let arch = env::consts::ARCH;
        let [old, new, other] =
            [format!("9.10.1-{arch}/x"), format!("12.9.86-{arch}/x"), "13.0.1-vax/x".into()];
        let folder = Folder::with("newest", &[&old, &new, &other]);
        let found = newest(&folder.0).unwrap();
        assert_eq!(name_of(&found), format!("12.9.86-{arch}"));
        assert_eq!(newest(&folder.0.join("nowhere")), None);
    }

    #[test]
    fn a_library_is_found_whatever_its_version_and_headers_when_they_are_there() {
        let files =
            ["lib/libnvrtc.so.12.9.86", "lib/libnvrtc.so.12", "lib/libnvrtc-builtins.so.12.9"];
        let folder = Folder::with("toolkit", &files);
        let toolkit = Toolkit(folder.0.clone());
        assert_eq!(toolkit.library("nvrtc"), Some(folder.0.join(files[1])));
        assert_eq!(toolkit.library("nvrtc-builtins"), Some(folder.0.join(files[2])));
        assert_eq!(toolkit.library("cublas"), None);
        assert_eq!(toolkit.headers(), None);
        fs::create_dir(folder.0.join("include")).unwrap();
        fs::write(folder.0.join("include/cuda_bf16.h"), "").unwrap();
        assert_eq!(toolkit.headers(), Some(folder.0.join("include")));
    }
}
