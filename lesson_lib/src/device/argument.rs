//! The arguments of a launch, checked against the parameters.

use super::backend::{BufferSpan, RawArgument};
use super::element::{DeviceValue, Element, Scalar, ValueLayout, bytes_of};
use super::kernel_text::Size;
use super::signature::{Parameter, Passing, Signature};
use super::value_type::ValueType;
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
    /// A vector or a structure.
    Value {
        layout: ValueLayout,
        align: usize,
        bytes: Vec<u8>,
    },
    Buffer {
        layout: ValueLayout,
        align: usize,
        mutable: bool,
        span: BufferSpan,
        shape: &'a [usize],
        device: &'a Device,
    },
}

/// What can be passed to a kernel: numbers, arrays of two to four numbers for CUDA's vectors,
/// structures of [`device_struct!`](crate::device_struct), `&Buffer`, and `&mut Buffer` where the
/// kernel writes.
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
    half::f16: |value| value.to_bits().into(),
    i8: |value| value.cast_unsigned().into(),
    u8: |value| value.into(),
    i16: |value| value.cast_unsigned().into(),
    u16: |value| value.into(),
    i32: |value| value.cast_unsigned().into(),
    u32: |value| value.into(),
    i64: i64::cast_unsigned,
    u64: |value| value
);

impl<'a> IntoArgument<'a> for bool {
    fn into_argument(self) -> Argument<'a> {
        let given = Given::Number { scalar: Scalar::Bool, bits: self.into() };
        Argument { given, borrows: PhantomData }
    }
}

impl<'a, T, const N: usize> IntoArgument<'a> for [T; N]
where
    [T; N]: DeviceValue,
{
    fn into_argument(self) -> Argument<'a> {
        Argument::of_value(&self)
    }
}

impl<'a, T: DeviceValue, D: Dimension> IntoArgument<'a> for &'a Buffer<T, D> {
    fn into_argument(self) -> Argument<'a> {
        buffer(self.view(), false)
    }
}

impl<'a, T: DeviceValue> IntoArgument<'a> for BufferView<'a, T> {
    fn into_argument(self) -> Argument<'a> {
        buffer(self, false)
    }
}

impl<'a, T: DeviceValue, D: Dimension> IntoArgument<'a> for &'a mut Buffer<T, D> {
    fn into_argument(self) -> Argument<'a> {
        buffer(Buffer::view(self), true)
    }
}

fn buffer<T: DeviceValue>(view: BufferView<'_, T>, mutable: bool) -> Argument<'_> {
    let given = Given::Buffer {
        layout: T::LAYOUT,
        align: align_of::<T>(),
        mutable,
        span: view.span(),
        shape: view.shape(),
        device: view.device(),
    };
    Argument { given, borrows: PhantomData }
}

impl Argument<'_> {
    /// A vector or a structure, by its bytes.
    pub fn of_value<T: DeviceValue>(value: &T) -> Self {
        let bytes = bytes_of(std::slice::from_ref(value)).to_vec();
        let given = Given::Value { layout: T::LAYOUT, align: align_of::<T>(), bytes };
        Argument { given, borrows: PhantomData }
    }

    /// The shape of a buffer; `None` for a number.
    pub(super) fn shape(&self) -> Option<&[usize]> {
        match self.given {
            Given::Buffer { shape, .. } => Some(shape),
            Given::Number { .. } | Given::Count(_) | Given::Value { .. } => None,
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
    let bound = match (&argument.given, parameter.passing) {
        (Given::Buffer { .. }, Passing::Value) => Err(("a buffer".into(), "pass a value".into())),
        (Given::Buffer { .. }, _) => bind_buffer(parameter, device, &argument.given),
        (_, Passing::Value) => bind_value(&parameter.value_type, &argument.given),
        (Given::Value { .. }, _) => Err(("a value".into(), "pass a buffer".into())),
        _ => Err(("a number".into(), "pass a buffer".into())),
    };
    bound.map_err(|(given, help)| {
        let help: String = if help.is_empty() { help } else { format!(": {help}") };
        format!("parameter `{parameter}` was given {given}{help}")
    })
}

/// What was given instead, and what to do about it.
type Mismatch = (String, String);

fn bind_value(wanted: &ValueType, given: &Given<'_>) -> Result<RawArgument, Mismatch> {
    match (given, wanted.number()) {
        (Given::Number { scalar, bits }, Some(wanted)) if *scalar == wanted => {
            Ok(RawArgument::value(&bits.to_ne_bytes()))
        }
        (Given::Number { scalar, .. }, Some(wanted)) => {
            Err((format!("a number of type {scalar}"), write_as(*scalar, wanted)))
        }
        (Given::Count(count), Some(wanted)) => match count_bits(*count, wanted) {
            Some(bits) => Ok(RawArgument::value(&bits.to_ne_bytes())),
            None if wanted.is_integer() => Err((format!("{count}"), "it does not fit".into())),
            None => Err(("a number of type usize".into(), write_as(Scalar::U64, wanted))),
        },
        (Given::Value { layout, align, bytes }, _)
            if is_made_of(wanted, *layout, bytes.len(), *align) =>
        {
            Ok(RawArgument::value(bytes))
        }
        (Given::Value { layout, align, bytes }, _) => {
            Err((described(*layout, bytes.len(), *align), pass(wanted)))
        }
        _ => Err(("a number".into(), pass(wanted))),
    }
}

fn bind_buffer(
    parameter: &Parameter,
    device: &Device,
    given: &Given<'_>,
) -> Result<RawArgument, Mismatch> {
    let Given::Buffer { layout, align, mutable, span, device: at, .. } = given else {
        return Err(("a value".into(), "pass a buffer".into()));
    };
    let wanted = &parameter.value_type;
    if !can_be_read_as(wanted, *layout, span.element_size, *align) {
        let given = described(*layout, span.element_size, *align);
        return Err((format!("a buffer of {given}"), format!("it takes {}", elements(wanted))));
    }
    if !mutable && parameter.passing == Passing::Write {
        let help = "the kernel writes to it, so pass `&mut`, or write `const` in the kernel";
        return Err(("a buffer to read".into(), help.into()));
    }
    if !at.same_device(device) {
        let help = format!("the kernel runs on {device}, so move the buffer with `.to(&device)`");
        return Err((format!("a buffer on {at}"), help));
    }
    let (unit, bytes) = (wanted.unit_size(), span.bytes());
    if let ValueType::Vector(scalar, lanes) = wanted
        && !bytes.is_multiple_of(unit * lanes)
    {
        let numbers = bytes / unit;
        let help = format!("{wanted} takes {lanes} of {scalar} each time, so add some to fill up");
        return Err((format!("a buffer of {numbers} numbers"), help));
    }
    let span = BufferSpan { elements: bytes / unit, element_size: unit, ..*span };
    Ok(RawArgument::buffer(span))
}

/// Whether a value of this layout is the very type that a kernel takes.
fn is_made_of(wanted: &ValueType, layout: ValueLayout, size: usize, alignment: usize) -> bool {
    match (wanted, layout) {
        (ValueType::Number(scalar), ValueLayout::Numbers(of, 1)) => *scalar == of,
        (ValueType::Vector(scalar, lanes), ValueLayout::Numbers(of, count)) => {
            *scalar == of && *lanes == count
        }
        (ValueType::Struct { bytes, align, .. }, ValueLayout::Struct(_)) => {
            *bytes == size && *align == alignment
        }
        _ => false,
    }
}

/// Whether a kernel that takes pointers to `wanted` can be given a buffer of these elements: of
/// numbers, however many of them an element has.
fn can_be_read_as(wanted: &ValueType, layout: ValueLayout, size: usize, align: usize) -> bool {
    match (wanted, layout) {
        (ValueType::Untyped, _) => true,
        (ValueType::Number(Scalar::Bool), ValueLayout::Numbers(of, _)) => of == Scalar::U8,
        (ValueType::Number(scalar) | ValueType::Vector(scalar, _), ValueLayout::Numbers(of, _)) => {
            *scalar == of
        }
        _ => is_made_of(wanted, layout, size, align),
    }
}

fn described(layout: ValueLayout, size: usize, align: usize) -> String {
    match layout {
        ValueLayout::Numbers(..) => layout.to_string(),
        ValueLayout::Struct(name) => format!("{name} ({size} bytes, aligned to {align})"),
    }
}

/// What the elements of a buffer for pointers to `wanted` must be.
fn elements(wanted: &ValueType) -> String {
    match wanted {
        ValueType::Number(Scalar::Bool) => "u8, 0 or 1".into(),
        ValueType::Number(scalar) => scalar.to_string(),
        ValueType::Vector(scalar, lanes) => format!("{scalar} or [{scalar}; {lanes}]"),
        ValueType::Struct { name, bytes, align } => format!(
            "a structure as the kernel's {name} ({bytes} bytes, aligned to {align}): \
             `device_struct!` makes it"
        ),
        ValueType::Untyped => "anything".into(),
    }
}

/// How to pass a value of the type `wanted`.
fn pass(wanted: &ValueType) -> String {
    match wanted {
        ValueType::Number(scalar) => format!("pass a number of type {scalar}"),
        ValueType::Vector(scalar, lanes) => format!("pass an array [{scalar}; {lanes}]"),
        _ => format!("pass {}", elements(wanted)),
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
        Scalar::I16 => i16::MAX as u64,
        Scalar::U16 => u16::MAX.into(),
        Scalar::I32 => i32::MAX as u64,
        Scalar::U32 => u32::MAX.into(),
        Scalar::I64 => i64::MAX as u64,
        Scalar::U64 => u64::MAX,
        Scalar::F32 | Scalar::F64 | Scalar::Bf16 | Scalar::F16 | Scalar::Bool => return None,
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
                Given::Number { scalar: Scalar::I8, bits } => (bits as u8).cast_signed().into(),
                Given::Number { scalar: Scalar::I16, bits } => (bits as u16).cast_signed().into(),
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
