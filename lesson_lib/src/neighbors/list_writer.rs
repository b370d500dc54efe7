//! Lists of rows as one thread writes them.

/// The most rows of a block, unless one list alone is longer.
const LONGEST_BLOCK: usize = 1 << 18;

/// The rows of a block that has only begun.
const SHORTEST_BLOCK: usize = 1 << 8;

/// Where a list stands: in which block, from where, and how long it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ListPlace {
    pub(super) block: u32,
    pub(super) len: u32,
    pub(super) start: usize,
}

/// The lists of some queries, one behind the other.
///
/// They fill block after block, so that no list is moved for the sake of those that follow, and
/// nobody has to count before how long they will be.
#[derive(Default)]
pub(super) struct ListWriter {
    pub(super) blocks: Vec<Vec<u32>>,
    /// The query and the place of each list.
    pub(super) places: Vec<(usize, ListPlace)>,
}

impl ListWriter {
    /// Writes the list of a query.
    pub(super) fn write(&mut self, query: usize, rows: &[u32]) {
        let is_full = |block: &Vec<u32>| block.capacity() - block.len() < rows.len();
        if self.blocks.last().is_none_or(is_full) {
            let before = self.blocks.last().map_or(0, Vec::capacity);
            let usual = (2 * before).clamp(SHORTEST_BLOCK, LONGEST_BLOCK);
            self.blocks.push(Vec::with_capacity(usual.max(rows.len())));
        }
        let number = self.blocks.len() - 1;
        let block = &mut self.blocks[number];
        let place = ListPlace { block: number as u32, len: rows.len() as u32, start: block.len() };
        block.extend_from_slice(rows);
        self.places.push((query, place));
    }
}
