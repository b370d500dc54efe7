//! Chooses which two arrays of a long product meet first.

use crate::einsum::equation::LabelSet;

/// How the order of pairwise contractions is chosen.
///
/// The order changes the work, never the result (beyond rounding).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strategy {
    /// As written, from left to right.
    LeftToRight,
    /// The pair whose result adds least to the memory that the pair itself takes, outer products
    /// last.
    Greedy,
    /// The order with the fewest multiplications. The search takes 3ⁿ steps, so more than twelve
    /// operands are ordered greedily.
    Optimal,
    /// [`Optimal`](Strategy::Optimal) up to five operands, then [`Greedy`](Strategy::Greedy).
    #[default]
    Auto,
}

/// Beyond this number of operands [`Strategy::Optimal`] falls back to the greedy choice.
const OPTIMAL_LIMIT: usize = 12;

/// Chooses pairs to contract. Operands count from 0; the result of step `i` is `terms.len() + i`.
pub(crate) fn choose(
    strategy: Strategy,
    terms: &[LabelSet],
    output: LabelSet,
    sizes: &[usize],
) -> Vec<(usize, usize)> {
    let count = terms.len();
    match strategy {
        _ if count <= 2 => left_to_right(count),
        Strategy::LeftToRight => left_to_right(count),
        Strategy::Optimal if count <= OPTIMAL_LIMIT => optimal(terms, output, sizes),
        Strategy::Auto if count <= 5 => optimal(terms, output, sizes),
        _ => greedy(terms, output, sizes),
    }
}

fn left_to_right(count: usize) -> Vec<(usize, usize)> {
    (1..count).map(|next| (if next == 1 { 0 } else { count + next - 2 }, next)).collect()
}

/// The labels that the contraction of two terms must keep: those still needed elsewhere.
pub(crate) fn kept(
    pair: LabelSet,
    others: impl Iterator<Item = LabelSet>,
    output: LabelSet,
) -> LabelSet {
    pair & others.fold(output, |needed, term| needed | term)
}

/// Takes the pair with the smallest growth of memory, opt_einsum's greedy cost, and of those the
/// one with the least work; an outer product only when nothing shares a letter.
fn greedy(terms: &[LabelSet], output: LabelSet, sizes: &[usize]) -> Vec<(usize, usize)> {
    let mut open: Vec<(usize, LabelSet)> = terms.iter().copied().enumerate().collect();
    let mut steps = Vec::with_capacity(terms.len());
    while open.len() > 1 {
        let (i, j) = cheapest_pair(&open, output, sizes);
        let (right, right_labels) = open.remove(j);
        let (left, left_labels) = open.remove(i);
        let others = open.iter().map(|&(_, term)| term);
        let result = kept(left_labels | right_labels, others, output);
        open.push((terms.len() + steps.len(), result));
        steps.push((left, right));
    }
    steps
}

fn cheapest_pair(open: &[(usize, LabelSet)], output: LabelSet, sizes: &[usize]) -> (usize, usize) {
    let pairs = (1..open.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
    let cost = |&(i, j): &(usize, usize)| {
        let (left, right) = (open[i].1, open[j].1);
        let others = open.iter().enumerate().filter(|&(k, _)| k != i && k != j);
        let result = kept(left | right, others.map(|(_, &(_, term))| term), output);
        let growth = result.volume(sizes) - left.volume(sizes) - right.volume(sizes);
        (u8::from((left & right).is_empty()), growth, (left | right).volume(sizes))
    };
    let mut best = (0, 1);
    let mut best_cost = (u8::MAX, f64::INFINITY, f64::INFINITY);
    for pair in pairs {
        let cost = cost(&pair);
        if cost < best_cost {
            (best, best_cost) = (pair, cost);
        }
    }
    best
}

/// Dynamic programming over subsets: the cheapest way to one array for each set of operands.
fn optimal(terms: &[LabelSet], output: LabelSet, sizes: &[usize]) -> Vec<(usize, usize)> {
    let subsets = 1_usize << terms.len();
    let labels = labels_of_subsets(terms, output);
    let mut cost = vec![0.0; subsets];
    let mut split = vec![0; subsets];
    for set in (1..subsets).filter(|set| !set.is_power_of_two()) {
        (cost[set], split[set]) = cheapest_split(set, &labels, &cost, sizes);
    }
    let mut steps = Vec::with_capacity(terms.len());
    read_off(subsets - 1, &split, terms.len(), &mut steps);
    steps
}

/// What remains of each subset once it is contracted to one array.
fn labels_of_subsets(terms: &[LabelSet], output: LabelSet) -> Vec<LabelSet> {
    let members = |set: usize| (0..terms.len()).filter(move |i| set >> i & 1 == 1);
    let all = |set| members(set).fold(LabelSet::default(), |labels, i| labels | terms[i]);
    let full = (1_usize << terms.len()) - 1;
    let mut labels: Vec<_> = (0..=full).map(|set| all(set) & (output | all(full & !set))).collect();
    for (i, &term) in terms.iter().enumerate() {
        labels[1 << i] = term; // a single operand is still as it was given
    }
    labels
}

/// The cheapest cost of `set` over its splits in two, and the half of that split.
fn cheapest_split(set: usize, labels: &[LabelSet], cost: &[f64], sizes: &[usize]) -> (f64, usize) {
    let mut best = (f64::INFINITY, set & set.wrapping_neg());
    let mut half = (set - 1) & set;
    while half > set - half {
        let rest = set - half;
        let work = (labels[half] | labels[rest]).volume(sizes);
        let total = cost[half] + cost[rest] + work;
        if total < best.0 {
            best = (total, rest);
        }
        half = (half - 1) & set;
    }
    best
}

/// Writes the steps below `set` and returns the number of the array that holds it.
fn read_off(
    set: usize,
    split: &[usize],
    operands: usize,
    steps: &mut Vec<(usize, usize)>,
) -> usize {
    if set.is_power_of_two() {
        return set.trailing_zeros() as usize;
    }
    let left = read_off(split[set], split, operands, steps);
    let right = read_off(set - split[set], split, operands, steps);
    steps.push((left, right));
    operands + steps.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms as sets of letters, `a` being label 0.
    fn set(letters: &str) -> LabelSet {
        letters.bytes().map(|letter| letter - b'a').collect()
    }

    fn work(
        steps: &[(usize, usize)],
        terms: &[LabelSet],
        output: LabelSet,
        sizes: &[usize],
    ) -> f64 {
        let mut arrays: Vec<Option<LabelSet>> = terms.iter().copied().map(Some).collect();
        let mut total = 0.0;
        for &(left, right) in steps {
            let pair = arrays[left].take().unwrap() | arrays[right].take().unwrap();
            total += pair.volume(sizes);
            let result = kept(pair, arrays.iter().flatten().copied(), output);
            arrays.push(Some(result));
        }
        assert_eq!(arrays.iter().flatten().count(), 1, "every array is used once");
        total
    }

    /// Every order there is, tried one after the other.
    fn exhaustive(open: &[LabelSet], output: LabelSet, sizes: &[usize]) -> f64 {
        let mut best = if open.len() == 1 { 0.0 } else { f64::INFINITY };
        for j in 1..open.len() {
            for i in 0..j {
                let mut rest = open.to_vec();
                let pair = rest.remove(j) | rest.remove(i);
                rest.push(kept(pair, rest.iter().copied(), output));
                best = best.min(pair.volume(sizes) + exhaustive(&rest, output, sizes));
            }
        }
        best
    }

    #[test]
    fn optimal_matches_exhaustive_search() {
        let sizes = [2, 30, 4, 50, 6];
        for (terms, output) in [
            (vec!["ab", "bc", "cd", "de"], "ae"),
            (vec!["a", "b", "ab", "cde"], "c"),
            (vec!["abc", "cd", "da", "eb", "e"], ""),
            (vec!["ab", "ab", "ab"], "ab"),
            (vec!["", "a", "", "b"], "ba"),
        ] {
            let terms: Vec<_> = terms.into_iter().map(set).collect();
            let output = set(output);
            let steps = choose(Strategy::Optimal, &terms, output, &sizes);
            let best = exhaustive(&terms, output, &sizes);
            assert_eq!(work(&steps, &terms, output, &sizes), best);
            for strategy in [Strategy::LeftToRight, Strategy::Greedy, Strategy::Auto] {
                let steps = choose(strategy, &terms, output, &sizes);
                assert!(work(&steps, &terms, output, &sizes) >= best);
            }
        }
    }

    #[test]
    fn a_vector_at_the_end_is_multiplied_first() {
        let terms: Vec<_> = ["ab", "bc", "cd", "d"].into_iter().map(set).collect();
        for strategy in [Strategy::Optimal, Strategy::Greedy] {
            let steps = choose(strategy, &terms, set("a"), &[100; 4]);
            assert_eq!(work(&steps, &terms, set("a"), &[100; 4]), 3e4, "{strategy:?}");
        }
    }

    #[test]
    fn many_operands_stay_cheap_to_plan() {
        let terms: Vec<_> = (0..40).map(|i| set(&"abcdefgh"[i % 7..i % 7 + 2])).collect();
        for strategy in [Strategy::Auto, Strategy::Optimal, Strategy::LeftToRight] {
            let steps = choose(strategy, &terms, set("a"), &[3; 8]);
            work(&steps, &terms, set("a"), &[3; 8]);
        }
    }
}
