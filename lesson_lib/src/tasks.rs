//! How work is cut into tasks for the threads.

/// Tasks for each thread, so that a thread that was held up leaves its rest to others.
const TASKS_PER_THREAD: usize = 8;

/// How many of `items` make a task where `threads` share them.
pub(crate) fn task_size(items: usize, threads: usize) -> usize {
    items.div_ceil(threads * TASKS_PER_THREAD)
}
