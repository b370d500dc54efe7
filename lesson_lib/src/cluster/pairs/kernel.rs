//! The inner loops, compiled once for each set of vector instructions.
#![allow(unsafe_code)]

use super::exp2::Lane;
use super::profile::{Distance, Epanechnikov, Flat, Gaussian, Profile, Triangular, Weigh};
use std::ops::Range;

/// Points as one of them sees them.
pub struct View<'a, T> {
    pub(super) profile: Profile<T>,
    /// The chunks of [`Points`](super::Points).
    pub(super) chunks: &'a [T],
    /// The positions of the points that count.
    pub(super) range: Range<usize>,
    /// The coordinates of the point that looks: `(d)`.
    pub(super) from: &'a [T],
}

/// The inner loops for one set of vector instructions.
#[derive(Clone, Copy)]
pub struct Kernel<T: 'static> {
    run: unsafe fn(&View<T>, &mut [f64]) -> f64,
}

impl<T> Kernel<T> {
    /// Returns `Σ w` over the points in view and adds `Σ w·(p − q)` to `offset: (d)`.
    pub(super) fn add(&self, view: &View<T>, offset: &mut [f64]) -> f64 {
        // SAFETY: `Kernels::available` lists a kernel only where the CPU has its instructions.
        unsafe { (self.run)(view, offset) }
    }
}

/// The kernels of a number type.
pub trait Kernels: Lane {
    /// The points of a chunk: one vector of the widest instructions.
    const LANES: usize;

    /// The kernels that this CPU can run, fastest first.
    fn available() -> Vec<Kernel<Self>>;

    /// The fastest kernel that this CPU can run.
    fn fastest() -> Kernel<Self> {
        Self::available().swap_remove(0)
    }

    /// The next larger number.
    fn above(self) -> Self;

    /// The next smaller number.
    fn below(self) -> Self;
}

#[cfg(target_arch = "x86_64")]
macro_rules! compiled {
    ($float:ty, $lanes:literal, $instructions:literal) => {{
        #[target_feature(enable = $instructions)]
        unsafe fn run(view: &View<$float>, offset: &mut [f64]) -> f64 {
            sums::<$float, $lanes, true>(view, offset)
        }
        Kernel { run }
    }};
}

macro_rules! kernels {
    ($float:ty, $lanes:literal) => {
        impl Kernels for $float {
            const LANES: usize = $lanes;

            fn available() -> Vec<Kernel<Self>> {
                let mut kernels = Vec::new();
                #[cfg(target_arch = "x86_64")]
                if has_avx512() {
                    kernels.push(compiled!($float, $lanes, "avx512f,avx512vl,avx512dq"));
                }
                #[cfg(target_arch = "x86_64")]
                if has_avx2() {
                    kernels.push(compiled!($float, $lanes, "avx2,fma"));
                }
                let run = sums::<$float, $lanes, { cfg!(target_feature = "fma") }>;
                kernels.push(Kernel { run });
                kernels
            }

            fn above(self) -> Self {
                self.next_up()
            }

            fn below(self) -> Self {
                self.next_down()
            }
        }
    };
}

kernels!(f32, 16);
kernels!(f64, 8);

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}

/// [`Kernel::add`], for `L` lanes.
#[inline(always)]
fn sums<T: Lane, const L: usize, const FUSED: bool>(view: &View<T>, offset: &mut [f64]) -> f64 {
    match view.profile {
        Profile::Gaussian(scale) => by_dimension::<T, _, L, FUSED>(Gaussian(scale), view, offset),
        Profile::Triangular(slope) => {
            by_dimension::<T, _, L, FUSED>(Triangular(slope), view, offset)
        }
        Profile::Flat(square) => by_dimension::<T, _, L, FUSED>(Flat(square), view, offset),
        Profile::Epanechnikov(scale) => {
            by_dimension::<T, _, L, FUSED>(Epanechnikov(scale), view, offset)
        }
        Profile::Distance => by_dimension::<T, _, L, FUSED>(Distance, view, offset),
    }
}

#[inline(always)]
fn by_dimension<T: Lane, W: Weigh<T>, const L: usize, const FUSED: bool>(
    weigh: W,
    view: &View<T>,
    offset: &mut [f64],
) -> f64 {
    match view.from.len() {
        2 => in_registers::<T, W, 2, L, FUSED>(weigh, view, offset),
        3 => in_registers::<T, W, 3, L, FUSED>(weigh, view, offset),
        _ => in_memory::<T, W, L, FUSED>(weigh, view, offset),
    }
}

/// The sums of a few coordinates, which stay in registers.
#[inline(always)]
fn in_registers<T: Lane, W: Weigh<T>, const D: usize, const L: usize, const FUSED: bool>(
    weigh: W,
    view: &View<T>,
    offset: &mut [f64],
) -> f64 {
    let from: &[T; D] = view.from.try_into().expect("D coordinates");
    let chunks = view.chunks.as_chunks::<L>().0.as_chunks::<D>().0;
    let mut sums = Sums { weights: [T::ZERO; L], offsets: [[T::ZERO; L]; D] };
    let (edges, whole) = split::<L>(&view.range);
    for chunk in &chunks[whole] {
        sums.add::<W, FUSED>(weigh, from, chunk, 0..L);
    }
    for (chunk, lanes) in edges {
        if !lanes.is_empty() {
            sums.add::<W, FUSED>(weigh, from, &chunks[chunk], lanes);
        }
    }
    for (offset, sums) in offset.iter_mut().zip(&sums.offsets) {
        *offset += total(sums);
    }
    total(&sums.weights)
}

struct Sums<T, const D: usize, const L: usize> {
    weights: [T; L],
    offsets: [[T; L]; D],
}

impl<T: Lane, const D: usize, const L: usize> Sums<T, D, L> {
    /// Adds the points of a chunk that stand in `lanes`.
    #[inline(always)]
    fn add<W: Weigh<T>, const FUSED: bool>(
        &mut self,
        weigh: W,
        from: &[T; D],
        chunk: &[[T; L]; D],
        lanes: Range<usize>,
    ) {
        let Self { weights, offsets } = self;
        for l in 0..L {
            let mut difference = [T::ZERO; D];
            let mut squared = T::ZERO;
            for k in 0..D {
                difference[k] = chunk[k][l].minus(from[k]);
                squared = difference[k].multiply_add::<FUSED>(difference[k], squared);
            }
            let weight = weigh.weigh::<FUSED>(squared);
            let weight = if lanes.contains(&l) { weight } else { T::ZERO };
            weights[l] = weights[l].plus(weight);
            for k in 0..D {
                offsets[k][l] = weight.multiply_add::<FUSED>(difference[k], offsets[k][l]);
            }
        }
    }
}

/// The sums of any number of coordinates, which stay in the cache.
#[inline(always)]
fn in_memory<T: Lane, W: Weigh<T>, const L: usize, const FUSED: bool>(
    weigh: W,
    view: &View<T>,
    offset: &mut [f64],
) -> f64 {
    let d = view.from.len();
    let chunks = view.chunks.as_chunks::<L>().0;
    let mut weights = [T::ZERO; L];
    let mut offsets = vec![[T::ZERO; L]; d];
    let (edges, whole) = split::<L>(&view.range);
    let whole = whole.map(|chunk| (chunk, 0..L));
    for (chunk, lanes) in whole.chain(edges).filter(|(_, lanes)| !lanes.is_empty()) {
        let chunk = &chunks[chunk * d..(chunk + 1) * d];
        let mut weight = [T::ZERO; L];
        for (coordinates, &from) in chunk.iter().zip(view.from) {
            for l in 0..L {
                let difference = coordinates[l].minus(from);
                weight[l] = difference.multiply_add::<FUSED>(difference, weight[l]);
            }
        }
        for l in 0..L {
            let counted = weigh.weigh::<FUSED>(weight[l]);
            weight[l] = if lanes.contains(&l) { counted } else { T::ZERO };
            weights[l] = weights[l].plus(weight[l]);
        }
        for ((coordinates, &from), sums) in chunk.iter().zip(view.from).zip(&mut offsets) {
            for l in 0..L {
                let difference = coordinates[l].minus(from);
                sums[l] = weight[l].multiply_add::<FUSED>(difference, sums[l]);
            }
        }
    }
    for (offset, sums) in offset.iter_mut().zip(&offsets) {
        *offset += total(sums);
    }
    total(&weights)
}

/// A range of positions as two chunks of which only some lanes count, and whole chunks.
fn split<const L: usize>(range: &Range<usize>) -> ([(usize, Range<usize>); 2], Range<usize>) {
    let (first, last) = (range.start / L, range.end / L);
    let (from, to) = (range.start % L, range.end % L);
    if first == last {
        return ([(first, from..to), (last, 0..0)], 0..0);
    }
    let whole = range.start.div_ceil(L)..last;
    let head = if from == 0 { 0..0 } else { from..L };
    ([(first, head), (last, 0..to)], whole)
}

/// The sum of all lanes.
#[inline(always)]
fn total<T: Lane, const L: usize>(lanes: &[T; L]) -> f64 {
    let mut sums = [0.0; 4];
    for (l, &lane) in lanes.iter().enumerate() {
        let lane: f64 = lane.into();
        sums[l % 4] += lane;
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
