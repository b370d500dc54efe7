//! The arguments of a launch, checked against the parameters.

use super::backend::{BufferSpan, RawArgument};
use super::element::{Element, Scalar};
use super::signature::{Parameter, Passing, Signature, Size};
use super::{Buffer, BufferView, Device};
use crate::error::shape_text;
use crate::{Error, Result};
use ndarray::Dimension;
use std::marker::PhantomData;

/// One argument of a launch, not yet checked against a parameter.
#[derive(Debug)]
pub struct Argument<'a> {
    given: Given<'a>,
    // A buffer stays borrowed, `&` or `&mut`, until the launch is made.
    borrows: PhantomData<&'a mut ()>,
}

#[derive(Debug)]
enum Given<'a> {
    Number {
        scalar: Scalar,
        bits: u64,
    },
    /// A `usize`, for an integer parameter of any size that holds its value.
    Count(usize),
    Buffer {
        scalar: Scalar,
        mutable: bool,
        span: BufferSpan,
        shape: &'a [usize],
        device: &'a Device,
    },
}

/// What can be passed to a kernel: numbers, `&Buffer`, and `&mut Buffer` where the kernel writes.
///
/// Types must be the kernel's: `i32` for `int`, `f32` for `float`. Only a `usize`, the type of
/// shapes, may stand for an integer of another size, if its value fits.
pub trait IntoArgument<'a> {
    /// The value as an argument.
    fn into_argument(self) -> Argument<'a>;
}

impl<'a> IntoArgument<'a> for Argument<'a> {
    fn into_argument(self) -> Argument<'a> {
        self
    }
}

impl<'a> IntoArgument<'a> for usize {
    fn into_argument(self) -> Argument<'a> {
        Argument { given: Given::Count(self), borrows: PhantomData }
    }
}

macro_rules! numbers {
    ($($rust:ty: $to_bits:expr),*) => {
        $(
            impl<'a> IntoArgument<'a> for $rust {
                fn into_argument(self) -> Argument<'a> {
                    let to_bits: fn($rust) -> u64 = $to_bits;
                    let given = Given::Number { scalar: <$rust>::SCALAR, bits: to_bits(self) };
                    Argument { given, borrows: PhantomData }
                }
            }
        )*
    };
}

numbers!(
    f32: |value| value.to_bits().into(),
    f64: f64::to_bits,
    half::bf16: |value| value.to_bits().into(),
    i8: |value| value.cast_unsigned().into(),
    u8: |value| value.into(),
    i32: |value| value.cast_unsigned().into(),
    u32: |value| value.into(),
    i64: i64::cast_unsigned,
    u64: |value| value
);

impl<'a, T: Element, D: Dimension> IntoArgument<'a> for &'a Buffer<T, D> {
    fn into_argument(self) -> Argument<'a> {
        buffer(self.view(), false)
    }
}

impl<'a, T: Element> IntoArgument<'a> for BufferView<'a, T> {
    fn into_argument(self) -> Argument<'a> {
        buffer(self, false)
    }
}

impl<'a, T: Element, D: Dimension> IntoArgument<'a> for &'a mut Buffer<T, D> {
    fn into_argument(self) -> Argument<'a> {
        buffer(Buffer::view(self), true)
    }
}

fn buffer<T: Element>(view: BufferView<'_, T>, mutable: bool) -> Argument<'_> {
    let given = Given::Buffer {
        scalar: T::SCALAR,
        mutable,
        span: view.span(),
        shape: view.shape(),
        device: view.device(),
    };
    Argument { given, borrows: PhantomData }
}

impl<'a> Argument<'a> {
    /// The shape of a buffer; `None` for a number.
    pub(super) fn shape(&self) -> Option<&[usize]> {
        match self.given {
            Given::Buffer { shape, .. } => Some(shape),
            Given::Number { .. } | Given::Count(_) => None,
        }
    }
}

/// The arguments of a launch: a tuple, or a list of [`Argument`]s made at run time.
pub trait Arguments<'a> {
    /// The arguments in order.
    fn into_arguments(self) -> Vec<Argument<'a>>;
}

impl<'a> Arguments<'a> for Vec<Argument<'a>> {
    fn into_arguments(self) -> Vec<Argument<'a>> {
        self
    }
}

impl<'a> Arguments<'a> for () {
    fn into_arguments(self) -> Vec<Argument<'a>> {
        Vec::new()
    }
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<'a, $first: IntoArgument<'a>, $($rest: IntoArgument<'a>),*> Arguments<'a>
            for ($first, $($rest,)*)
        {
            #[allow(non_snake_case)]
            fn into_arguments(self) -> Vec<Argument<'a>> {
                let ($first, $($rest,)*) = self;
                vec![$first.into_argument(), $($rest.into_argument()),*]
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L M N O P);

/// Checks `arguments` against the parameters of `kernel`, which runs on `device`.
///
/// # Errors
/// [`Error::Launch`] names the first parameter whose argument is missing, of another type, on
/// another device, read-only where the kernel writes, or of another shape than its comment says.
pub(super) fn bind(
    kernel: &Signature,
    device: &Device,
    arguments: &[Argument<'_>],
) -> Result<Vec<RawArgument>> {
    if arguments.len() != kernel.parameters.len() {
        return Err(wrong_number(kernel, arguments.len()));
    }
    let pairs = || kernel.parameters.iter().zip(arguments);
    let bound =
        pairs().map(|(p, a)| bind_one(p, device, a).map_err(|e| Error::launch(&kernel.name, e)));
    let bound = bound.collect::<Result<Vec<_>>>()?;
    let mut sizes = Sizes::of_numbers(pairs());
    for (parameter, argument) in pairs() {
        if let (Some(expected), Given::Buffer { shape, .. }) = (&parameter.shape, &argument.given) {
            sizes.agree(parameter, expected, shape).map_err(|e| Error::launch(&kernel.name, e))?;
        }
    }
    Ok(bound)
}

fn wrong_number(kernel: &Signature, given: usize) -> Error {
    let expected = kernel.parameters.len();
    let missing = match kernel.parameters.get(given) {
        Some(parameter) => format!("; `{parameter}` comes next"),
        None => String::new(),
    };
    Error::launch(
        &kernel.name,
        format!("takes {expected} arguments, {given} given{missing}: {kernel}"),
    )
}

fn bind_one(
    parameter: &Parameter,
    device: &Device,
    argument: &Argument<'_>,
) -> Result<RawArgument, String> {
    let wrong = |got: String, help: &str| {
        let help = if help.is_empty() { String::new() } else { format!(": {help}") };
        Err(format!("parameter `{parameter}` was given {got}{help}"))
    };
    match (&argument.given, parameter.passing) {
        (Given::Number { scalar, bits }, Passing::Value) if *scalar == parameter.scalar => {
            Ok(RawArgument { bits: *bits, span: None })
        }
        (Given::Number { scalar, .. }, Passing::Value) => {
            wrong(format!("a number of type {scalar}"), &write_as(*scalar, parameter.scalar))
        }
        (Given::Count(count), Passing::Value) => match count_bits(*count, parameter.scalar) {
            Some(bits) => Ok(RawArgument { bits, span: None }),
            None if parameter.scalar.is_integer() => wrong(format!("{count}"), "it does not fit"),
            None => {
                wrong("a number of type usize".into(), &write_as(Scalar::U64, parameter.scalar))
            }
        },
        (Given::Number { .. } | Given::Count(_), _) => wrong("a number".into(), "pass a buffer"),
        (Given::Buffer { .. }, Passing::Value) => wrong("a buffer".into(), "pass a number"),
        (Given::Buffer { scalar, .. }, _) if *scalar != parameter.scalar => {
            wrong(format!("a buffer of {scalar}"), &format!("it takes {}", parameter.scalar))
        }
        (Given::Buffer { mutable: false, .. }, Passing::Write) => wrong(
            "a buffer to read".into(),
            "the kernel writes to it, so pass `&mut`, or write `const` in the kernel",
        ),
        (Given::Buffer { device: at, .. }, _) if !at.same_device(device) => wrong(
            format!("a buffer on {at}"),
            &format!("the kernel runs on {device}, so move the buffer with `.to(&device)`"),
        ),
        (Given::Buffer { span, .. }, _) => Ok(RawArgument { bits: span.start, span: Some(*span) }),
    }
}

fn write_as(given: Scalar, wanted: Scalar) -> String {
    let suffix = wanted.rust_name();
    match (given.is_integer(), wanted.is_integer()) {
        (true, false) => format!("write it as {suffix}, e.g. `2.0_{suffix}` or `n as {suffix}`"),
        (false, true) => format!("write it as {suffix}, e.g. `2_{suffix}`"),
        (true, true) => format!("write it as {suffix}, e.g. `2_{suffix}` or `n as {suffix}`"),
        (false, false) => format!("write it as {suffix}, e.g. `0.5_{suffix}` or `x as {suffix}`"),
    }
}

/// The bits of a count in an integer type that it fits in.
fn count_bits(count: usize, scalar: Scalar) -> Option<u64> {
    let most = match scalar {
        Scalar::I8 => i8::MAX as u64,
        Scalar::U8 => u8::MAX.into(),
        Scalar::I32 => i32::MAX as u64,
        Scalar::U32 => u32::MAX.into(),
        Scalar::I64 => i64::MAX as u64,
        Scalar::U64 => u64::MAX,
        Scalar::F32 | Scalar::F64 | Scalar::Bf16 => return None,
    };
    let count = count as u64;
    (count <= most).then_some(count)
}

/// What the names in shapes mean in one launch, and who said so.
struct Sizes {
    known: Vec<(String, i128, String)>,
}

impl Sizes {
    /// The values of all integer arguments, by the names of their parameters.
    fn of_numbers<'p>(pairs: impl Iterator<Item = (&'p Parameter, &'p Argument<'p>)>) -> Self {
        let known = pairs.filter_map(|(parameter, argument)| {
            let value = match argument.given {
                Given::Count(count) => count as i128,
                Given::Number { scalar: Scalar::I32, bits } => (bits as u32).cast_signed().into(),
                Given::Number { scalar: Scalar::I64, bits } => bits.cast_signed().into(),
                Given::Number { scalar, bits } if scalar.is_integer() => bits.into(),
                _ => return None,
            };
            Some((parameter.name.clone(), value, format!("{} is {value}", parameter.name)))
        });
        Self { known: known.collect() }
    }

    /// Checks one buffer's shape against its comment.
    fn agree(
        &mut self,
        parameter: &Parameter,
        expected: &[Size],
        shape: &[usize],
    ) -> Result<(), String> {
        let text: Vec<String> = expected.iter().map(Size::to_string).collect();
        let refuse = |why: String| {
            let text = text.join(", ");
            let comma = if expected.len() == 1 { "," } else { "" };
            Err(format!(
                "parameter `{}` is ({text}{comma}), but the buffer's shape is {}{why}",
                parameter.name,
                shape_text(shape)
            ))
        };
        if expected.len() != shape.len() {
            return refuse(String::new());
        }
        for (size, &given) in expected.iter().zip(shape) {
            match size {
                Size::Fixed(fixed) if *fixed != given => return refuse(String::new()),
                Size::Fixed(_) => {}
                Size::Named(name) => match self.known.iter().find(|(known, ..)| known == name) {
                    Some((_, value, why)) if *value != given as i128 => {
                        return refuse(format!(" and {why}"));
                    }
                    Some(_) => {}
                    None => {
                        let why = format!("{name} is {given} in `{}`", parameter.name);
                        self.known.push((name.clone(), given as i128, why));
                    }
                },
            }
        }
        Ok(())
    }
}
