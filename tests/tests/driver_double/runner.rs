//! Kernels that the double is asked to run: on the careful CPU device, whose faults become the driver's
//! codes.

use driver_double::KernelLaunch;
use lesson_lib::device::{
    Argument, Buffer, Device, DeviceValue, IntoArgument, Kernel, Launch, Module, Parameter,
    Passing, Scalar,
};
use lesson_lib::error::FaultKind;
use lesson_lib::ndarray::{Array1, Ix1};
use lesson_lib::{Error, Result};
use std::sync::OnceLock;

/// The kernels of all scenarios: one that adds, one that takes a constant, one made of a template, one
/// with shared memory, one that writes too far, and the like.
pub const KERNELS: &str = r#"
    __constant__ float factor[2];
    extern "C" __global__ void add(const float* a, const float* b, float* sum, int n) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i < n) sum[i] = a[i] + b[i];
    }
    extern "C" __global__ void scale(float* a, int n) {
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        if (i < n) a[i] = a[i] * factor[0] + factor[1];
    }
    namespace inner {
        template <typename T, int N> __global__ void fill(T* a, T value) {
            for (int i = 0; i < N; i++) a[i] = value;
        }
        __global__ void every_type(double* out, float a, double b, signed char c, unsigned char d,
            int e, unsigned int f, long long g, unsigned long long h) {
            out[0] = a; out[1] = b; out[2] = c; out[3] = d;
            out[4] = e; out[5] = f; out[6] = g; out[7] = h;
        }
    }
    extern "C" __global__ void matmul(const float* a, const float* b, float* c, int m, int k, int n) {
        __shared__ float a_tile[4][4], b_tile[4][4];
        int x = threadIdx.x, y = threadIdx.y;
        int row = blockIdx.y * 4 + y, column = blockIdx.x * 4 + x;
        float sum = 0;
        for (int start = 0; start < k; start += 4) {
            a_tile[y][x] = row < m && start + x < k ? a[row * k + start + x] : 0;
            b_tile[y][x] = start + y < k && column < n ? b[(start + y) * n + column] : 0;
            __syncthreads();
            for (int step = 0; step < 4; ++step) sum += a_tile[y][step] * b_tile[step][x];
            __syncthreads();
        }
        if (row < m && column < n) c[row * n + column] = sum;
    }
    extern "C" __global__ void too_far(float* a, int n) { a[n + threadIdx.x] = 1; }
"#;

/// The driver's codes for what a kernel does wrong.
const ILLEGAL_ADDRESS: u32 = 700;
const ASSERT: u32 = 710;
const MISALIGNED: u32 = 716;
const FAILED: u32 = 719;

/// The kernels that scenarios launch.
fn module() -> &'static Module {
    static MODULE: OnceLock<Module> = OnceLock::new();
    MODULE.get_or_init(|| Device::checked().compile(KERNELS).unwrap())
}

pub fn run_on_the_processor() -> impl Fn(&mut KernelLaunch) -> Result<(), u32> {
    |launch| {
        if launch.kernel == "delay" {
            return Ok(());
        }
        run(launch).map_err(|error| {
            eprintln!("{error}");
            code(&error)
        })
    }
}

fn run(launch: &mut KernelLaunch) -> Result<()> {
    let module = module();
    let kernel = module.kernel(&launch.kernel)?;
    for (name, value) in &launch.constants {
        module.set_constant(name, &Array1::from(value.clone()))?;
    }
    let parameters = &kernel.signature().parameters;
    let operands = parameters.iter().zip(&launch.arguments);
    let operands = operands.map(|(parameter, bytes)| operand(parameter, bytes));
    let mut operands = operands.collect::<Result<Vec<_>>>()?;
    start(&kernel, launch, &mut operands)?;
    for (bytes, operand) in launch.arguments.iter_mut().zip(&operands) {
        if let Some(result) = operand.result()? {
            *bytes = result;
        }
    }
    Ok(())
}

fn start(kernel: &Kernel, launch: &KernelLaunch, operands: &mut [Box<dyn Operand>]) -> Result<()> {
    let arguments: Vec<Argument<'_>> =
        operands.iter_mut().map(|operand| operand.argument()).collect();
    let [blocks, threads] = [launch.blocks, launch.threads];
    let extent = |[x, y, z]: [u32; 3]| (x as usize, y as usize, z as usize);
    let launch = Launch::blocks(extent(blocks)).block(extent(threads)).shared(launch.shared);
    kernel.launch(launch, arguments)
}

fn code(error: &Error) -> u32 {
    let Error::Fault(fault) = error else { return FAILED };
    match fault.kind {
        FaultKind::OutOfBounds { .. } | FaultKind::BadPointer { .. } => ILLEGAL_ADDRESS,
        FaultKind::Misaligned { .. } => MISALIGNED,
        FaultKind::Assert { .. } => ASSERT,
        _ => FAILED,
    }
}

/// An argument on the processor.
trait Operand {
    fn argument(&mut self) -> Argument<'_>;
    /// What the kernel may have written.
    fn result(&self) -> Result<Option<Vec<u8>>>;
}

/// An argument made of bytes, and how to come back to them.
struct Numbers<T, const SIZE: usize> {
    given: Given<T>,
    to_bytes: fn(T) -> [u8; SIZE],
}

enum Given<T> {
    Value(T),
    Read(Buffer<T, Ix1>),
    Written(Buffer<T, Ix1>),
}

impl<T, const SIZE: usize> Operand for Numbers<T, SIZE>
where
    T: DeviceValue + IntoArgument<'static>,
{
    fn argument(&mut self) -> Argument<'_> {
        match &mut self.given {
            Given::Value(value) => (*value).into_argument(),
            Given::Read(buffer) => (&*buffer).into_argument(),
            Given::Written(buffer) => buffer.into_argument(),
        }
    }

    fn result(&self) -> Result<Option<Vec<u8>>> {
        let Given::Written(buffer) = &self.given else { return Ok(None) };
        Ok(Some(buffer.download()?.iter().flat_map(|&number| (self.to_bytes)(number)).collect()))
    }
}

fn operand(parameter: &Parameter, bytes: &[u8]) -> Result<Box<dyn Operand>> {
    let passing = parameter.passing;
    match parameter.value_type.number() {
        Some(Scalar::F32) => numbers(passing, bytes, f32::from_ne_bytes, f32::to_ne_bytes),
        Some(Scalar::F64) => numbers(passing, bytes, f64::from_ne_bytes, f64::to_ne_bytes),
        Some(Scalar::I8) => numbers(passing, bytes, i8::from_ne_bytes, i8::to_ne_bytes),
        Some(Scalar::U8) => numbers(passing, bytes, u8::from_ne_bytes, u8::to_ne_bytes),
        Some(Scalar::I32) => numbers(passing, bytes, i32::from_ne_bytes, i32::to_ne_bytes),
        Some(Scalar::U32) => numbers(passing, bytes, u32::from_ne_bytes, u32::to_ne_bytes),
        Some(Scalar::I64) => numbers(passing, bytes, i64::from_ne_bytes, i64::to_ne_bytes),
        Some(Scalar::U64) => numbers(passing, bytes, u64::from_ne_bytes, u64::to_ne_bytes),
        _ => panic!("{parameter}: no scenario passes this type"),
    }
}

fn numbers<T, const SIZE: usize>(
    passing: Passing,
    bytes: &[u8],
    from_bytes: fn([u8; SIZE]) -> T,
    to_bytes: fn(T) -> [u8; SIZE],
) -> Result<Box<dyn Operand>>
where
    T: DeviceValue + IntoArgument<'static> + 'static,
{
    let values: Vec<T> = bytes.as_chunks().0.iter().map(|number| from_bytes(*number)).collect();
    let buffer = || Device::checked().upload(&Array1::from(values.clone()));
    let given = match passing {
        Passing::Value => Given::Value(values[0]),
        Passing::Read => Given::Read(buffer()?),
        Passing::Write => Given::Written(buffer()?),
    };
    Ok(Box::new(Numbers { given, to_bytes }))
}
