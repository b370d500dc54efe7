//! The `__device__` and `__constant__` variables of a module: gaps between them, so that one cannot
//! run into the next unseen, and their names.
//!
//! In the careful mode each variable has a section of its own, and a linker that reads GNU's scripts
//! leaves a gap behind every one. With another linker nothing stands between them.

use super::abi::Range;
use object::read::elf::ElfFile64;
use object::{File, Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};
use std::collections::BTreeSet;

/// Bytes before the first variable and behind each.
const GAP: usize = 64;

/// The sections that hold nothing but variables and gaps: those with a value, and those of zeros.
const SECTIONS: [&str; 2] = ["cu_variables", "cu_zeros"];

/// A linker's script that puts gaps between the variables of the object file `content`; none where
/// there are none, or the file is not of the kind that such linkers read.
pub(super) fn gap_script(content: &[u8]) -> Option<String> {
    let file = ElfFile64::<object::Endianness>::parse(content).ok()?;
    let names: BTreeSet<&str> = file.symbols().filter_map(|symbol| symbol.name().ok()).collect();
    let of_kind = |zeros: bool| {
        let sections = file.sections().filter(|section| is_of_kind(section.kind(), zeros));
        let of_variable = sections.filter_map(|section| Some(section.name().ok()?.to_string()));
        let of_variable = of_variable.filter(|name| is_of_variable(name, &names));
        of_variable.collect::<BTreeSet<String>>()
    };
    let parts = [(of_kind(false), SECTIONS[0], ".data"), (of_kind(true), SECTIONS[1], ".bss")];
    let script: String = parts.iter().map(|(all, name, behind)| part(all, name, behind)).collect();
    (!script.is_empty()).then_some(script)
}

fn is_of_kind(kind: SectionKind, zeros: bool) -> bool {
    match kind {
        SectionKind::UninitializedData => zeros,
        SectionKind::Data | SectionKind::ReadOnlyData | SectionKind::ReadOnlyDataWithRel => !zeros,
        _ => false,
    }
}

/// Whether a section is one that the compiler made for one variable of the kernels' text:
/// `.bss.counts`, `.data.rel.local.table`.
fn is_of_variable(section: &str, symbols: &BTreeSet<&str>) -> bool {
    let suffixes = section.match_indices('.').map(|(at, _)| &section[at + 1..]);
    let is_own = !section.contains("__cu_");
    is_own && suffixes.skip(1).any(|suffix| symbols.contains(suffix))
}

fn part(sections: &BTreeSet<String>, name: &str, behind: &str) -> String {
    if sections.is_empty() {
        return String::new();
    }
    let pieces: String =
        sections.iter().map(|section| format!(" *({section}) . += {GAP};")).collect();
    format!("SECTIONS {{ {name} : {{ . += {GAP};{pieces} }} }} INSERT AFTER {behind};\n")
}

/// The variables of a loaded library between which there are gaps.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// Each and its name.
    all: Vec<(Range, String)>,
    gaps: Vec<Range>,
}

impl Variables {
    /// Those of the library whose file is `content`, and which is loaded at `base`.
    pub fn of(content: &[u8], base: usize) -> Self {
        let Ok(file) = File::parse(content) else { return Self::default() };
        let is_ours = |name: object::Result<&str>| name.is_ok_and(|name| SECTIONS.contains(&name));
        let sections: Vec<Range> = file
            .sections()
            .filter(|section| is_ours(section.name()))
            .map(|section| range(base, section.address(), section.size()))
            .collect();
        let symbols = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Data);
        let variables = symbols.filter_map(|symbol| {
            let range = range(base, symbol.address(), symbol.size());
            let is_here = sections.iter().any(|section| section.holds(range.start, range.bytes));
            is_here.then(|| Some((range, name_of(symbol.name().ok()?).into()))).flatten()
        });
        Self::within(&sections, variables.collect())
    }

    fn within(sections: &[Range], mut all: Vec<(Range, String)>) -> Self {
        all.sort_by_key(|(range, _)| range.start);
        let gaps = sections.iter().flat_map(|section| gaps_in(section, &all)).collect();
        Self { all, gaps }
    }

    /// The gaps, each from the end of a variable to the start of the next.
    pub fn gaps(&self) -> &[Range] {
        &self.gaps
    }

    /// For bytes of which some lie in a gap: the nearest variable's name, the first of these bytes
    /// counted from its start, and how many it has.
    pub fn missed(&self, address: usize, bytes: usize) -> Option<(&str, i64, usize)> {
        let end = address.saturating_add(bytes);
        let mut gaps = self.gaps.iter();
        let gap = gaps.find(|gap| address < gap.start + gap.bytes && gap.start < end)?;
        let first = address.max(gap.start);
        let distance = |range: &Range| {
            let behind = first.saturating_sub(range.start + range.bytes);
            behind.max(range.start.saturating_sub(first))
        };
        let (range, name) = self.all.iter().min_by_key(|(range, _)| distance(range))?;
        Some((name, first.wrapping_sub(range.start) as i64, range.bytes))
    }
}

/// What of a section belongs to none of `variables`, which are in order.
fn gaps_in(section: &Range, variables: &[(Range, String)]) -> Vec<Range> {
    let (mut gaps, mut from) = (Vec::new(), section.start);
    let inside = variables.iter().map(|(range, _)| *range);
    let inside = inside.filter(|range| section.holds(range.start, range.bytes));
    let end = Range { start: section.start + section.bytes, bytes: 0 };
    for next in inside.chain([end]) {
        gaps.push(Range { start: from, bytes: next.start.saturating_sub(from) });
        from = from.max(next.start + next.bytes);
    }
    gaps.retain(|gap| gap.bytes > 0);
    gaps
}

fn range(base: usize, address: u64, bytes: u64) -> Range {
    Range { start: base + address as usize, bytes: bytes as usize }
}

/// The last name in a symbol as C++ compilers write it: `counts` in `_ZN5stats6countsE`.
fn name_of(symbol: &str) -> &str {
    let Some(mut rest) = symbol.strip_prefix("_Z") else { return symbol };
    let mut name = symbol;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let length = rest[..digits].parse().unwrap_or(0);
        match rest.get(digits..digits.saturating_add(length)) {
            Some(word) if length > 0 => (name, rest) = (word, &rest[digits + length..]),
            _ => rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..],
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_sources() {
        for (symbol, name) in [
            ("counts", "counts"),
            ("_ZL6counts", "counts"),
            ("_ZN5stats6countsE", "counts"),
            ("_ZN4PairIiE5tableE", "table"),
            ("_ZZ1kvE4seen", "seen"),
            ("_Z", "_Z"),
            ("_Zé", "_Zé"),
            ("_Z18446744073709551615a", "_Z18446744073709551615a"),
        ] {
            assert_eq!(name_of(symbol), name);
        }
    }

    #[test]
    fn sections_of_variables_are_known_by_a_symbol() {
        let symbols = BTreeSet::from(["counts", "_ZL1t", "__cu_slots"]);
        for section in [".bss.counts", ".data.rel.ro.local._ZL1t", ".rodata._ZL1t"] {
            assert!(is_of_variable(section, &symbols), "{section}");
        }
        for section in [".bss", ".rodata.str1.1", ".bss.__cu_slots", "counts"] {
            assert!(!is_of_variable(section, &symbols), "{section}");
        }
    }

    #[test]
    fn an_address_between_two_belongs_to_the_nearer() {
        let range = |start, bytes| Range { start, bytes };
        let all = vec![(range(1200, 16), "b".into()), (range(1064, 32), "a".into())];
        let variables = Variables::within(&[range(1000, 300)], all);
        assert_eq!(variables.gaps(), [range(1000, 64), range(1096, 104), range(1216, 84)]);
        assert_eq!(variables.missed(1096, 4), Some(("a", 32, 32)));
        assert_eq!(variables.missed(1092, 8), Some(("a", 32, 32)));
        assert_eq!(variables.missed(1196, 4), Some(("b", -4, 16)));
        assert_eq!((variables.missed(1064, 4), variables.missed(900, 100)), (None, None));
    }
}
