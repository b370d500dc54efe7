//! What the double's NVRTC makes, as its driver reads it: an object file of the host's compiler, with a
//! table of the kernels in a section of its own.

use object::{File, Object, ObjectSection, ObjectSymbol, RelocationTarget, SymbolKind};

/// The section of the table: for each kernel the addresses of its code, its parameters, its name.
pub const SECTION: &str = "driver_double";

/// Machine code, read.
#[derive(Debug)]
pub struct Cubin {
    pub kernels: Vec<CubinKernel>,
    /// Variables by name, with their sizes.
    pub variables: Vec<(String, usize)>,
}

/// A kernel in machine code.
#[derive(Clone, Debug)]
pub struct CubinKernel {
    /// What the driver finds it by.
    pub symbol: String,
    /// What the source calls it.
    pub name: String,
    pub parameters: Vec<ParameterRow>,
}

/// A parameter, as the course's table in the machine code says.
#[derive(Clone, Copy, Debug)]
pub struct ParameterRow {
    pub is_pointer: bool,
    pub is_constant: bool,
    /// Size and alignment of the value, or of what the pointer leads to.
    pub bytes: usize,
    pub align: usize,
}

impl Cubin {
    /// Reads machine code; none where it is something else.
    pub fn parse(image: &[u8]) -> Option<Self> {
        let file = File::parse(image).ok()?;
        let table = file.section_by_name(SECTION);
        let mut targets: Vec<(u64, String)> = Vec::new();
        for (offset, relocation) in table.iter().flat_map(|table| table.relocations()) {
            let RelocationTarget::Symbol(index) = relocation.target() else { return None };
            targets.push((offset, file.symbol_by_index(index).ok()?.name().ok()?.into()));
        }
        targets.sort();
        let names: Vec<String> = targets.into_iter().map(|(_, name)| name).collect();
        let kernels = names.as_chunks().0.iter().map(|names| kernel(&file, names));
        let variables = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Data);
        let variables = variables.filter_map(|symbol| {
            // What begins with two underscores is not of the source.
            let name = symbol.name().ok().filter(|name| !name.starts_with("__"))?;
            Some((name.to_string(), symbol.size() as usize))
        });
        Some(Self { kernels: kernels.collect::<Option<_>>()?, variables: variables.collect() })
    }
}

fn kernel(file: &File<'_>, [symbol, table, name]: &[String; 3]) -> Option<CubinKernel> {
    let rows = bytes_of(file, table)?;
    let rows = rows.as_chunks().0.iter().map_while(ParameterRow::read).collect();
    let name = bytes_of(file, name)?;
    let name = String::from_utf8_lossy(name).trim_end_matches('\0').to_string();
    Some(CubinKernel { symbol: symbol.clone(), name, parameters: rows })
}

/// What the variable `name` holds.
fn bytes_of<'data>(file: &File<'data>, name: &str) -> Option<&'data [u8]> {
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name))?;
    let section = file.section_by_index(symbol.section_index()?).ok()?;
    let start = symbol.address().checked_sub(section.address())? as usize;
    section.data().ok()?.get(start..start + symbol.size() as usize)
}

impl ParameterRow {
    /// A row of `__cu_row` in the library's `parameters.h`; none for the one that ends a table.
    fn read(row: &[u8; 12]) -> Option<Self> {
        let [code, pointer, constant, _, b0, b1, b2, b3, a0, a1, a2, a3] = *row;
        (code != 0).then(|| Self {
            is_pointer: pointer != 0,
            is_constant: constant != 0,
            bytes: u32::from_ne_bytes([b0, b1, b2, b3]) as usize,
            align: u32::from_ne_bytes([a0, a1, a2, a3]) as usize,
        })
    }

    /// The size of what a launch passes.
    pub fn size(&self) -> usize {
        if self.is_pointer { 8 } else { self.bytes }
    }
}
