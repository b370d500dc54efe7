//! The command line of the `notebook` tool.

use std::{path::PathBuf, process::ExitCode};

use crate::{
    Error, Result,
    assignment::{self, Choice},
    compare, copy, course,
    course::Course,
    extract::{Edition, Package},
    hygiene,
    notebook::Notebook,
    plain,
    student::{self, Written},
    verify::{Settings, verify},
};

const USAGE: &str = "\
usage: notebook COMMAND NOTEBOOK…

A NOTEBOOK is an .ipynb file, or a folder for all that are in it.

  check NOTEBOOK…                 the rules of hygiene
  extract NOTEBOOK… --out DIR     one Cargo package that runs the notebooks
  check-extracted NOTEBOOK…       extract, build and run; report every failing cell
  student NOTEBOOK… --out DIR     write the edition without solutions, over no file
  assignment NOTEBOOK… --out DIR  exercises for nbgrader, a notebook each, over no file
  copy NOTEBOOK --out NEW         a copy to change, with names of its own, listed in the README.md
  text NOTEBOOK…                  cells without outputs, as git shows changes (make git-diff)
  judge NOTEBOOK…                 errors and missing pass lines in the outputs of a run
  compare OLD NEW                 committed outputs against fresh ones
  help                            this text

  --exercise ID   assignment: one exercise, or ID=POINTS; again for more (all, 1 point each)
  --out PATH      where to write (extract, check-extracted: target/extracted)
  --student       extract and check-extracted: the student edition
  --timeout S     check-extracted: seconds for each notebook (300)

The exit code is 0 when all is well, 1 when something is wrong, 2 for a wrong command line.";

/// Runs the tool with the words of its command line.
pub fn run(words: impl Iterator<Item = String>) -> ExitCode {
    let words: Vec<String> = words.collect();
    if words.first().is_some_and(|word| word == "help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let Some((command, options)) = Options::parse(&words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let problems = options.notebooks().and_then(|notebooks| command(&options, notebooks));
    let problems = problems.unwrap_or_else(|error| vec![error.to_string()]);
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A command returns what it found wrong.
type Command = fn(&Options, Vec<Notebook>) -> Result<Vec<String>>;

const COMMANDS: [(&str, Command); 9] = [
    ("check", check),
    ("extract", extract),
    ("check-extracted", check_extracted),
    ("student", write_student),
    ("assignment", write_assignment),
    ("copy", write_copy),
    ("text", print_text),
    ("judge", judge),
    ("compare", compare),
];

#[derive(Debug, Default)]
struct Options {
    paths: Vec<PathBuf>,
    out: Option<PathBuf>,
    student: bool,
    timeout: Option<u64>,
    exercises: Vec<String>,
}

impl Options {
    fn parse(words: &[String]) -> Option<(Command, Self)> {
        let (name, words) = words.split_first()?;
        let (_, command) = COMMANDS.iter().find(|(known, _)| known == name)?;
        let mut options = Options::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--out" => options.out = Some(words.next()?.into()),
                "--student" => options.student = true,
                "--exercise" => options.exercises.push(words.next()?.clone()),
                "--timeout" => options.timeout = Some(words.next()?.parse().ok()?),
                unknown if unknown.starts_with('-') => return None,
                path => options.paths.push(path.into()),
            }
        }
        (!options.paths.is_empty()).then_some((*command, options))
    }

    /// The notebooks that the command line names, at least one.
    fn notebooks(&self) -> Result<Vec<Notebook>> {
        let mut notebooks = Vec::new();
        for path in &self.paths {
            match path.is_dir() {
                true => notebooks.extend(course::notebooks_in(path)?),
                false => notebooks.push(Notebook::read(path)?),
            }
        }
        if notebooks.is_empty() {
            return Err(Error::at(self.paths[0].display().to_string(), "has no notebooks"));
        }
        Ok(notebooks)
    }

    fn edition(&self) -> Edition {
        if self.student { Edition::Student } else { Edition::Instructor }
    }

    fn course(&self) -> Result<Course> {
        Course::around(&self.paths[0])
    }

    fn out_or_extracted(&self, course: &Course) -> PathBuf {
        let name = if self.student { "extracted_student" } else { "extracted" };
        self.out.clone().unwrap_or_else(|| course.target().join(name))
    }

    fn required_out(&self) -> Result<&PathBuf> {
        self.out.as_ref().ok_or_else(|| Error::at("notebook", "this command needs --out PATH"))
    }
}

fn check(_: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    Ok(texts(notebooks.iter().flat_map(hygiene::check)))
}

fn judge(_: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    Ok(texts(notebooks.iter().flat_map(hygiene::judge)))
}

fn texts(errors: impl IntoIterator<Item = Error>) -> Vec<String> {
    errors.into_iter().map(|error| error.to_string()).collect()
}

fn extract(options: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    let course = options.course()?;
    let folder = options.out_or_extracted(&course);
    Package::write(&course, &notebooks, options.edition(), &folder)?;
    println!("{}", folder.display());
    Ok(Vec::new())
}

fn check_extracted(options: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    let course = options.course()?;
    let timeout = options.timeout.unwrap_or(Settings::default().timeout);
    let settings = Settings { edition: options.edition(), timeout };
    let report = verify(&course, &notebooks, settings, &options.out_or_extracted(&course))?;
    println!("{}", report.summary.trim_end());
    Ok(if report.passed { Vec::new() } else { vec![report.problems.trim_end().to_string()] })
}

fn write_student(options: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    let folder = options.required_out()?;
    std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    for notebook in notebooks {
        match student::write_into(folder, &notebook)? {
            Written::New(path) => println!("{}", path.display()),
            Written::Kept(path) => {
                println!(
                    "{} is there and stays as it is: move it away for a new one",
                    path.display()
                );
            }
        }
    }
    Ok(Vec::new())
}

fn write_assignment(options: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    let folder = options.required_out()?;
    let choices = match options.exercises.as_slice() {
        [] => Choice::all_of(&notebooks)?,
        words => words.iter().map(|word| Choice::parse(word)).collect::<Result<_>>()?,
    };
    std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    for path in assignment::write_into(folder, &notebooks, &choices)? {
        println!("{}", path.display());
    }
    Ok(Vec::new())
}

fn write_copy(options: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    let [lesson] = notebooks.as_slice() else {
        return Err(Error::at("notebook copy", "needs one notebook, and --out NEW"));
    };
    let copied = copy::write(lesson, options.required_out()?)?;
    println!("{}", copied.path.display());
    if let Some(table) = copied.listed_in {
        println!("{}: its new row says what the original's did", table.display());
    }
    Ok(Vec::new())
}

fn print_text(_: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    notebooks.iter().for_each(|notebook| print!("{}", plain::text(notebook)));
    Ok(Vec::new())
}

fn compare(_: &Options, notebooks: Vec<Notebook>) -> Result<Vec<String>> {
    match notebooks.as_slice() {
        [old, new] => Ok(texts(compare::compare(old, new)?)),
        _ => Err(Error::at("notebook compare", "needs two notebooks, OLD and NEW")),
    }
}
