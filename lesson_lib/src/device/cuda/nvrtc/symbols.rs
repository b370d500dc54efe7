//! The kernels in machine code: what they are called there, and what their parameters are.

use crate::device::translation_unit::EntryPoint;
use crate::device::value_type::ParameterRow;
use object::{File, Object, ObjectSection, ObjectSymbol};

/// A kernel in machine code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct CubinKernel {
    /// What it is launched by.
    pub name: String,
    /// What the machine code calls it.
    pub symbol: String,
    pub parameters: Vec<ParameterRow>,
}

/// The `entries` that `cubin` has: one that an `#if` left out is missing. `lowered` is what NVRTC
/// calls the instance of a template, where that was asked for.
pub(super) fn kernels(cubin: &[u8], entries: &[EntryPoint], lowered: &str) -> Vec<CubinKernel> {
    let Ok(file) = File::parse(cubin) else { return Vec::new() };
    let functions: Vec<&str> = file
        .symbols()
        .filter(|symbol| symbol.kind() == object::SymbolKind::Text)
        .filter_map(|symbol| symbol.name().ok())
        .collect();
    let kernel = |entry: &EntryPoint| {
        let symbol = match entry.is_instance {
            true => lowered,
            false => functions.iter().find(|symbol| is_symbol_of(symbol, &entry.name))?,
        };
        let parameters = table(&file, &format!("__cu_parameters_{}", entry.number))?;
        Some(CubinKernel { name: entry.name.clone(), symbol: symbol.into(), parameters })
    };
    entries.iter().filter_map(kernel).collect()
}

/// The rows of the table in the variable `name`.
fn table(file: &File<'_>, name: &str) -> Option<Vec<ParameterRow>> {
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name))?;
    let section = file.section_by_index(symbol.section_index()?).ok()?;
    let start = symbol.address().checked_sub(section.address())? as usize;
    // A table of nothing but zeros takes no room in the file.
    let bytes = section.data().ok()?;
    Some(ParameterRow::table(bytes.get(start..start + symbol.size() as usize).unwrap_or_default()))
}

/// Whether `symbol` is the function `name`, with C's name or with C++'s, which tells its
/// namespaces and parameters too: `_ZN1a3addEPfi` is `a::add`.
fn is_symbol_of(symbol: &str, name: &str) -> bool {
    symbol == name
        || name.rsplit("::").next() == Some(symbol)
        || path(symbol).as_deref() == Some(name)
}

/// The name in a C++ symbol, with its namespaces, but for those without a name.
fn path(symbol: &str) -> Option<String> {
    let rest = symbol.strip_prefix("_Z")?;
    let mut rest = rest.strip_prefix('N').unwrap_or(rest);
    rest = rest.strip_prefix('L').unwrap_or(rest);
    let mut parts = Vec::new();
    while let Some(digits) = rest.find(|c: char| !c.is_ascii_digit()).filter(|&n| n > 0) {
        let (part, behind) = rest[digits..].split_at_checked(rest[..digits].parse().ok()?)?;
        if !part.starts_with("_GLOBAL__N") {
            parts.push(part);
        }
        if !symbol.starts_with("_ZN") {
            return Some(part.into());
        }
        rest = behind;
    }
    Some(parts.join("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_found_by_its_name_in_c_and_in_cpp() {
        assert!(is_symbol_of("add", "add"));
        assert!(is_symbol_of("_Z3addPfi", "add"));
        assert!(is_symbol_of("_ZL3addPfi", "add"));
        assert!(is_symbol_of("_ZN1a3addEPfi", "a::add"));
        assert!(is_symbol_of("_ZN2ns36_GLOBAL__N__00000000_4_k_cu_bc13a1363hidEi", "ns::hid"));
        assert!(!is_symbol_of("_Z4add2Pfi", "add"));
        assert!(!is_symbol_of("_ZN1b3addEPfi", "a::add"));
        assert!(!is_symbol_of("_Z", "add") && !is_symbol_of("_Z99x", "x"));
    }

    #[test]
    fn what_is_not_machine_code_has_no_kernels() {
        let entry = EntryPoint { name: "k".into(), number: 0, is_instance: false };
        assert!(kernels(b"nothing", &[entry], "").is_empty());
    }
}
