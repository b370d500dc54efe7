//! The files of the course, and the tokens of those that are Rust.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, ItemMod};

/// Folders that hold nothing written by hand.
const SKIPPED: [&str; 3] = ["target", "node_modules", "__pycache__"];

/// Endings of the files that rules look at; a script may have none.
const ENDINGS: [&str; 12] =
    ["", "rs", "py", "cu", "cuh", "h", "js", "css", "sh", "toml", "md", "typ"];

/// A file of the course.
pub struct File {
    /// The path from the top of the course, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        File { path: path.into(), text: text.into() }
    }

    /// Whether its name ends in a dot and one of `endings`; `""` stands for a name without a dot.
    pub fn has_ending(&self, endings: &[&str]) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        endings.contains(&name.rsplit_once('.').map_or("", |(_, ending)| ending))
    }

    pub fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// The tokens of a Rust file: no comments, and no content of strings.
    pub fn tokens(&self) -> Vec<TokenTree> {
        let mut tokens = Vec::new();
        flatten(self.parsed().into_token_stream(), &mut tokens);
        tokens
    }

    /// The same without what is only compiled for tests.
    pub fn tokens_without_tests(&self) -> Vec<TokenTree> {
        let mut tokens = Vec::new();
        self.items().iter().for_each(|item| flatten(item.to_token_stream(), &mut tokens));
        tokens
    }

    /// The items of a Rust file without what is only compiled for tests.
    pub fn items(&self) -> Vec<Item> {
        if self.is_for_tests() { Vec::new() } else { without_tests(self.parsed().items) }
    }

    /// Whether the library compiles the whole file for its tests only.
    fn is_for_tests(&self) -> bool {
        self.path.ends_with("/tests.rs")
            || self.path.ends_with("_tests.rs")
            || self.path.contains("/src/") && self.path.contains("/tests/")
    }

    fn parsed(&self) -> syn::File {
        syn::parse_file(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }
}

/// Whether the tokens from `k` on read `texts`.
pub fn reads(tokens: &[TokenTree], k: usize, texts: &[&str]) -> bool {
    let matches = |(offset, text): (usize, &&str)| {
        tokens.get(k + offset).is_some_and(|token| token.to_string() == **text)
    };
    texts.iter().enumerate().all(matches)
}

/// All tokens in order, groups opened: their delimiters become words of their own.
fn flatten(stream: TokenStream, tokens: &mut Vec<TokenTree>) {
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let empty = TokenStream::new();
                tokens.push(proc_macro2::Group::new(group.delimiter(), empty.clone()).into());
                flatten(group.stream(), tokens);
                // An end that no pattern takes for a begin.
                tokens.push(proc_macro2::Literal::string("end of group").into());
            }
            token => tokens.push(token),
        }
    }
}

fn without_tests(mut items: Vec<Item>) -> Vec<Item> {
    items.retain(|item| !is_for_tests(attributes(item)));
    for item in &mut items {
        match item {
            Item::Mod(ItemMod { content: Some((_, inner)), .. }) => {
                *inner = without_tests(std::mem::take(inner));
            }
            Item::Impl(block) => block.items.retain(|item| !is_for_tests(method_attributes(item))),
            _ => {}
        }
    }
    items
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn method_attributes(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(item) => &item.attrs,
        ImplItem::Fn(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|a| a.to_token_stream().to_string().replace(' ', "") == "#[cfg(test)]")
}

/// The files of this checkout.
pub fn files_of_the_course() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent");
    let mut paths = Vec::new();
    collect(root, &mut paths);
    paths.retain(|path| !is_a_learners(path.strip_prefix(root).unwrap_or(path)));
    let files: Vec<File> = paths.iter().filter_map(|path| read(root, path)).collect();
    assert!(files.len() > 20, "only {} files found", files.len());
    files
}

/// Whether `path`, from the top of the course, lies in a folder in which a learner works.
fn is_a_learners(path: &Path) -> bool {
    let mut names = path.iter().map(|name| name.to_string_lossy());
    names.next().is_some_and(|top| top.starts_with("student") && names.next().is_some())
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the course can be read") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
            collect(&path, paths);
        } else if path.is_file() && !name.starts_with('.') && ENDINGS.contains(&ending.as_str()) {
            paths.push(path);
        }
    }
}

/// The file at `path`, if it is text.
fn read(root: &Path, path: &Path) -> Option<File> {
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let relative = path.strip_prefix(root).expect("the path is below the root");
    let text = String::from_utf8(bytes).ok()?;
    Some(File::new(&relative.to_string_lossy().replace('\\', "/"), &text))
}
