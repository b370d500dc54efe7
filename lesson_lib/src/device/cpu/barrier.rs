//! The barrier of a block.

use super::abi::CodeMark;
use super::thread::State;
use std::cell::Cell;
use std::ptr;

/// Who has come to `__syncthreads()` since it last opened.
///
/// Rounds are counted, so that opening the barrier touches no thread: those that came in an earlier
/// round may go on.
pub(super) struct Barrier {
    round: Cell<u32>,
    arrived: Cell<u32>,
    /// Where the first came.
    place: Cell<CodeMark>,
    is_one_place: Cell<bool>,
}

impl Barrier {
    pub fn new() -> Self {
        Self {
            round: Cell::new(0),
            arrived: Cell::new(0),
            place: Cell::new(CodeMark { file: ptr::null(), line: 0 }),
            is_one_place: Cell::new(true),
        }
    }

    /// Another block begins: nobody has come.
    pub fn begin_block(&self) {
        self.arrived.set(0);
        self.is_one_place.set(true);
    }

    /// A thread comes to the barrier at `mark`; the state it is in from now on.
    pub fn arrive(&self, mark: CodeMark) -> State {
        let arrived = self.arrived.get();
        if arrived == 0 {
            self.place.set(mark);
        } else if self.place.get() != mark {
            self.is_one_place.set(false);
        }
        self.arrived.set(arrived + 1);
        State::AtBarrier { mark, round: self.round.get() }
    }

    /// Opens if `threads` threads have come, all to one place in the code. Returns whether it did.
    pub fn open(&self, threads: u32) -> bool {
        let opens = self.arrived.get() == threads && self.is_one_place.get();
        if opens {
            self.arrived.set(0);
            self.round.set(self.round.get().wrapping_add(1));
        }
        opens
    }

    /// Whether a thread in this state can go on.
    pub fn lets_pass(&self, state: State) -> bool {
        match state {
            State::Ready => true,
            State::AtBarrier { round, .. } => round != self.round.get(),
            State::InWarp(_) | State::Ended => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: i32) -> CodeMark {
        CodeMark { file: ptr::null(), line }
    }

    #[test]
    fn it_opens_when_all_have_come_to_one_place() {
        let barrier = Barrier::new();
        let first = barrier.arrive(at(1));
        assert!(!barrier.open(2) && !barrier.lets_pass(first));
        barrier.arrive(at(1));
        assert!(barrier.open(2) && barrier.lets_pass(first));
        assert!(!barrier.open(2), "the next round has not begun");
    }

    #[test]
    fn it_stays_closed_for_threads_at_two_places_until_the_next_block() {
        let barrier = Barrier::new();
        let apart = [1, 2].map(|line| barrier.arrive(at(line)));
        assert!(!barrier.open(2) && !apart.iter().any(|&state| barrier.lets_pass(state)));
        barrier.begin_block();
        let together = [3, 3].map(|line| barrier.arrive(at(line)));
        assert!(barrier.open(2) && together.iter().all(|&state| barrier.lets_pass(state)));
    }
}
