//! Runs one program in Uiua, or formats it.
//!
//! Standard input: `run` or `format`, the number of arrays, the arrays (wire.rs), the program.
//! Standard output: the array that is left on the stack, or the formatted program. A problem goes
//! to standard error.

mod wire;

use std::{io, process::ExitCode, time::Duration};

use uiua::{
    Array, Uiua, Value,
    format::{FormatConfig, format_str},
};

/// For how long a program may run: one that never ends would never give the notebook back.
const LIMIT: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let input = io::read_to_string(io::stdin()).unwrap_or_default();
    match answer(&input) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn answer(input: &str) -> Result<String, String> {
    let mut lines = input.split('\n');
    let task = lines.next().unwrap_or_default();
    let count = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let arguments: Option<Vec<_>> = (0..count).map(|_| wire::read(&mut lines)).collect();
    let arguments = arguments.ok_or("the arrays are incomplete")?;
    let program = lines.collect::<Vec<_>>().join("\n");
    match task {
        "format" => formatted(&program),
        _ => run(&program, arguments),
    }
}

fn formatted(program: &str) -> Result<String, String> {
    let config = FormatConfig::default().with_trailing_newline(false);
    format_str(program, &config).map(|done| done.output).map_err(|problem| problem.to_string())
}

/// The first argument lies on top of the stack: it is the leftmost in the language.
fn run(program: &str, arguments: Vec<wire::Array>) -> Result<String, String> {
    let mut uiua = Uiua::with_safe_sys().with_execution_limit(LIMIT);
    for (shape, numbers) in arguments.into_iter().rev() {
        uiua.push(Array::<f64>::new(shape.as_slice(), numbers.as_slice()));
    }
    uiua.run_str(program).map_err(|problem| problem.to_string())?;
    let stack = uiua.take_stack();
    let left = stack.len();
    let [value] = <[Value; 1]>::try_from(stack)
        .map_err(|_| format!("{left} values are left on the stack, and not one"))?;
    let numbers = match value {
        Value::Num(numbers) => numbers,
        Value::Byte(bytes) => bytes.convert(),
        other => return Err(format!("what is left are {}, not numbers", other.type_name_plural())),
    };
    let mut text = String::new();
    wire::write(&mut text, &numbers.shape, numbers.data().iter().copied());
    Ok(text)
}
