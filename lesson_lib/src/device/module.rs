//! The kernels of one source.

use super::backend::Program;
use super::doubts::doubts;
use super::element::bytes_of;
use super::kernel_text::KernelText;
use super::lexer::{TokenKind, live_tokens, tokens};
use super::signature::Signature;
use super::source_place::SourcePlace;
use super::translation_unit::{HostPart, LeftOut, TranslationUnit};
use super::{Device, DeviceValue, Kernel, Source};
use crate::show::Show;
use crate::{Error, Result};
use ndarray::{ArrayRef, Dimension};
use std::sync::{Arc, Mutex, PoisonError};

impl Device {
    /// Compiles CUDA C: text, or a [`Source`] read from a file.
    ///
    /// The text may be a whole published file. What the host would run (`main`, `<<<…>>>`,
    /// `cudaMalloc`) is left out, and a line says so; its usual headers need not be there. Warnings
    /// about values that are never set, or results that are missing, are printed.
    ///
    /// # Errors
    /// [`Error::Compile`] with the compiler's messages; [`Error::Device`] when there is no compiler.
    pub fn compile(&self, source: impl Into<Source>) -> Result<Module> {
        Module::compile(self, &source.into())
    }
}

/// The kernels of one source, compiled for one device.
#[derive(Clone, Debug)]
pub struct Module {
    device: Device,
    unit: Arc<TranslationUnit>,
    program: Arc<dyn Program>,
    kernels: Vec<Signature>,
    /// Kernels that cannot be launched, with the reason.
    refused: Vec<(String, String)>,
    made: Arc<Mutex<Made>>,
}

/// What was made of a module after it was compiled; all its copies share it.
#[derive(Debug, Default)]
struct Made {
    instances: Vec<Kernel>,
    constants: Vec<(String, Vec<u8>)>,
}

impl Module {
    fn compile(device: &Device, source: &Source) -> Result<Self> {
        let unit = TranslationUnit::of(source, device.properties().kind);
        if unit.kernels.is_empty() {
            return Err(without_kernel(&unit));
        }
        let program: Arc<dyn Program> = compiled(device, &unit)?.into();
        let (mut kernels, mut refused) = (Vec::new(), Vec::new());
        for entry in &unit.entries {
            let text = &unit.kernels[entry.number];
            match signature(&*program, &entry.name, text) {
                Ok(signature) => kernels.push(signature),
                Err(problem) => refused.push((entry.name.clone(), problem)),
            }
        }
        // A source of one kernel that cannot be launched says so at once.
        if kernels.is_empty() && unit.kernels.iter().all(|kernel| kernel.template.is_none()) {
            return Err(match refused.into_iter().next() {
                Some((name, problem)) => Error::launch(name, problem),
                None => without_kernel(&unit),
            });
        }
        if let Some(note) = note(&unit.left_out) {
            println!("{}: {note}", source.name());
        }
        let made = Arc::default();
        Ok(Self { device: device.clone(), unit: unit.into(), program, kernels, refused, made })
    }

    /// The kernel called `name`; for one made of a template with its arguments,
    /// `module.kernel("reduce<float, 256>")`.
    ///
    /// An instance of a template is compiled when it is first asked for, and has `__device__`
    /// variables of its own.
    ///
    /// ```
    /// use lesson_lib::{device::{Device, Launch}, ndarray::array};
    ///
    /// let text = r#"
    ///     template <typename T, int N>
    ///     __global__ void fill(T* a, T value) { for (int i = 0; i < N; i++) a[i] = value; }
    /// "#;
    /// let device = Device::cpu();
    /// let mut a = device.zeros(3)?;
    /// let fill = device.compile(text)?.kernel("fill<float, 2>")?;
    /// fill.launch(Launch::blocks(1).block(1), (&mut a, 7_f32))?;
    /// assert_eq!(a.download()?, array![7.0, 7.0, 0.0]);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Launch`] with the names that there are, or with what keeps this kernel from being
    /// launched; [`Error::Compile`] for one that cannot be compiled.
    pub fn kernel(&self, name: &str) -> Result<Kernel> {
        if let Some((template, _)) = name.split_once('<') {
            return self.instance(template.trim(), name);
        }
        let exact = self.kernels.iter().find(|kernel| kernel.name == name);
        let is_known = self.all_names().any(|known| known == name);
        // Only where nothing has just this name, the namespaces may be left out.
        let mut within =
            self.kernels.iter().filter(|kernel| !is_known && is_called(&kernel.name, name));
        let Some(signature) = exact.or_else(|| within.next()) else {
            return Err(self.no_kernel(name));
        };
        if let Some(other) = within.next() {
            let problem = format!(
                "is ambiguous: there are {} and {}; write the namespace too",
                signature.name, other.name
            );
            return Err(Error::launch(name, problem));
        }
        Ok(Kernel::new(&self.device, &self.program, signature))
    }

    /// All kernels' names, with their namespaces.
    fn all_names(&self) -> impl Iterator<Item = &str> {
        let refused = self.unit.refused.iter().map(|(kernel, _)| kernel);
        self.unit.kernels.iter().chain(refused).map(|kernel| kernel.name.as_str())
    }

    fn no_kernel(&self, name: &str) -> Error {
        let source = &self.unit.source;
        let refused = self.unit.refused.iter().find(|(kernel, _)| is_called(&kernel.name, name));
        if let Some((_, log)) = refused {
            return Error::Compile { source_name: source.name().into(), log: log.clone() };
        }
        if let Some((_, problem)) = self.refused.iter().find(|(kernel, _)| is_called(kernel, name))
        {
            return Error::launch(name, problem);
        }
        let problem = match self.template(name) {
            Some((_, KernelText { template: Some(parameters), place, .. })) => format!(
                "is a template in {place}: give its arguments <{parameters}>, as in \
                 `module.kernel(\"{name}<float>\")`"
            ),
            Some((_, kernel)) => format!("is declared in {}, but not defined", kernel.place),
            None => {
                format!("{} has no kernel of this name; it has {}", source.name(), self.names())
            }
        };
        Error::launch(name, problem)
    }

    /// All kernels' names, in the order of the text.
    fn names(&self) -> String {
        let name = |kernel: &KernelText| match &kernel.template {
            Some(parameters) => format!("{}<{parameters}>", kernel.name),
            None => kernel.name.clone(),
        };
        self.unit.kernels.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// The kernel of the text that is called `name`, and its number.
    fn template(&self, name: &str) -> Option<(usize, &KernelText)> {
        let mut all = self.unit.kernels.iter().enumerate();
        all.find(|(_, kernel)| is_called(&kernel.name, name))
    }

    /// The kernel that `template` makes with the arguments in `name`.
    fn instance(&self, template: &str, name: &str) -> Result<Kernel> {
        let name = &in_one_form(name);
        let (number, text) = match self.template(template) {
            Some((number, text)) if text.template.is_some() => (number, text),
            Some(_) => return Err(Error::launch(template, "is no template: leave out the <…>")),
            None => return Err(self.no_kernel(template)),
        };
        // The instance is made outside all namespaces.
        let arguments = name.find('<').map_or("", |at| &name[at..]);
        let name = &format!("{}{arguments}", text.name);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = made.instances.iter();
        if let Some(known) = known.find(|kernel| kernel.signature().name == *name) {
            return Ok(known.clone());
        }
        let program: Arc<dyn Program> =
            compiled(&self.device, &self.unit.instance(number, name))?.into();
        let signature =
            signature(&*program, name, text).map_err(|problem| Error::launch(name, problem))?;
        for (constant, bytes) in &made.constants {
            program.set_constant(constant, bytes)?;
        }
        let kernel = Kernel::new(&self.device, &program, &signature);
        made.instances.push(kernel.clone());
        Ok(kernel)
    }

    /// Copies `values` to the `__constant__` variable `name`, as CUDA's `cudaMemcpyToSymbol` does,
    /// for all launches from now on.
    ///
    /// ```
    /// use lesson_lib::{device::{Device, Launch}, ndarray::array};
    ///
    /// let text = "
    ///     __constant__ float weights[3];
    ///     __global__ void weigh(float* a) { a[threadIdx.x] *= weights[threadIdx.x]; }
    /// ";
    /// let device = Device::cpu();
    /// let module = device.compile(text)?;
    /// module.set_constant("weights", &array![1_f32, 10.0, 100.0])?;
    /// let mut a = device.upload(&array![1_f32, 2.0, 3.0])?;
    /// module.kernel("weigh")?.launch(Launch::blocks(1).block(3), (&mut a,))?;
    /// assert_eq!(a.download()?, array![1.0, 20.0, 300.0]);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Argument`] when there is no such variable, or it has another size.
    pub fn set_constant<T: DeviceValue, D: Dimension>(
        &self,
        name: &str,
        values: &ArrayRef<T, D>,
    ) -> Result<()> {
        let standard = values.as_standard_layout();
        let bytes = bytes_of(standard.as_slice().unwrap_or_default());
        self.program.set_constant(name, bytes)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        for kernel in &made.instances {
            kernel.program().set_constant(name, bytes)?;
        }
        made.constants.retain(|(known, _)| known != name);
        made.constants.push((name.into(), bytes.to_vec()));
        Ok(())
    }

    /// The signatures of all kernels that can be launched, in the order of the text. Templates are
    /// not among them.
    pub fn signatures(&self) -> &[Signature] {
        &self.kernels
    }

    pub(super) fn is_on(&self, device: &Device) -> bool {
        self.device.same_backend(device)
    }

    /// What the compiler said without failing: warnings, and on CUDA the registers of each kernel.
    pub fn log(&self) -> &str {
        self.program.log()
    }
}

/// What `program` and `text` say of the kernel `name`, or why it cannot be launched.
fn signature(program: &dyn Program, name: &str, text: &KernelText) -> Result<Signature, String> {
    let rows = program
        .parameters(name)
        .ok_or_else(|| format!("{}: an #if around it does not hold on this device", text.place))?;
    Signature::of(name, text, &rows)
}

/// The instance that `name` means, `k<float, 256>`, however it is spaced.
fn in_one_form(name: &str) -> String {
    let mut text = String::new();
    let mut was_word = false;
    for token in tokens(name) {
        let is_word = token.kind == TokenKind::Word;
        if is_word && was_word {
            text.push(' ');
        }
        text.push_str(token.text(name));
        if token.is(',') {
            text.push(' ');
        }
        was_word = is_word;
    }
    text
}

/// Whether a kernel `known`, with its namespaces, can be meant by `name`.
fn is_called(known: &str, name: &str) -> bool {
    known == name || known.rsplit("::").next() == Some(name)
}

/// What a backend makes of `unit`, with a word about what may be a fault. An error that is about host
/// code says so.
fn compiled(device: &Device, unit: &TranslationUnit) -> Result<Box<dyn Program>> {
    let compiled = device.backend().compile(unit).map_err(|error| match error {
        Error::Compile { source_name, log } => {
            let notes = unit.left_out.iter().filter_map(|left_out| left_out.note(&log));
            let notes: String = notes.collect();
            Error::Compile { source_name, log: log + &notes }
        }
        other => other,
    })?;
    if let Some(doubts) = doubts(compiled.log()) {
        print!("{doubts}");
    }
    Ok(compiled)
}

fn without_kernel(unit: &TranslationUnit) -> Error {
    let log = match unit.refused.first() {
        Some((_, log)) => log.clone(),
        None => hidden_kernel(unit.source.expanded()).unwrap_or_else(|| {
            "there is no kernel in it: a kernel starts with __global__ void".into()
        }),
    };
    Error::Compile { source_name: unit.source.name().into(), log }
}

/// What to say where the first kernel stands inside of something else, whose brace is not closed.
fn hidden_kernel(expanded: &str) -> Option<String> {
    let mut open = Vec::new();
    for token in live_tokens(expanded) {
        if token.is('{') {
            open.push(token.range.start);
        } else if token.is('}') {
            open.pop();
        } else if token.is_word(expanded, "__global__") {
            let place = SourcePlace::of(expanded, *open.last()?);
            return Some(place.error("this brace is still open where a kernel starts"));
        }
    }
    None
}

/// One line about the host's functions that were left out.
fn note(left_out: &[LeftOut]) -> Option<String> {
    let functions: Vec<&str> = left_out
        .iter()
        .filter(|of| of.part == HostPart::Function)
        .map(|of| of.name.as_str())
        .collect();
    let most = 4;
    let more = functions.len().saturating_sub(most);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let names = functions[..functions.len().min(most)].join(", ");
    (!functions.is_empty()).then(|| {
        format!(
            "left out what the host runs ({names}{more}); instead of <<<…>>> write \
             kernel.launch(Launch::over(n), (&a, &mut b, n)), instead of cudaMalloc and cudaMemcpy \
             device.zeros, device.upload and buffer.download"
        )
    })
}

impl Show for Module {
    fn text(&self) -> String {
        let device = &self.device;
        let mut lines = vec![format!("{} on {device}:", self.unit.source.name())];
        lines.extend(self.kernels.iter().map(Signature::to_string));
        let templates = self.unit.kernels.iter().filter_map(|kernel| {
            Some(format!("template <{}> {}", kernel.template.as_ref()?, kernel.name))
        });
        lines.extend(templates);
        let refused = self.unit.refused.iter().map(|(kernel, _)| &kernel.name);
        let refused = refused.chain(self.refused.iter().map(|(name, _)| name));
        lines.extend(
            refused.map(|name| format!("{name} cannot be launched; asked for, it says why")),
        );
        lines.extend(note(&self.unit.left_out));
        lines.join("\n")
    }
}
