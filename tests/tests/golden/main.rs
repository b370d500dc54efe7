//! The library against what PyTorch and scikit-learn computed: `tests/data` has their results, and the
//! programs that made them.

mod dbscan;
mod einsum;
mod kmeans;
mod mean_shift;
mod print;
mod random;
mod segmentation;
