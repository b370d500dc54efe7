//! Structures that host and kernels share.
#![allow(unsafe_code)]

use super::Element;

/// Makes a structure that buffers can hold and kernels can be given, as the same one in CUDA C.
///
/// Its fields are numbers and arrays of numbers, in the order of the kernel's. It must have no
/// padding: where CUDA's has some, name it as a field.
///
/// ```
/// use lesson_lib::{device::{Device, Launch}, device_struct, ndarray::array};
///
/// device_struct! {
///     /// A point that moves.
///     pub struct Particle { pub place: [f32; 3], pub mass: f32 }
/// }
///
/// let heavier = r#"
///     struct Particle { float place[3], mass; };
///     __global__ void heavier(Particle* p) { p[threadIdx.x].mass *= 2; }
/// "#;
/// let device = Device::cpu();
/// let mut particles = device.upload(&array![Particle { place: [0.0; 3], mass: 1.5 }])?;
/// let kernel = device.compile(heavier)?.kernel("heavier")?;
/// kernel.launch(Launch::blocks(1).block(1), (&mut particles,))?;
/// assert_eq!(particles.download()?[0].mass, 3.0);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[macro_export]
macro_rules! device_struct {
    (
        $(#[$attribute:meta])*
        $visible:vis struct $name:ident {
            $($(#[$of_field:meta])* $field_visible:vis $field:ident: $kind:ty),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[repr(C)]
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        $visible struct $name { $($(#[$of_field])* $field_visible $field: $kind),+ }

        const _: () = {
            const fn is_plain<T: $crate::device::PlainField>() -> usize { size_of::<T>() }
            assert!(
                size_of::<$name>() == 0 $(+ is_plain::<$kind>())+,
                "there is padding between two fields or at the end: name it as a field"
            );
        };

        // SAFETY: the fields are plain numbers, and by the assertion there is no padding.
        #[allow(unsafe_code)]
        unsafe impl $crate::device::DeviceValue for $name {
            const LAYOUT: $crate::device::ValueLayout =
                $crate::device::ValueLayout::Struct(stringify!($name));
        }
        impl<'a> $crate::device::IntoArgument<'a> for $name {
            fn into_argument(self) -> $crate::device::Argument<'a> {
                $crate::device::Argument::of_value(&self)
            }
        }
    };
}

/// What a field of a [`device_struct!`](crate::device_struct) may be: a number, or arrays of them.
pub trait PlainField: Copy {}

impl<T: Element> PlainField for T {}
impl<T: PlainField, const N: usize> PlainField for [T; N] {}
