//! An equation written out as a CUDA kernel.

use crate::einsum::equation::{Binding, Label, Name};
use crate::show::Show;
use crate::{Error, Result};
use std::fmt;

/// A CUDA kernel that computes one equation; from [`codegen`](codegen()).
#[derive(Clone, Debug)]
pub struct GeneratedKernel {
    source: String,
    sizes: Vec<i32>,
    output: Vec<usize>,
}

/// Writes `equation` as a CUDA kernel for row-major arrays of the given shapes, with numbers of
/// the CUDA type `number` (`float`, `double`, `int`): one thread for each element of the output,
/// and a loop for each summed letter.
///
/// The kernel is called `einsum`. Its parameters are the operands, the output, and the size of
/// each letter, the output's first.
///
/// ```
/// use lesson_lib::einsum::codegen;
/// let kernel = codegen("ik,kj->ij", &[[5, 784], [784, 10]], "float")?;
/// assert_eq!(kernel.source(), r#"// einsum "ik,kj->ij": one thread for each element of out
/// // x0: (size_i, size_k), x1: (size_k, size_j), out: (size_i, size_j)
/// extern "C" __global__ void einsum(const float* x0, const float* x1, float* out, int size_i, int size_j, int size_k) {
///     long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x;
///     if (place >= (long long)size_i * size_j) return;
///     int j = place % size_j;
///     int i = place / size_j;
///     float sum = 0;
///     for (int k = 0; k < size_k; ++k)
///         sum += x0[(long long)i * size_k + k] * x1[(long long)k * size_j + j];
///     out[place] = sum;
/// }
/// "#);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
///
/// # Errors
/// As [`einsum`](crate::einsum::einsum()); a size that does not fit an `int`.
pub fn codegen<S: AsRef<[usize]>>(
    equation: &str,
    shapes: &[S],
    number: &str,
) -> Result<GeneratedKernel> {
    let shapes: Vec<&[usize]> = shapes.iter().map(S::as_ref).collect();
    let binding = Binding::new(equation, &shapes)?;
    let writer = Writer { shapes: &shapes, binding: &binding, number };
    let sizes = binding.loops().map(|label| writer.size(label)).collect::<Result<_>>()?;
    Ok(GeneratedKernel { source: writer.to_string(), sizes, output: binding.output_shape() })
}

impl GeneratedKernel {
    /// The kernel's text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The sizes to pass after the output, in order.
    pub fn sizes(&self) -> &[i32] {
        &self.sizes
    }

    /// The shape of the output.
    pub fn output_shape(&self) -> &[usize] {
        &self.output
    }
}

impl Show for GeneratedKernel {
    fn text(&self) -> String {
        self.source.trim_end().to_owned()
    }
}

struct Writer<'a> {
    shapes: &'a [&'a [usize]],
    binding: &'a Binding,
    number: &'a str,
}

impl Writer<'_> {
    fn text(&self) -> &str {
        self.binding.equation.text().trim()
    }

    fn name(&self, label: Label) -> Name {
        self.binding.name(label)
    }

    fn size(&self, label: Label) -> Result<i32> {
        let size = self.binding.size(label);
        i32::try_from(size).map_err(|_| {
            let problem =
                format!("letter `{}` is {size}, more than an int holds", self.name(label));
            Error::argument(format!("codegen \"{}\"", self.text()), problem)
        })
    }

    /// What stands for an axis in a shape: a broadcast axis is 1.
    fn extent(&self, label: Label, size: usize) -> String {
        if size == 1 && self.binding.size(label) != 1 {
            return "1".into();
        }
        format!("size_{}", self.name(label))
    }

    fn shape(&self, name: &str, labels: &[Label], shape: &[usize]) -> String {
        let extents = labels.iter().zip(shape).map(|(&label, &size)| self.extent(label, size));
        format!("{name}: ({})", extents.collect::<Vec<_>>().join(", "))
    }

    /// `x0[((long long)i * size_j + j) * size_k + k]`; broadcast axes, always at 0, drop out.
    fn element(&self, operand: usize) -> String {
        let axes = self.binding.operands[operand].iter().zip(self.shapes[operand]);
        let mut index = String::new();
        for (&label, _) in axes.filter(|&(&label, &size)| self.extent(label, size) != "1") {
            let name = self.name(label);
            let grouped = if index.contains(" + ") { format!("({index})") } else { index.clone() };
            index = match index.as_str() {
                "" => format!("(long long){name}"),
                _ => format!("{grouped} * size_{name} + {name}"),
            };
        }
        match index.as_str() {
            "" => format!("x{operand}[0]"),
            // One axis needs no wide product.
            _ if !index.contains('*') => {
                format!("x{operand}[{}]", index.trim_start_matches("(long long)"))
            }
            _ => format!("x{operand}[{index}]"),
        }
    }

    fn write_head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operands = self.binding.operands.iter().zip(self.shapes).enumerate();
        let mut shapes: Vec<String> = operands
            .map(|(i, (labels, shape))| self.shape(&format!("x{i}"), labels, shape))
            .collect();
        shapes.push(self.shape("out", &self.binding.output, &self.binding.output_shape()));
        let number = self.number;
        let mut parameters: Vec<String> =
            (0..self.shapes.len()).map(|i| format!("const {number}* x{i}")).collect();
        parameters.push(format!("{number}* out"));
        parameters
            .extend(self.binding.loops().map(|label| format!("int size_{}", self.name(label))));
        writeln!(f, "// einsum \"{}\": one thread for each element of out", self.text())?;
        writeln!(f, "// {}", shapes.join(", "))?;
        writeln!(f, "extern \"C\" __global__ void einsum({}) {{", parameters.join(", "))
    }

    /// This thread's place in the output, and from it the output's letters.
    fn write_place(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let output = &self.binding.output;
        let sizes: Vec<String> = output.iter().map(|&l| format!("size_{}", self.name(l))).collect();
        let count = if sizes.is_empty() { "1".into() } else { sizes.join(" * ") };
        let wide = if sizes.len() > 1 { "(long long)" } else { "" };
        writeln!(f, "    long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x;")?;
        writeln!(f, "    if (place >= {wide}{count}) return;")?;
        let mut rest = "place".to_owned();
        for (k, &label) in output.iter().enumerate().rev() {
            let name = self.name(label);
            let modulo = if k == 0 { String::new() } else { format!(" % size_{name}") };
            writeln!(f, "    int {name} = {rest}{modulo};")?;
            rest.push_str(&format!(" / size_{name}"));
        }
        Ok(())
    }
}

impl fmt::Display for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_head(f)?;
        self.write_place(f)?;
        let factors: Vec<String> = (0..self.shapes.len()).map(|i| self.element(i)).collect();
        let product = factors.join(" * ");
        if self.binding.summed().next().is_none() {
            return writeln!(f, "    out[place] = {product};\n}}");
        }
        writeln!(f, "    {} sum = 0;", self.number)?;
        let mut indent = 4;
        for label in self.binding.summed() {
            let name = self.name(label);
            writeln!(f, "{:indent$}for (int {name} = 0; {name} < size_{name}; ++{name})", "")?;
            indent += 4;
        }
        writeln!(f, "{:indent$}sum += {product};", "")?;
        writeln!(f, "    out[place] = sum;\n}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(equation: &str, shapes: &[&[usize]]) -> String {
        codegen(equation, shapes, "double").unwrap().source().to_owned()
    }

    #[test]
    fn no_sum_assigns() {
        let text = source("i,j->ij", &[&[2], &[3]]);
        assert!(text.contains("    out[place] = x0[i] * x1[j];\n}"), "{text}");
        assert!(!text.contains("sum ="), "{text}");
    }

    #[test]
    fn a_broadcast_axis_is_1_in_the_shape_and_no_index() {
        let text = source("ij,ij->i", &[&[4, 1], &[4, 3]]);
        assert!(text.contains("x0: (size_i, 1)"), "{text}");
        assert!(text.contains("sum += x0[i] * x1[(long long)i * size_j + j];"), "{text}");
    }

    #[test]
    fn a_scalar_output_is_one_thread() {
        let text = source("ii->", &[&[3, 3]]);
        assert!(text.contains("if (place >= 1) return;"), "{text}");
        assert!(text.contains("out: ()"), "{text}");
        assert!(text.contains("sum += x0[(long long)i * size_i + i];"), "{text}");
    }

    #[test]
    fn three_axes_are_taken_apart_from_the_last() {
        let text = source("...ij->j...i", &[&[2, 3, 4]]);
        for line in [
            "int i = place % size_i;",
            "int e0 = place / size_i % size_e0;",
            "int j = place / size_i / size_e0;",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(text.contains("x0[((long long)e0 * size_i + i) * size_j + j]"), "{text}");
    }

    #[test]
    fn sizes_follow_the_parameters_and_must_be_ints() {
        let kernel = codegen("ik,kj->ij", &[[2, 3], [3, 4]], "float").unwrap();
        assert_eq!((kernel.sizes(), kernel.output_shape()), (&[2, 4, 3][..], &[2, 4][..]));
        let error = codegen("i->i", &[[1 << 31]], "float").unwrap_err().to_string();
        assert!(error.contains("letter `i` is 2147483648"), "{error}");
    }
}
