//! The kernels for neighbours and DBSCAN on a GPU: the times of whole answers.
//!
//! `cargo bench -p lesson_lib --bench device_neighbors` prints the tables. Without a GPU it prints
//! none, because times of the CPU device say nothing about GPUs; `-- --on-cpu` prints a small one,
//! labelled as what it is.

#[path = "harness/table.rs"]
mod table;
#[path = "harness/turns.rs"]
mod turns;

use lesson_lib::cluster::dbscan::{self, Dbscan};
use lesson_lib::device::{Buffer, Device};
use lesson_lib::ndarray::{Array2, Ix2};
use lesson_lib::neighbors::{self, DeviceNeighbors};
use lesson_lib::random::Generator;
use lesson_lib::{Result, data};
use table::table;
use turns::{Contestant, measure};

/// Sizes of the points.
const SIZES: [(usize, usize); 4] = [(10_000, 2), (1_000_000, 2), (10_000_000, 2), (1_000_000, 3)];

/// Points in the lesson's six clouds, of which a radius of 1 holds more the more there are.
const CROWDED: [usize; 2] = [100_000, 1_000_000];
const FEW_CROWDED: usize = 12_000;

/// The most points for which every pair is looked at.
const FEW: usize = 20_000;

/// Neighbours of a point within the radius, in the mean.
const NEIGHBORS: f64 = 10.0;

/// How many nearest are sought, and how many points make a crowd.
const NEAREST: usize = 8;
const MIN_POINTS: usize = 5;

fn main() -> Result<()> {
    let on_cpu = std::env::args().any(|argument| argument == "--on-cpu");
    let device = Device::best()?;
    match (device.is_cuda(), on_cpu) {
        (true, _) => {
            print!("# Neighbours and DBSCAN on {device}\n\n");
            SIZES.into_iter().try_for_each(|shape| tables(&device, shape))?;
            CROWDED.into_iter().try_for_each(|n| crowds(&device, n))
        }
        (false, true) => {
            print!("# Neighbours and DBSCAN on {device}: these are not GPU times\n\n");
            tables(&device, SIZES[0])?;
            crowds(&device, FEW_CROWDED)
        }
        (false, false) => {
            println!(
                "{device} is not a GPU: its times would say nothing about the kernels. \
                 Add `-- --on-cpu` to see them all the same."
            );
            Ok(())
        }
    }
}

/// Points of a square or a cube in which one has the room of one, and the radius of a ball with
/// room for so many.
fn points((n, d): (usize, usize)) -> (Array2<f32>, f64) {
    let side = (n as f64).powf(1.0 / d as f64);
    let ball = if d == 2 { std::f64::consts::PI } else { 4.0 / 3.0 * std::f64::consts::PI };
    let x: Array2<f32> = Generator::new(42).rand((n, d));
    (x * side as f32, (NEIGHBORS / ball).powf(1.0 / d as f64))
}

fn tables(device: &Device, shape: (usize, usize)) -> Result<()> {
    let (x, radius) = points(shape);
    let buffer = device.upload(&x)?;
    let mut searches = of_neighbors(device, &x, &buffer, radius);
    measure(&mut searches)?;
    let title = format!("{shape:?}, {NEAREST} nearest, or within {radius:.3}, of every point");
    print_table(&title, shape.0, searches);
    dbscan_table(device, &x, radius)
}

/// DBSCAN where each point has many neighbours.
fn crowds(device: &Device, n: usize) -> Result<()> {
    dbscan_table(device, &data::blobs(6, n / 6, &mut Generator::new(42)).data, 1.0)
}

fn dbscan_table(device: &Device, x: &Array2<f32>, eps: f64) -> Result<()> {
    let buffer = device.upload(x)?;
    let mut contestants = of_dbscan(device, x, &buffer, eps);
    measure(&mut contestants)?;
    let counts =
        DeviceNeighbors::of_buffer(device, &buffer, Some(eps))?.counts_on_device(&buffer, eps)?;
    let pairs: f64 = counts.download()?.iter().map(|&count| f64::from(count)).sum();
    let (shape, mean) = (x.dim(), pairs / x.nrows() as f64);
    let title =
        format!("{shape:?}, DBSCAN, eps {eps:.3}, {MIN_POINTS} points; {mean:.0} neighbours");
    print_table(&title, x.nrows(), contestants);
    Ok(())
}

fn of_neighbors<'a>(
    device: &'a Device,
    x: &'a Array2<f32>,
    buffer: &'a Buffer<f32, Ix2>,
    radius: f64,
) -> Vec<Contestant<'a>> {
    let build = move || DeviceNeighbors::of_buffer(device, buffer, Some(radius));
    let idea = "Points are sorted into cells.";
    let mut all = vec![Contestant::new("the grid alone".into(), idea, move || {
        build()?;
        device.synchronize()
    })];
    for version in neighbors::KERNEL_VERSIONS {
        if version == neighbors::KernelVersion::V1AllPairs && x.nrows() > FEW {
            continue;
        }
        all.push(Contestant::new(format!("count, {version}"), version.idea(), move || {
            build()?.by(version).counts_on_device(buffer, radius)?;
            device.synchronize()
        }));
        all.push(Contestant::new(format!("nearest, {version}"), version.idea(), move || {
            build()?.by(version).nearest_on_device(buffer, NEAREST)?;
            device.synchronize()
        }));
    }
    let idea = "The best version, copies to and from the device included.";
    all.push(Contestant::new("nearest".into(), idea, move || {
        DeviceNeighbors::with_side(device, x, radius)?.nearest(x, NEAREST).map(|_| ())
    }));
    all.push(Contestant::new("within".into(), idea, move || {
        DeviceNeighbors::with_side(device, x, radius)?.within(x, radius).map(|_| ())
    }));
    all
}

fn of_dbscan<'a>(
    device: &'a Device,
    x: &'a Array2<f32>,
    buffer: &'a Buffer<f32, Ix2>,
    radius: f64,
) -> Vec<Contestant<'a>> {
    let dbscan = Dbscan::new(radius, MIN_POINTS);
    let versions = dbscan::KERNEL_VERSIONS.into_iter();
    let few = x.nrows() <= FEW;
    let versions = versions.filter(|version| few || *version != dbscan::KernelVersion::V1AllPairs);
    let mut all: Vec<_> = versions
        .map(|version| {
            Contestant::new(version.to_string(), version.idea(), move || {
                version.run(device, &dbscan, buffer)?;
                device.synchronize()
            })
        })
        .collect();
    let idea = "The best version, copies to and from the device included.";
    let run = move || dbscan.run_on(device, x).map(|_| ());
    all.push(Contestant::new("run_on".into(), idea, run));
    all
}

fn print_table(title: &str, n: usize, contestants: Vec<Contestant<'_>>) {
    let rows = contestants.into_iter().map(|contestant| {
        let [least, median] = contestant.least_and_median();
        vec![
            contestant.name,
            format!("{:.2}", least * 1e3),
            format!("{:.2}", median * 1e3),
            format!("{:.1}", n as f64 / median / 1e6),
            contestant.idea.into(),
        ]
    });
    let head = ["answer, with the grid", "ms, least", "ms, median", "10⁶ points/s", "idea"];
    println!("## {title}\n\n{}", table(&head.map(String::from), &rows.collect::<Vec<_>>()));
}
