//! Distributes tasks over the threads, the calling thread included.

use std::sync::{Mutex, PoisonError};

/// Runs `work` on every task. Each thread takes the next task when it has finished one, so that a
/// thread that is held up delays only one task. The caller works too: with two threads only one
/// has to be woken.
pub(super) fn parallel_for_each<T>(tasks: impl Iterator<Item = T> + Send, work: impl Fn(T) + Sync) {
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
