//! Shares tasks among the threads, the calling thread included.

use std::sync::{Mutex, PoisonError};

/// Runs `work` on every task. Each thread takes the next task when it is done with one, so a
/// thread that is held up delays one task only; the caller works too, so that for two threads just
/// one has to be woken.
pub(super) fn share<T>(tasks: impl Iterator<Item = T> + Send, work: impl Fn(T) + Sync) {
    let tasks = Mutex::new(tasks);
    let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work_through = || {
        while let Some(task) = next() {
            work(task);
        }
    };
    rayon::in_place_scope(|scope| {
        for _ in 1..rayon::current_num_threads() {
            scope.spawn(|_| work_through());
        }
        work_through();
    });
}
