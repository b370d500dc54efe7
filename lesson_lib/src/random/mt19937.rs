//! The Mersenne Twister MT19937: 624 words of state, 32 random bits a draw.

const WORDS: usize = 624;
const SHIFT: usize = 397;

/// The Mersenne Twister of Matsumoto and Nishimura (ACM TOMACS 8, 1998), period 2¹⁹⁹³⁷ − 1.
///
/// ```
/// use lesson_lib::random::Mt19937;
/// let mut engine = Mt19937::new(5489);
/// assert_eq!(engine.next_u32(), 3499211612);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Mt19937 {
    state: [u32; WORDS],
    next: usize,
}

impl Mt19937 {
    /// The engine for a 32-bit seed (the authors' `init_genrand`).
    pub fn new(seed: u32) -> Self {
        let mut state = [seed; WORDS];
        for i in 1..WORDS {
            let previous = state[i - 1];
            state[i] = mixed(previous).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Self { state, next: WORDS }
    }

    /// The engine for a key of several words (the authors' `init_by_array`), for streams that
    /// are told apart by more than 32 bits. An empty key counts as one zero.
    pub fn from_key(key: &[u32]) -> Self {
        let key = if key.is_empty() { &[0] } else { key };
        let mut engine = Self::new(19_650_218);
        let mut cursor = 1;
        for step in 0..WORDS.max(key.len()) {
            let at = step % key.len();
            let word = key[at].wrapping_add(at as u32);
            engine.stir(&mut cursor, |mixed| mixed.wrapping_mul(1_664_525), word);
        }
        for _ in 1..WORDS {
            let word = (cursor as u32).wrapping_neg();
            engine.stir(&mut cursor, |mixed| mixed.wrapping_mul(1_566_083_941), word);
        }
        engine.state[0] = 0x8000_0000;
        engine
    }

    /// One step of `from_key`: word `cursor` takes in its left neighbour and `word`.
    fn stir(&mut self, cursor: &mut usize, scramble: impl Fn(u32) -> u32, word: u32) {
        let scrambled = scramble(mixed(self.state[*cursor - 1]));
        self.state[*cursor] = (self.state[*cursor] ^ scrambled).wrapping_add(word);
        *cursor += 1;
        if *cursor == WORDS {
            self.state[0] = self.state[WORDS - 1];
            *cursor = 1;
        }
    }

    /// The next 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.next == WORDS {
            self.twist();
        }
        let word = self.state[self.next];
        self.next += 1;
        temper(word)
    }

    /// The next 64 random bits: two draws of 32, the first one high.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        let high = u64::from(self.next_u32());
        high << 32 | u64::from(self.next_u32())
    }

    /// Fills `out` with `convert` of one draw each, a block of the state at a time.
    pub(super) fn fill<T>(&mut self, mut out: &mut [T], convert: impl Fn(u32) -> T) {
        while !out.is_empty() {
            if self.next == WORDS {
                self.twist();
            }
            let words = &self.state[self.next..];
            let count = words.len().min(out.len());
            let (now, later) = out.split_at_mut(count);
            for (slot, &word) in now.iter_mut().zip(words) {
                *slot = convert(temper(word));
            }
            self.next += count;
            out = later;
        }
    }

    /// Replaces all the words, in runs without a dependency between their words: each becomes a
    /// vector loop.
    fn twist(&mut self) {
        let last = WORDS - 1;
        let (low, high) = self.state.split_at_mut(WORDS - SHIFT);
        let boundary = high[0];
        for i in 0..low.len() {
            let right = if i + 1 < low.len() { low[i + 1] } else { boundary };
            low[i] = high[i + SHIFT - low.len()] ^ twisted(low[i], right);
        }
        for i in WORDS - SHIFT..last {
            self.state[i] =
                self.state[i + SHIFT - WORDS] ^ twisted(self.state[i], self.state[i + 1]);
        }
        self.state[last] = self.state[SHIFT - 1] ^ twisted(self.state[last], self.state[0]);
        self.next = 0;
    }
}

/// The seeding recurrence's mix of the word before.
fn mixed(word: u32) -> u32 {
    word ^ (word >> 30)
}

/// The top bit of `left` joined to the rest of `right`, times the twist matrix.
#[inline]
fn twisted(left: u32, right: u32) -> u32 {
    let joined = (left & 0x8000_0000) | (right & 0x7fff_ffff);
    // `right`'s low bit is `joined`'s: it selects the constant without a branch.
    (joined >> 1) ^ ((right & 1).wrapping_neg() & 0x9908_b0df)
}

/// The output transformation: bits of the state, well spread.
#[inline]
fn temper(word: u32) -> u32 {
    let word = word ^ (word >> 11);
    let word = word ^ ((word << 7) & 0x9d2c_5680);
    let word = word ^ ((word << 15) & 0xefc6_0000);
    word ^ (word >> 18)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO C++ (rand.predef) fixes the 10 000th output for the default seed.
    #[test]
    fn ten_thousandth_draw_is_the_published_one() {
        let mut engine = Mt19937::new(5489);
        let drawn = (0..10_000).map(|_| engine.next_u32()).last();
        assert_eq!(drawn, Some(4_123_659_995));
    }

    /// The first outputs that the authors publish for their key of four words.
    #[test]
    fn key_gives_the_published_outputs() {
        let mut engine = Mt19937::from_key(&[0x123, 0x234, 0x345, 0x456]);
        let drawn: Vec<u32> = (0..5).map(|_| engine.next_u32()).collect();
        assert_eq!(drawn, [1067595299, 955945823, 477289528, 4107218783, 4228976476]);
    }

    #[test]
    fn empty_and_long_keys_are_accepted() {
        let long: Vec<u32> = (0..1500).collect();
        let mut engines = [Mt19937::from_key(&[]), Mt19937::from_key(&long)];
        let drawn = engines.each_mut().map(Mt19937::next_u32);
        assert_ne!(drawn[0], drawn[1]);
        assert_eq!(drawn[0], Mt19937::from_key(&[0]).next_u32());
    }

    /// The textbook form of the twist: one word after the other.
    fn plain_twist(state: &mut [u32; WORDS]) {
        for i in 0..WORDS {
            let joined = (state[i] & 0x8000_0000) | (state[(i + 1) % WORDS] & 0x7fff_ffff);
            let constant = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            state[i] = state[(i + SHIFT) % WORDS] ^ (joined >> 1) ^ constant;
        }
    }

    #[test]
    fn twist_agrees_with_the_textbook() {
        let mut engine = Mt19937::new(77);
        let mut plain = engine.state;
        for _ in 0..5 {
            engine.twist();
            plain_twist(&mut plain);
            assert_eq!(engine.state, plain);
        }
    }

    #[test]
    fn fill_is_one_draw_after_the_other() {
        for length in [0, 1, 623, 624, 625, 1249, 5000] {
            let (mut filled, mut single) = (Mt19937::new(3), Mt19937::new(3));
            let mut words = vec![0; length];
            filled.fill(&mut words, |word| word);
            let expected: Vec<u32> = (0..length).map(|_| single.next_u32()).collect();
            assert_eq!(words, expected, "length {length}");
            assert!(filled == single, "state after {length}");
        }
    }
}
