//! Keys of 64 bits in order, by the kernels in `kernels/keys.cu`.

use super::sorting::scan;
use crate::Result;
use crate::device::{Buffer, Device, Kernel, Launch};
use ndarray::Ix1;

/// Keys that a block sorts by a digit, and the bits of a digit.
const TILE: usize = 2048;
const DIGIT: u32 = 8;

/// Keys with room to sort them, over and over.
pub(crate) struct KeySort {
    device: Device,
    /// `(n)`, from 0 on.
    pub(crate) keys: Buffer<i64, Ix1>,
    /// Which row each of the sorted keys is of: `(n)`.
    pub(crate) rows: Buffer<i32, Ix1>,
    spare_keys: Buffer<i64, Ix1>,
    spare_rows: Buffer<i32, Ix1>,
    /// How often each digit is in each tile.
    counts: Buffer<i32, Ix1>,
}

impl KeySort {
    /// Takes keys, at least one.
    pub(crate) fn new(device: &Device, keys: Buffer<i64, Ix1>) -> Result<Self> {
        let n = keys.len();
        Ok(Self {
            device: device.clone(),
            keys,
            rows: device.zeros_of(n)?,
            spare_keys: device.zeros_of(n)?,
            spare_rows: device.zeros_of(n)?,
            counts: device.zeros_of(n.div_ceil(TILE) << DIGIT)?,
        })
    }

    /// Sorts the keys, all of them below 2 to the power of `bits`. Those that are equal stay in their order.
    pub(crate) fn sort(&mut self, bits: u32) -> Result<()> {
        (0..bits.max(1)).step_by(DIGIT as usize).try_for_each(|shift| self.sort_by_digit(shift))
    }

    fn sort_by_digit(&mut self, shift: u32) -> Result<()> {
        let n = self.keys.len();
        let (launch, shift) = (Launch::blocks(n.div_ceil(TILE)), shift as usize);
        let Self { device, keys, rows, spare_keys, spare_rows, counts } = self;
        kernel(device, "keys_count")?.launch(launch, (&*keys, &mut *counts, shift, n))?;
        scan(device, counts)?;
        let is_first = usize::from(shift == 0);
        let out = (&mut *spare_keys, &mut *spare_rows);
        let arguments = (&*keys, &*rows, &*counts, out.0, out.1, shift, is_first, n);
        kernel(device, "keys_place")?.launch(launch, arguments)?;
        std::mem::swap(keys, spare_keys);
        std::mem::swap(rows, spare_rows);
        Ok(())
    }
}

/// Each of some sorted keys once.
pub(crate) struct DistinctKeys {
    /// Ascending: `(m)`.
    pub(crate) keys: Buffer<i64, Ix1>,
    /// Where each of them begins among the sorted, and their number: `(m + 1)`.
    pub(crate) starts: Buffer<i32, Ix1>,
    /// How many have begun before each of the sorted keys, and in all: `(n + 1)`.
    pub(crate) begun: Buffer<i32, Ix1>,
}

impl DistinctKeys {
    /// Of `sorted: (n)`, at least one. Waits for the device, to learn how many they are.
    pub(crate) fn new(device: &Device, sorted: &Buffer<i64, Ix1>) -> Result<Self> {
        let n = sorted.len();
        let mut begun = device.zeros_of(n + 1)?;
        kernel(device, "keys_begin")?.launch(Launch::over(n), (sorted, &mut begun, n))?;
        let m = scanned(device, &mut begun)?;
        let (mut keys, mut starts) = (device.zeros_of(m)?, device.zeros_of(m + 1)?);
        let arguments = (sorted, &begun, &mut keys, &mut starts, n, m);
        kernel(device, "keys_distinct")?.launch(Launch::over(n), arguments)?;
        Ok(Self { keys, starts, begun })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

/// `keys: (m)`, ascending and at least one, and all that are up to `reach` strides away from one of them.
///
/// With `near`, a list and a stride, only those of the others count that are up to `reach` such strides
/// away from one of that list. All are below 2 to the power of `bits`.
pub(crate) fn keys_around(
    device: &Device,
    keys: &Buffer<i64, Ix1>,
    (stride, reach): (i64, usize),
    near: Option<(&Buffer<i64, Ix1>, i64)>,
    bits: u32,
) -> Result<Buffer<i64, Ix1>> {
    let (m, launch) = (keys.len(), Launch::over(keys.len()));
    let (near, near_stride) = near.unwrap_or((keys, 0));
    let others = near.len();
    let mut starts = device.zeros_of(m + 1)?;
    let arguments = (keys, near, &mut starts, stride, near_stride, reach, m, others);
    kernel(device, "keys_around_count")?.launch(launch, arguments)?;
    let found = scanned(device, &mut starts)?;
    let mut around = device.zeros_of(found)?;
    if found > 0 {
        let arguments = (keys, near, &starts, &mut around, stride, near_stride, reach, m, others);
        kernel(device, "keys_around_list")?.launch(launch, arguments)?;
        let mut sort = KeySort::new(device, around)?;
        sort.sort(bits)?;
        around = sort.keys;
    }
    merged(device, keys, &around)
}

/// Two ascending lists, the first of them not empty, which have no key in common, as one.
fn merged(device: &Device, a: &Buffer<i64, Ix1>, b: &Buffer<i64, Ix1>) -> Result<Buffer<i64, Ix1>> {
    let mut all = device.zeros_of(a.len() + b.len())?;
    for (own, other) in [(a, b), (b, a)] {
        if !own.is_empty() {
            let arguments = (own, other, &mut all, own.len(), other.len());
            kernel(device, "keys_merge")?.launch(Launch::over(own.len()), arguments)?;
        }
    }
    Ok(all)
}

/// Scans counts, with a zero at their end, and waits for their sum.
fn scanned(device: &Device, counts: &mut Buffer<i32, Ix1>) -> Result<usize> {
    let n = counts.len() - 1;
    scan(device, counts)?;
    let mut sum = device.zeros_of::<i32, _>(1)?;
    kernel(device, "keys_last")?.launch(Launch::blocks(1).block(32), (&*counts, &mut sum, n))?;
    Ok(sum.download()?[0] as usize)
}

fn kernel(device: &Device, name: &str) -> Result<Kernel> {
    device.kernels("keys.cu")?.kernel(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Generator;
    use ndarray::Array1;
    use std::collections::BTreeSet;

    /// Numbers below 2 to the power of `bits`, so many that some are equal where the power is small.
    fn numbers(random: &mut Generator, n: usize, bits: u32) -> Vec<i64> {
        let halves = random.randint(0, 1 << 30, (n, 2)).unwrap();
        halves.rows().into_iter().map(|row| (row[0] << 30 | row[1]) & ((1 << bits) - 1)).collect()
    }

    fn uploaded(device: &Device, keys: &[i64]) -> Buffer<i64, Ix1> {
        device.upload(&Array1::from_vec(keys.to_vec())).unwrap()
    }

    #[test]
    fn rows_are_in_the_order_of_their_keys_and_equal_ones_in_their_own() {
        let mut random = Generator::from_entropy();
        for device in [Device::cpu(), Device::checked()] {
            for (n, bits) in
                [(1, 1), (31, 3), (255, 8), (256, 9), (2048, 12), (2049, 60), (20_003, 17)]
            {
                let keys = numbers(&mut random, n, bits);
                let mut sort = KeySort::new(&device, uploaded(&device, &keys)).unwrap();
                sort.sort(bits).unwrap();
                let mut expected: Vec<usize> = (0..n).collect();
                expected.sort_by_key(|&row| keys[row]);
                let rows = sort.rows.download().unwrap().mapv(|row| row as usize);
                let context = format!("{n} keys, {bits} bits, seed {}", random.initial_seed());
                assert_eq!(rows.to_vec(), expected, "{context}");
                let sorted: Vec<i64> = expected.iter().map(|&row| keys[row]).collect();
                assert_eq!(sort.keys.download().unwrap().to_vec(), sorted, "{context}");

                let found = DistinctKeys::new(&device, &sort.keys).unwrap();
                let distinct: BTreeSet<i64> = keys.iter().copied().collect();
                let distinct: Vec<i64> = distinct.into_iter().collect();
                assert_eq!(found.keys.download().unwrap().to_vec(), distinct, "{context}");
                let starts = found.starts.download().unwrap();
                for (at, key) in distinct.iter().enumerate() {
                    let begin = sorted.partition_point(|other| other < key);
                    assert_eq!(starts[at] as usize, begin, "{context}");
                }
                assert_eq!(starts[distinct.len()] as usize, n, "{context}");
                let begun = found.begun.download().unwrap();
                assert!(
                    sorted
                        .iter()
                        .zip(begun.iter().skip(1))
                        .all(|(key, &begun)| { distinct[begun as usize - 1] == *key })
                );
            }
        }
    }

    /// Keys of a plane of 40 by 40 with room of `reach` around it, where a stride of 100 goes down a row.
    #[test]
    fn keys_around_others_are_found_once() {
        const STRIDES: [i64; 2] = [100, 1];
        let mut random = Generator::from_entropy();
        for device in [Device::cpu(), Device::checked()] {
            for (n, reach) in [(1, 3), (5, 1), (30, 5), (300, 2), (600, 9)] {
                let places = random.randint(0, 40, (n, 2)).unwrap();
                let key = |(i, j): (i64, i64)| (i + 30) * STRIDES[0] + j + 30;
                let keys: BTreeSet<i64> =
                    places.rows().into_iter().map(|row| key((row[0], row[1]))).collect();
                let near = |key: i64, stride: i64| {
                    let steps = -(reach as i64)..=reach as i64;
                    steps.into_iter().any(|step| keys.contains(&(key + step * stride)))
                };
                let all: Vec<i64> = (0..10_000).filter(|&key| near(key, STRIDES[1])).collect();
                let list = uploaded(&device, &keys.iter().copied().collect::<Vec<_>>());
                let of = |filter| {
                    let found = keys_around(&device, &list, (STRIDES[1], reach), filter, 14);
                    found.unwrap().download().unwrap().to_vec()
                };
                let context = format!("{n}, {reach}, seed {}", random.initial_seed());
                assert_eq!(of(None), all, "{context}");
                let both: Vec<i64> =
                    all.iter().copied().filter(|&key| near(key, STRIDES[0])).collect();
                assert_eq!(of(Some((&list, STRIDES[0]))), both, "{context}");
            }
        }
    }
}
