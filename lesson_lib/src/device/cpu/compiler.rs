//! The C++ compiler of this machine.

use super::Mode;
use crate::cache::digest;
use crate::{Error, Result};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, io};

/// A compiler that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Compiler {
    /// The program and arguments that always come with it.
    command: Vec<String>,
    is_clang: bool,
    /// Its first number, which tells what it can do.
    version: u32,
    /// The flag for this machine's own instructions, if it knows one.
    tuning: Option<&'static str>,
    /// A digest of the macros it defines: its version, and the instructions of this processor.
    identity: String,
}

/// The compiler that `LESSON_CXX` names, else the first that answers of the one in `CXX` and the
/// usual ones; `tools/preflight.sh` has the same rule.
///
/// # Errors
/// [`Error::Device`] says what to install.
pub(super) fn compiler() -> Result<Arc<Compiler>> {
    static FOUND: Mutex<Option<(Option<String>, Arc<Compiler>)>> = Mutex::new(None);
    let wanted = env::var("LESSON_CXX").ok().filter(|name| !name.trim().is_empty());
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    match &*found {
        Some((name, compiler)) if *name == wanted => Ok(compiler.clone()),
        _ => {
            let compiler = Arc::new(find(wanted.as_deref())?);
            *found = Some((wanted, compiler.clone()));
            Ok(compiler)
        }
    }
}

fn find(wanted: Option<&str>) -> Result<Compiler> {
    const OPERATION: &str = "compile for the CPU";
    if let Some(name) = wanted {
        return Compiler::ask(name).ok_or_else(|| {
            let problem = format!(
                "LESSON_CXX is “{name}”, which is no C++ compiler that answers; unset it, or name \
                 one such as g++ or clang++"
            );
            Error::device(OPERATION, problem)
        });
    }
    let usual = usual(env::var("CXX").ok());
    usual.iter().find_map(|name| Compiler::ask(name)).ok_or_else(|| {
        let install = if cfg!(target_os = "macos") {
            "run `xcode-select --install`"
        } else {
            "install one (Debian and Ubuntu: `sudo apt install g++`, Fedora: `sudo dnf install \
             gcc-c++`)"
        };
        let problem = format!(
            "there is no C++ compiler; {install}, or name one in LESSON_CXX, and run the cell again"
        );
        Error::device(OPERATION, problem)
    })
}

fn usual(cxx: Option<String>) -> Vec<String> {
    let named = cxx.filter(|name| !name.trim().is_empty());
    named.into_iter().chain(["c++", "g++", "clang++"].map(String::from)).collect()
}

impl Compiler {
    /// The compiler called `command`, if there is one.
    fn ask(command: &str) -> Option<Self> {
        let command: Vec<String> = command.split_whitespace().map(String::from).collect();
        let tunings = [Some("-march=native"), Some("-mcpu=native"), None];
        tunings.into_iter().find_map(|tuning| {
            let output = Command::new(command.first()?)
                .args(&command[1..])
                .args(tuning)
                .args(["-dM", "-E", "-x", "c++", "-"])
                .stdin(Stdio::null())
                .output()
                .ok()?;
            let macros = String::from_utf8_lossy(&output.stdout);
            let answers = output.status.success() && macros.contains("__cplusplus");
            answers.then(|| Self {
                is_clang: macros.contains("__clang__"),
                version: version(&macros),
                identity: digest([macros.as_bytes()]),
                tuning,
                command: command.clone(),
            })
        })
    }

    /// Everything besides the source that decides what is compiled.
    pub fn fingerprint(&self, mode: Mode) -> String {
        [&[self.identity.clone()][..], &self.command, &self.flags(mode)].concat().join("\n")
    }

    fn flags(&self, mode: Mode) -> Vec<String> {
        let mut flags = COMMON.to_vec();
        flags.extend(self.tuning);
        flags.extend_from_slice(match mode {
            Mode::Fast => &["-O3"],
            // An index that overflows is to be seen as what it becomes; that costs a loop over
            // indices half of its speed. The hooks behind every access cost more than what -O2
            // would win.
            Mode::Checked => {
                &["-O1", "-DCU_CHECKED", "-fsanitize=thread", "-fsanitize=alignment", "-fwrapv"]
            }
        });
        flags.extend_from_slice(match mode {
            Mode::Fast => self.unrolling(),
            Mode::Checked => self.checks(),
        });
        if mode == Mode::Checked {
            // For `variables`, which puts gaps between them.
            flags.push("-fdata-sections");
        }
        if cfg!(target_os = "linux") {
            // A frame larger than the guard page must not step over it.
            flags.push("-fstack-clash-protection");
        }
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) && !self.is_clang {
            // The context is a variable of the thread, and this the quick way to one (elsewhere the
            // usual one). The C library's slow path, which may spoil vector registers, is taken by
            // the first use alone, which is `__cu_enter`'s.
            flags.push("-mtls-dialect=gnu2");
        }
        if cfg!(all(target_os = "linux", target_arch = "aarch64")) && !self.is_clang {
            // Here GCC would try only one page in 64 KiB, and could leave the guard behind.
            flags.push("--param=stack-clash-protection-guard-size=12");
        }
        if cfg!(all(target_os = "linux", target_arch = "aarch64")) && self.outlines_atomics() {
            // A function that the library brings along has no line of the source.
            flags.push("-mno-outline-atomics");
        }
        flags.extend_from_slice(if self.is_clang {
            &["-fno-caret-diagnostics", "-Wno-unused-private-field"]
        } else {
            &["-fno-diagnostics-show-caret", "-gstatement-frontiers"]
        });
        flags.into_iter().map(String::from).collect()
    }

    /// Whether it makes atomic operations calls of a library's functions, unless it is told not to.
    fn outlines_atomics(&self) -> bool {
        matches!((self.is_clang, self.version), (false, 10..) | (true, 12..))
    }

    /// Lets GCC unroll a loop over a tile of 32, as nvcc and Clang do by themselves; then the index of
    /// each step is a constant, which needs no check of the array's bounds.
    fn unrolling(&self) -> &'static [&'static str] {
        match self.is_clang {
            true => &[],
            false => &[
                "--param=max-completely-peel-times=32",
                "--param=max-completely-peeled-insns=1000",
            ],
        }
    }

    /// What the careful mode also asks for, of compilers that know it: to tell `volatile` apart, to
    /// leave out the calls of functions, and to fill local variables with [`UNSET`].
    fn checks(&self) -> &'static [&'static str] {
        match (self.is_clang, self.version) {
            (false, 12..) => &[
                "--param=tsan-distinguish-volatile=1",
                "--param=tsan-instrument-func-entry-exit=0",
                "-ftrivial-auto-var-init=pattern",
            ],
            (true, 13..) => &["-mllvm", "-tsan-distinguish-volatile"],
            _ => &[],
        }
    }

    /// Compiles `text` to the object file `object`.
    pub fn compile(&self, mode: Mode, text: &str, object: &Path) -> Result<Output> {
        let mut command = self.command();
        command.args(self.flags(mode)).args(["-c", "-x", "c++", "-", "-o"]).arg(object);
        self.run(&mut command, text)
    }

    /// Links `object` to the library `library`, by the linker's `script` if there is one, and without
    /// the runtime of any sanitizer: the shim defines all that the compiler calls.
    pub fn link(&self, object: &Path, library: &Path, script: Option<&Path>) -> Result<Output> {
        let mut command = self.command();
        command.arg("-shared").arg("-o").arg(library).arg(object).arg("-lm");
        if let Some(script) = script {
            command.arg("-Xlinker").arg("-T").arg("-Xlinker").arg(script);
        }
        if cfg!(target_os = "linux") {
            command.arg("-Wl,--no-undefined");
        }
        self.run(&mut command, "")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).env("LC_ALL", "C");
        command
    }

    fn run(&self, command: &mut Command, input: &str) -> Result<Output> {
        let mut run = || -> io::Result<Output> {
            let pipes = [Stdio::piped(), Stdio::piped()];
            let [stdout, stderr] = pipes;
            let mut child = command.stdin(Stdio::piped()).stdout(stdout).stderr(stderr).spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                // A compiler that ends before it has read all says why itself.
                let _ = stdin.write_all(input.as_bytes());
            }
            child.wait_with_output()
        };
        run().map_err(|error| {
            Error::device(format!("run {}", self.command.join(" ")), error.to_string())
        })
    }
}

/// The first number of the version, by the macros that a compiler defines.
fn version(macros: &str) -> u32 {
    let number = |name: &str| {
        let line =
            macros.lines().find_map(|line| line.strip_prefix("#define ")?.strip_prefix(name));
        line.and_then(|number| number.trim().parse().ok())
    };
    number("__clang_major__ ").or_else(|| number("__GNUC__ ")).unwrap_or(0)
}

/// What each byte of a local variable holds before it is set, where the compiler fills it: as a
/// `float` so large a number that sums keep it.
pub(super) const UNSET: u8 = 0xfe;

/// For both modes and every compiler.
///
/// CUDA contracts `a * b + c` to one operation, has no `errno`, lets a `float*` be read as
/// `float4*`, and allows endless loops. Its `char` is signed, which on AArch64 a compiler's is not.
const COMMON: [&str; 21] = [
    "-std=c++17",
    "-fPIC",
    "-fno-exceptions",
    "-fno-rtti",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-strict-aliasing",
    "-fsigned-char",
    "-fno-finite-loops",
    "-fno-delete-null-pointer-checks",
    "-fvisibility=hidden",
    "-g1",
    "-fsanitize=bounds,integer-divide-by-zero,return",
    // A check that fails ends the launch: what comes after it need not be kept.
    "-fno-sanitize-recover=bounds,integer-divide-by-zero",
    "-fdiagnostics-color=never",
    "-ftabstop=1",
    "-Wall",
    "-Wno-unknown-pragmas",
    "-Wno-unused-function",
    // Most kernels compare an int with blockDim.x.
    "-Wno-sign-compare",
    // CUDA has no arrays whose size only the run tells.
    "-Werror=vla",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_is_not_there_is_named() {
        let error = find(Some("no-such-compiler --at-all")).unwrap_err().to_string();
        assert!(error.contains("LESSON_CXX is “no-such-compiler --at-all”"), "{error}");
        // A program that runs but compiles nothing is not a compiler either.
        assert!(find(Some("true")).is_err());
    }

    #[test]
    fn the_version_is_the_compilers_own() {
        assert_eq!(version("#define __GNUC__ 12\n#define __cplusplus 201703L\n"), 12);
        assert_eq!(version("#define __GNUC__ 4\n#define __clang_major__ 17\n"), 17);
        assert_eq!(version(""), 0);
    }

    #[test]
    fn the_compiler_in_cxx_comes_before_the_usual_ones() {
        assert_eq!(usual(Some("/opt/g++ -m64".into()))[..2], ["/opt/g++ -m64", "c++"]);
        assert_eq!(usual(Some(" ".into())), usual(None));
    }
}
