//! Launches that are stopped from outside: after too long, or by Ctrl-C.
#![allow(unsafe_code)]

use super::signals;
use super::stop::{Stop, StopFlag, interrupts};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often running launches are checked.
const TICK: Duration = Duration::from_millis(20);

/// A launch as the watchdog sees it.
#[derive(Debug)]
pub(super) struct Watched {
    stop: StopFlag,
    deadline: Option<Instant>,
    interrupts_before: usize,
    /// The threads of the host that work for it.
    workers: Mutex<Vec<libc::pthread_t>>,
}

impl Watched {
    /// Looks whether the launch is to stop; if it is, signals its workers, again and again,
    /// because one that was just in the device's own code takes no notice.
    fn look(&self) {
        if interrupts() != self.interrupts_before {
            self.stop.set(Stop::Interrupted);
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.stop.set(Stop::TimedOut);
        }
        if self.stop.is_set() {
            for &worker in locked(&self.workers).iter() {
                // SAFETY: workers leave the list before they end, and the list is locked.
                unsafe { libc::pthread_kill(worker, signals::STOP) };
            }
        }
    }
}

/// The launches that run.
static RUNNING: Mutex<Vec<Arc<Watched>>> = Mutex::new(Vec::new());
static STARTED: Condvar = Condvar::new();

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A launch that is watched until this is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    watched: Arc<Watched>,
    _catches: signals::CatchesInterrupts,
}

impl Watch {
    /// Watches a launch that may run for `limit`.
    pub fn start(limit: Option<Duration>) -> Self {
        static WATCHDOG: Once = Once::new();
        WATCHDOG
            .call_once(|| drop(thread::Builder::new().name("kernel watch".into()).spawn(watchdog)));
        let catches = signals::CatchesInterrupts::start();
        let watched = Arc::new(Watched {
            stop: StopFlag::default(),
            deadline: limit.and_then(|limit| Instant::now().checked_add(limit)),
            interrupts_before: interrupts(),
            workers: Mutex::new(Vec::new()),
        });
        let mut running = locked(&RUNNING);
        running.push(watched.clone());
        if running.len() == 1 {
            STARTED.notify_one();
        }
        Self { watched, _catches: catches }
    }

    /// Whether the launch is to stop.
    pub fn stop(&self) -> &StopFlag {
        &self.watched.stop
    }

    /// Sets the flag for an interrupt that the watchdog may not have seen yet.
    pub fn look_once_more(&self) {
        if interrupts() != self.watched.interrupts_before {
            self.watched.stop.set(Stop::Interrupted);
        }
    }

    /// Adds this thread of the host to the launch until the result is dropped.
    pub fn work(&self) -> Worker<'_> {
        // SAFETY: asks for the calling thread's own handle.
        let thread = unsafe { libc::pthread_self() };
        locked(&self.watched.workers).push(thread);
        Worker { watched: &self.watched, thread }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        locked(&RUNNING).retain(|watched| !Arc::ptr_eq(watched, &self.watched));
    }
}

/// A thread of the host at work for a launch.
#[derive(Debug)]
pub(super) struct Worker<'w> {
    watched: &'w Watched,
    thread: libc::pthread_t,
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        let mut workers = locked(&self.watched.workers);
        if let Some(at) = workers.iter().position(|&worker| worker == self.thread) {
            workers.swap_remove(at);
        }
    }
}

/// What the watchdog does, for as long as the process lives.
fn watchdog() {
    let mut running = locked(&RUNNING);
    loop {
        running = STARTED
            .wait_while(running, |running| running.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        drop(running);
        thread::sleep(TICK);
        running = locked(&RUNNING);
        running.iter().for_each(|watched| watched.look());
    }
}
