//! The picture of a recorded launch.

use super::warps::number_in;
use crate::device::{Recording, Step};
use crate::error::Access;
use crate::plot::{self, Cells, Diagram, Figure, Node};
use std::collections::{BTreeMap, BTreeSet};

/// More than these are not drawn; the title says so.
const MOST_BLOCKS: usize = 4;
const MOST_PHASES: usize = 8;
/// With more arrows than this, two threads stand for all; where cells stand side by side, arrows
/// cross them, and fewer can be told apart.
const MOST_ARROWS: usize = 160;
const MOST_ARROWS_ACROSS: usize = 30;
const WORD: usize = 4;
/// Words of shared memory side by side, where the block does not suggest another width.
const SHARED_WIDTH: usize = 8;

/// One use of memory, placed in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    block: usize,
    thread: usize,
    /// How many barriers the thread had passed.
    phase: usize,
    writes: bool,
    place: Memory,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Memory {
    Buffer { parameter: usize, element: usize },
    Shared { word: usize },
}

/// Draws the recording, read from left to right.
pub(super) fn figure(recording: &Recording) -> Figure {
    let uses = uses(recording);
    let stage = Stage::new(recording, &uses);
    let chosen = stage.chosen(&uses);
    let mut diagram = stage.columns(&uses).into_iter().fold(Diagram::new(), Diagram::column);
    for each in uses.iter().filter(|each| chosen.contains(&(each.block, each.thread))) {
        if let Some((from, to)) = stage.arrow(each) {
            let rank = chosen.range(..(each.block, each.thread)).count();
            let color = if chosen.len() > 2 { each.thread } else { rank };
            diagram = diagram.arrow(from, to, color);
        }
    }
    plot::diagram(diagram).title(stage.title(&uses, &chosen))
}

/// Every use of memory, each once.
fn uses(recording: &Recording) -> BTreeSet<Use> {
    let mut phases: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut uses = BTreeSet::new();
    for event in &recording.events {
        let (block, thread) = (
            number_in(recording.blocks, event.place.block),
            number_in(recording.threads, event.place.thread),
        );
        let phase = phases.entry((block, thread)).or_insert(0);
        let (access, places): (Access, Vec<Memory>) = match event.step {
            Step::Barrier => {
                *phase += 1;
                continue;
            }
            Step::Warp => continue,
            Step::Buffer { access, parameter, index, count } => (
                access,
                (index..index + count)
                    .map(|element| Memory::Buffer { parameter, element })
                    .collect(),
            ),
            Step::Shared { access, byte, bytes } => {
                let words = byte / WORD..(byte + bytes).div_ceil(WORD);
                (access, words.map(|word| Memory::Shared { word }).collect())
            }
        };
        let writes = access != Access::Read;
        uses.extend(places.into_iter().map(|place| Use {
            block,
            thread,
            phase: *phase,
            writes,
            place,
        }));
    }
    uses
}

/// What stands where.
struct Stage<'a> {
    recording: &'a Recording,
    /// The parameters that are read and that are written.
    inputs: Vec<usize>,
    outputs: Vec<usize>,
    blocks: usize,
    phases: usize,
    /// Whether columns of shared memory stand between the phases.
    shared: bool,
}

impl<'a> Stage<'a> {
    fn new(recording: &'a Recording, uses: &BTreeSet<Use>) -> Self {
        let buffers = |writes: bool| -> Vec<usize> {
            let parameters = uses.iter().filter(|each| each.writes == writes);
            let parameters = parameters.filter_map(|each| match each.place {
                Memory::Buffer { parameter, .. } => Some(parameter),
                Memory::Shared { .. } => None,
            });
            parameters.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let shared = uses.iter().any(|each| matches!(each.place, Memory::Shared { .. }));
        let phases = 1 + uses.iter().map(|each| each.phase).max().unwrap_or(0);
        let all_blocks: u32 = recording.blocks.iter().product();
        Stage {
            recording,
            inputs: buffers(false),
            outputs: buffers(true),
            blocks: (all_blocks as usize).min(MOST_BLOCKS),
            phases: if shared { phases.min(MOST_PHASES) } else { 1 },
            shared,
        }
    }

    /// The groups of every column, from the left.
    fn columns(&self, uses: &BTreeSet<Use>) -> Vec<Vec<Cells>> {
        let mut columns = vec![self.buffers(&self.inputs, uses)];
        for phase in 0..self.phases {
            columns.push((0..self.blocks).map(|block| self.threads(block, phase, uses)).collect());
            if self.shared && phase + 1 < self.phases {
                let shared = |block| self.shared_memory(block, phase, uses);
                columns.push((0..self.blocks).map(shared).collect());
            }
        }
        columns.push(self.buffers(&self.outputs, uses));
        columns
    }

    fn buffers(&self, parameters: &[usize], uses: &BTreeSet<Use>) -> Vec<Cells> {
        let one = |&parameter: &usize| {
            let (rows, columns) =
                grid_of(self.recording.shapes[parameter].as_deref().unwrap_or(&[]));
            let used: BTreeSet<usize> = uses
                .iter()
                .filter_map(|each| match each.place {
                    Memory::Buffer { parameter: p, element } if p == parameter => Some(element),
                    _ => None,
                })
                .collect();
            let name = &self.recording.signature.parameters[parameter].name;
            Cells::new(name, rows, columns).faint_where(|cell| !used.contains(&cell))
        };
        parameters.iter().map(one).collect()
    }

    fn threads(&self, block: usize, phase: usize, uses: &BTreeSet<Use>) -> Cells {
        let [x, y, z] = self.recording.threads.map(|n| n as usize);
        let (rows, columns) = if y * z == 1 { (x, 1) } else { (y * z, x) };
        let busy: BTreeSet<usize> = uses
            .iter()
            .filter(|each| each.block == block && (!self.shared || each.phase == phase))
            .map(|each| each.thread)
            .collect();
        let name = if self.blocks == 1 { "threads".into() } else { format!("block {block}") };
        Cells::new(name, rows, columns).faint_where(|thread| !busy.contains(&thread))
    }

    /// Whether some group has several columns.
    fn is_wide(&self) -> bool {
        let buffers = self.inputs.iter().chain(&self.outputs);
        let shapes = buffers.map(|&p| self.recording.shapes[p].as_deref().unwrap_or(&[]));
        let [_, y, z] = self.recording.threads;
        y * z > 1 || shapes.map(grid_of).any(|(rows, columns)| rows > 1 && columns > 1)
    }

    /// Shared memory after `phase`; words that are handed on have colour.
    fn shared_memory(&self, block: usize, phase: usize, uses: &BTreeSet<Use>) -> Cells {
        let words = self.recording.shared.div_ceil(WORD);
        let width = self.recording.threads[0] as usize;
        let width = match words {
            _ if self.recording.threads[1] > 1 && words.is_multiple_of(width) => width,
            0..=16 => 1,
            _ => SHARED_WIDTH,
        };
        let handed: BTreeSet<usize> = uses
            .iter()
            .filter(|each| each.block == block && each.phase == phase + usize::from(!each.writes))
            .filter_map(|each| match each.place {
                Memory::Shared { word } => Some(word),
                Memory::Buffer { .. } => None,
            })
            .collect();
        let cells = Cells::new("shared", words.div_ceil(width), width).gate("barrier");
        cells.faint_where(|word| !handed.contains(&word))
    }

    /// The column of the threads in a phase.
    fn threads_column(&self, phase: usize) -> usize {
        if self.shared { 1 + 2 * phase } else { 1 }
    }

    /// Where a use is drawn; `None` past the last phase or block that is drawn.
    fn arrow(&self, each: &Use) -> Option<(Node, Node)> {
        let phase = if self.shared { each.phase } else { 0 };
        if phase >= self.phases || each.block >= self.blocks {
            return None;
        }
        let column = self.threads_column(phase);
        let thread = Node { column, group: each.block, cell: each.thread };
        let memory = match (each.place, each.writes) {
            (Memory::Buffer { parameter, element }, writes) => {
                let (list, column) = match writes {
                    false => (&self.inputs, 0),
                    true => (&self.outputs, self.threads_column(self.phases - 1) + 1),
                };
                let group = list.iter().position(|known| *known == parameter)?;
                Node { column, group, cell: element }
            }
            (Memory::Shared { word }, false) if phase > 0 => {
                Node { column: column - 1, group: each.block, cell: word }
            }
            (Memory::Shared { word }, true) if phase + 1 < self.phases => {
                Node { column: column + 1, group: each.block, cell: word }
            }
            // Read in the phase in which it was written, or written and never read.
            (Memory::Shared { .. }, _) => return None,
        };
        Some(if each.writes { (thread, memory) } else { (memory, thread) })
    }

    /// The threads whose arrows are drawn: all, or two of the first block.
    fn chosen(&self, uses: &BTreeSet<Use>) -> BTreeSet<(usize, usize)> {
        let all: BTreeSet<_> = uses.iter().map(|each| (each.block, each.thread)).collect();
        let arrows = uses.iter().filter(|each| self.arrow(each).is_some()).count();
        let most = if self.is_wide() { MOST_ARROWS_ACROSS } else { MOST_ARROWS };
        if arrows <= most {
            return all;
        }
        // The first and the last often stand on a diagonal, where rows and columns look alike.
        let first_block: Vec<_> = all.iter().filter(|(block, _)| *block == 0).collect();
        let inner = if first_block.len() > 3 {
            &first_block[1..first_block.len() - 1]
        } else {
            &first_block[..]
        };
        inner.first().into_iter().chain(inner.last()).map(|each| **each).collect()
    }

    fn title(&self, uses: &BTreeSet<Use>, chosen: &BTreeSet<(usize, usize)>) -> String {
        let name = &self.recording.signature.name;
        let all: BTreeSet<_> = uses.iter().map(|each| (each.block, each.thread)).collect();
        let mut title = format!("What do the threads of {name} do?");
        if chosen.len() < all.len() {
            let threads: Vec<String> =
                chosen.iter().map(|(_, thread)| thread.to_string()).collect();
            let noun = if threads.len() == 1 { "thread" } else { "threads" };
            title += &format!(" Arrows of {noun} {} of block 0", threads.join(" and "));
        }
        let blocks: u32 = self.recording.blocks.iter().product();
        if self.blocks < blocks as usize {
            title += &format!(" ({} of {blocks} blocks)", self.blocks);
        }
        let phases = 1 + uses.iter().map(|each| each.phase).max().unwrap_or(0);
        if self.shared && self.phases < phases {
            title += &format!(" (until barrier {} of {})", self.phases, phases - 1);
        }
        title
    }
}

/// Rows and columns in which a buffer of this shape is drawn: a vector stands upright.
fn grid_of(shape: &[usize]) -> (usize, usize) {
    match *shape {
        [] => (1, 1),
        [n] => (n, 1),
        [ref outer @ .., columns] => (outer.iter().product(), columns),
    }
}
