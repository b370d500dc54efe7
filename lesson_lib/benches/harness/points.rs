//! Points in a file, so that every program works on the same ones.

use lesson_lib::ndarray::Array2;
use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

/// A folder for the points of one benchmark, which goes with it.
pub struct PointsFolder(PathBuf);

impl PointsFolder {
    /// An empty folder among the temporary files.
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("lesson-points-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder for the points");
        Self(folder)
    }

    /// Writes `x: (n, d)` in single precision; returns `d` and the path, as cases name them. A name
    /// stands for the same points in all cases, for a worker reads them once.
    pub fn write(&self, name: &str, x: &Array2<f32>) -> String {
        let path = self.0.join(name);
        let bytes: Vec<u8> = x.iter().flat_map(|value| value.to_le_bytes()).collect();
        fs::write(&path, bytes).expect("room for the points");
        format!("{} {}", x.ncols(), path.display())
    }
}

impl Drop for PointsFolder {
    fn drop(&mut self) {
        // What is left goes with the system's temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The points that [`PointsFolder::write`] wrote.
pub fn read(path: &Path, d: usize) -> Option<Array2<f32>> {
    let bytes = fs::read(path).ok()?;
    let (values, _) = bytes.as_chunks::<4>();
    let values: Vec<f32> = values.iter().map(|value| f32::from_le_bytes(*value)).collect();
    Array2::from_shape_vec((values.len() / d, d), values).ok()
}
