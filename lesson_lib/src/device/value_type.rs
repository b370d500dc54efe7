//! What a parameter is made of, as the compiler sees it.

use super::Scalar;
use std::fmt;

/// The type of a parameter, or of the elements that a pointer leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A number, whatever typedefs and macros call it.
    Number(Scalar),
    /// A vector of CUDA, `float4`: so many numbers.
    Vector(Scalar, usize),
    /// A structure of plain numbers.
    Struct {
        /// What the kernel calls it.
        name: String,
        /// Its size.
        bytes: usize,
        /// What its address is a multiple of.
        align: usize,
    },
    /// What a `void*` leads to: anything.
    Untyped,
}

impl ValueType {
    /// The size in bytes of what a buffer's accesses are counted in: of one number, also in a
    /// vector, or of a whole structure.
    pub fn unit_size(&self) -> usize {
        match self {
            ValueType::Number(scalar) | ValueType::Vector(scalar, _) => scalar.size(),
            ValueType::Struct { bytes, .. } => *bytes,
            ValueType::Untyped => 1,
        }
    }

    /// The number's type, if it is one.
    pub fn number(&self) -> Option<Scalar> {
        match self {
            ValueType::Number(scalar) => Some(*scalar),
            _ => None,
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueType::Number(scalar) => f.write_str(scalar.cuda_name()),
            ValueType::Vector(scalar, lanes) => write!(f, "{}{lanes}", vector_name(*scalar)),
            ValueType::Struct { name, .. } => f.write_str(name),
            ValueType::Untyped => f.write_str("void"),
        }
    }
}

/// What a vector's name begins with.
fn vector_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::I8 => "char",
        Scalar::U8 => "uchar",
        Scalar::I16 => "short",
        Scalar::U16 => "ushort",
        Scalar::U32 => "uint",
        Scalar::I64 => "longlong",
        Scalar::U64 => "ulonglong",
        Scalar::Bf16 => "__nv_bfloat16",
        other => other.cuda_name(),
    }
}

/// The header that makes a table of every kernel's parameters.
pub(super) const PARAMETERS: &str = include_str!("parameters.h");

/// One parameter in such a table: `__cu_row` of `parameters.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ParameterRow {
    pub code: u8,
    pub is_pointer: bool,
    pub is_constant: bool,
    lanes: u8,
    bytes: u32,
    align: u32,
}

impl ParameterRow {
    pub const SIZE: usize = 12;

    /// The row in these bytes; none for the one that ends a table.
    pub fn read(bytes: &[u8; Self::SIZE]) -> Option<Self> {
        let [code, pointer, constant, lanes, b0, b1, b2, b3, a0, a1, a2, a3] = *bytes;
        (code != 0).then(|| Self {
            code,
            is_pointer: pointer != 0,
            is_constant: constant != 0,
            lanes,
            bytes: u32::from_ne_bytes([b0, b1, b2, b3]),
            align: u32::from_ne_bytes([a0, a1, a2, a3]),
        })
    }

    /// The rows of a table, up to the one that ends it.
    pub fn table(bytes: &[u8]) -> Vec<Self> {
        bytes.as_chunks().0.iter().map_while(Self::read).collect()
    }

    /// The type that the row describes, which the source calls `name`; none where nothing of it
    /// can be passed.
    pub fn value_type(&self, name: &str) -> Option<ValueType> {
        let bytes = self.bytes as usize;
        let scalar = match self.code {
            b'f' => Scalar::F32,
            b'd' => Scalar::F64,
            b'h' => Scalar::F16,
            b'B' => Scalar::Bf16,
            b'b' => Scalar::Bool,
            b'c' => Scalar::I8,
            b'C' => Scalar::U8,
            b'w' => Scalar::I16,
            b'W' => Scalar::U16,
            b'i' => Scalar::I32,
            b'I' => Scalar::U32,
            b'l' => Scalar::I64,
            b'L' => Scalar::U64,
            b'v' => return Some(ValueType::Untyped),
            b's' => {
                let align = self.align as usize;
                return Some(ValueType::Struct { name: name.into(), bytes, align });
            }
            _ => return None,
        };
        Some(match self.lanes {
            1 => ValueType::Number(scalar),
            lanes => ValueType::Vector(scalar, lanes.into()),
        })
    }
}
