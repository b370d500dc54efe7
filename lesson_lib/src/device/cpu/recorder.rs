//! Every access and every wait of a small launch, for pictures of what threads do.

use super::fault::CodeLocation;
use super::spec::LaunchSpec;
use crate::device::record::{Event, Step};
use crate::error::Place;
use crate::{Error, Result};
use std::sync::{Mutex, PoisonError};

/// How many events one recording may have.
const MOST_EVENTS: usize = 1 << 20;

/// The events of a launch, in the order in which they happened.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<Vec<RawEvent>>);

/// An event whose line is not looked up yet.
#[derive(Debug)]
pub(super) struct RawEvent {
    pub place: Place,
    pub step: Step,
    pub location: CodeLocation,
}

impl Recorder {
    /// Keeps an event, unless there are too many already.
    pub fn record(&self, event: RawEvent) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() <= MOST_EVENTS {
            events.push(event);
        }
    }

    /// The events with their lines.
    ///
    /// # Errors
    /// [`Error::Argument`] when there were too many.
    pub fn resolve_events(self, spec: &LaunchSpec<'_>) -> Result<Vec<Event>> {
        let raw = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        if raw.len() > MOST_EVENTS {
            let problem = format!(
                "{} makes more than {MOST_EVENTS} accesses: record a smaller launch",
                spec.kernel.name
            );
            return Err(Error::argument("record", problem));
        }
        // All at once, because opening the debug information is what takes time.
        let instructions: Vec<usize> =
            raw.iter().filter_map(|event| event.location.instruction()).collect();
        let mut lines = spec.library.lines(&instructions).into_iter();
        let resolve = |RawEvent { place, step, location }| {
            let line = match location {
                CodeLocation::Mark(mark) => Some(spec.line_of_mark(mark)),
                CodeLocation::Instruction(_) | CodeLocation::Return(_) => lines.next().flatten(),
            };
            Event { place, step, line }
        };
        Ok(raw.into_iter().map(resolve).collect())
    }
}
