//! Which engine moves the points in an iteration.

use super::cell_by_cell::{CellByCell, CellOrder};
use super::point_by_point::PointByPoint;
use super::swarm::Swarm;
use crate::cluster::mean_shift::fast::engine::FastEngine;
use crate::cluster::mean_shift::fast::interpolation::radius;
use crate::cluster::mean_shift::fast::settings::FastMeanShift;
use crate::cluster::mean_shift::settings::NAME;
use crate::cluster::weight::Weight;
use crate::device::Device;
use crate::{Error, Result};

/// No accuracy is finer on a device: coordinates are in single precision.
const FINEST: f64 = 4e-6;

/// What a pair of points costs, in multiplications and additions of double precision. By the number of
/// instructions of both on an H200, not measured.
const PAIR: f64 = 6.0;

/// With so many points in an occupied cell there is no need to count pairs.
const CROWD: usize = 64;

/// One of the engines, or both.
pub(super) struct Mover {
    points: PointByPoint,
    cells: Option<CellByCell>,
    /// Whether points may be moved one by one where that is cheaper, or where cells are too many.
    may_change: bool,
}

impl Mover {
    /// For `(n, d)` points, whose coordinates are data units times `scale`.
    pub(super) fn new(
        settings: &FastMeanShift,
        device: &Device,
        shape: (usize, usize),
        scale: f64,
    ) -> Result<Self> {
        let weight = scaled(settings.shift.weight, scale);
        let (width, step) = (weight.width(), settings.shift.step);
        let accuracy = settings.accuracy.max(FINEST);
        let reach = match weight {
            Weight::Gaussian(_) => radius(shape.0 as f64, accuracy) * width,
            _ => width,
        };
        let by_cells = engine_on_device(settings)? == FastEngine::Interpolation;
        let cells = by_cells.then(|| CellByCell::new(device, shape, width, accuracy, step));
        let points = PointByPoint::new(weight, reach, step);
        Ok(Self { points, cells: cells.transpose()?, may_change: settings.engine.is_none() })
    }

    pub(super) fn iterate(&mut self, swarm: &mut Swarm) -> Result<()> {
        let Self { points, cells: Some(cells), may_change } = self else {
            return self.points.iterate(swarm);
        };
        match cells.order(swarm)? {
            Some(order) if *may_change => by_the_cheaper(points, cells, swarm, order),
            Some(order) => cells.advance(swarm, &order),
            None if *may_change => points.iterate(swarm),
            None => Err(Error::argument(NAME, TOO_WIDE)),
        }
    }
}

const TOO_WIDE: &str = "the points lie too many widths of the Gaussian apart to number the cells \
                        between them: leave the choice of the engine open, or take `FastEngine::NearPairs`";

/// Moves points, which are in the order of cells, one by one where few are near to each other.
fn by_the_cheaper(
    points: &PointByPoint,
    cells: &mut CellByCell,
    swarm: &mut Swarm,
    order: CellOrder,
) -> Result<()> {
    let ((n, d), m) = (swarm.dim(), order.len());
    if n >= CROWD * m {
        return cells.advance(swarm, &order);
    }
    drop(order);
    let near = points.order(swarm)?;
    if PAIR * near.pairs(&swarm.device)? < cells.products((n, d), m) {
        return points.advance(swarm, &near);
    }
    drop(near);
    let order = cells.order(swarm)?;
    cells.advance(swarm, &order.expect("the same cells as before"))
}

fn engine_on_device(settings: &FastMeanShift) -> Result<FastEngine> {
    match (settings.engine, settings.shift.weight) {
        (Some(engine @ (FastEngine::Moments | FastEngine::Multipole)), _) => {
            let problem = format!("a device has no `{engine:?}`: take `NearPairs`, or `run`");
            Err(Error::argument(NAME, problem))
        }
        (Some(engine), _) => Ok(engine),
        (None, Weight::Gaussian(_)) => Ok(FastEngine::Interpolation),
        (None, _) => Ok(FastEngine::NearPairs),
    }
}

/// The weight with its width times `scale`. Greater widths than 10³⁸ times the extent of the points are all
/// the same, and single precision does not hold them.
fn scaled(weight: Weight, scale: f64) -> Weight {
    weight.scaled(scale.clamp(1e-30 / weight.width(), 1e38 / weight.width()))
}
