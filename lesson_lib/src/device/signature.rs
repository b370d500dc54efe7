//! What a kernel takes: names and shapes from its text, types from its compiler.
//!
//! CUDA's driver is given untyped pointers: it cannot tell a wrong argument from a right one. So
//! `argument` checks each launch against the signature.

use super::kernel_text::{KernelText, ParameterText, Size};
use super::value_type::{ParameterRow, ValueType};
use std::fmt;

/// The name and the parameters of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The kernel's name.
    pub name: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
}

/// One parameter of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The parameter's name.
    pub name: String,
    /// The type of the value, or of the elements that a pointer leads to.
    pub value_type: ValueType,
    /// Value or pointer.
    pub passing: Passing,
    /// The shape that the comment above the kernel gives, as in `// a: (m, k) row-major`.
    pub shape: Option<Vec<Size>>,
}

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// A number, a vector or a structure.
    Value,
    /// A pointer to elements that the kernel only reads, `const T*`.
    Read,
    /// A pointer to elements that the kernel may write, `T*`.
    Write,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value_type, .. } = self;
        match self.passing {
            Passing::Value => write!(f, "{value_type} {name}"),
            Passing::Read => write!(f, "const {value_type}* {name}"),
            Passing::Write => write!(f, "{value_type}* {name}"),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<String> = self.parameters.iter().map(Parameter::to_string).collect();
        write!(f, "{}({})", self.name, parameters.join(", "))
    }
}

impl Signature {
    /// The kernel `name`: what `text` calls its parameters, with the types that the compiler
    /// reports.
    ///
    /// # Errors
    /// Which parameter nothing can be passed for, and why.
    pub(super) fn of(name: &str, text: &KernelText, rows: &[ParameterRow]) -> Result<Self, String> {
        // A macro may stand for several parameters. Then the text does not tell their names.
        let is_named = rows.len() == text.parameters.len();
        let parameters = rows.iter().enumerate().map(|(number, row)| {
            let of_text = text.parameters.get(number).filter(|_| is_named);
            Parameter::of(number, of_text, row)
        });
        let parameters = parameters.collect::<Result<_, _>>();
        let parameters = parameters.map_err(|problem| format!("{}: {problem}", text.place))?;
        Ok(Self { name: name.into(), parameters })
    }
}

impl Parameter {
    fn of(number: usize, text: Option<&ParameterText>, row: &ParameterRow) -> Result<Self, String> {
        let name = text.and_then(|text| text.name.clone());
        let name = name.unwrap_or_else(|| format!("parameter_{}", number + 1));
        let type_name = text.map_or("struct", |text| text.type_name.as_str());
        let Some(value_type) = row.value_type(type_name) else {
            return Err(cannot_be_passed(&name, type_name, row));
        };
        let passing = match (row.is_pointer, row.is_constant) {
            (false, _) => Passing::Value,
            (true, true) => Passing::Read,
            (true, false) => Passing::Write,
        };
        Ok(Self { name, value_type, passing, shape: text.and_then(|text| text.shape.clone()) })
    }
}

fn cannot_be_passed(name: &str, type_name: &str, row: &ParameterRow) -> String {
    let why = match row.code {
        b'&' => "is a reference to memory of the host: take a value or a pointer",
        _ if row.is_pointer => {
            "leads to pointers, and a buffer holds none: take one pointer and compute the index, \
             e.g. `a[row * columns + column]`"
        }
        _ => "is no number, vector or structure of plain numbers, nor a pointer to them",
    };
    format!("`{name}`, of type `{type_name}`, {why}")
}
