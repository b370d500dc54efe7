//! The modules of a crate, and which of them each one uses.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, UseTree};

use super::source::File;

/// The names that lead to a module from the root of its crate: `cpu/block.rs` in `device/` is
/// `[device, cpu, block]`, and so is `cpu/block/mod.rs`.
pub type ModulePath = Vec<String>;

/// How many re-exports may stand between a name and what it means.
const MOST_HOPS: usize = 16;

/// The modules below one folder.
pub struct Crate {
    modules: BTreeMap<ModulePath, Module>,
}

struct Module {
    imports: BTreeMap<String, Path>,
    uses: Vec<Path>,
}

/// `names` as seen from the module `from`; the last is `*` where all of a module is imported.
#[derive(Clone)]
struct Path {
    from: ModulePath,
    names: Vec<String>,
}

impl Crate {
    /// The crate whose `lib.rs` or `main.rs` lies in `root`, which ends in `/`.
    pub fn new(files: &[File], root: &str) -> Self {
        let mut modules = BTreeMap::new();
        for file in files.iter().filter(|f| f.is_in(root) && f.has_ending(&["rs"])) {
            let path = module_path(&file.path[root.len()..]);
            let items = file.items();
            let mut module = Module { imports: BTreeMap::new(), uses: Vec::new() };
            for item in &items {
                module.read(item, &path);
            }
            modules.insert(path, module);
        }
        Crate { modules }
    }

    pub fn paths(&self) -> impl Iterator<Item = &ModulePath> {
        self.modules.keys()
    }

    /// Every other module that `module` names, or means by a name that another hands on.
    pub fn used_by(&self, module: &ModulePath) -> BTreeSet<ModulePath> {
        let mut reached = BTreeSet::new();
        for path in &self.modules[module].uses {
            self.follow(path, MOST_HOPS, &mut reached);
        }
        reached.remove(module);
        reached
    }

    /// The imports of all of another module, which hide what is used of it.
    pub fn wholesale_imports(&self, module: &ModulePath) -> BTreeSet<String> {
        let imports_all = |path: &&Path| path.names.last().is_some_and(|name| name == "*");
        let whole = self.modules[module].uses.iter().filter(imports_all).filter_map(|path| {
            let names = path.names[..path.names.len() - 1].to_vec();
            let path = Path { from: path.from.clone(), names };
            self.follow(&path, MOST_HOPS, &mut BTreeSet::new())
        });
        whole.filter(|whole| whole != module).map(|whole| whole.join("::")).collect()
    }

    /// Notes every module on the way along `path`; gives the last one if `path` names a module
    /// and no item in it.
    fn follow(
        &self,
        path: &Path,
        hops: usize,
        reached: &mut BTreeSet<ModulePath>,
    ) -> Option<ModulePath> {
        let mut here = path.from.clone();
        for name in &path.names {
            let child = [&here[..], std::slice::from_ref(name)].concat();
            if self.modules.contains_key(&child) {
                here = child;
                continue;
            }
            reached.insert(here.clone());
            let imported = self.modules.get(&here).and_then(|module| module.imports.get(name));
            here = self.follow(imported?, hops.checked_sub(1)?, reached)?;
        }
        reached.insert(here.clone());
        Some(here)
    }
}

/// The module that a file is, by its path below the root of the crate.
fn module_path(file: &str) -> ModulePath {
    let names = file.trim_end_matches(".rs").split('/');
    names.filter(|name| !matches!(*name, "mod" | "lib" | "main")).map(String::from).collect()
}

impl Module {
    fn read(&mut self, item: &Item, path: &ModulePath) {
        if let Item::Use(item) = item {
            self.import(&item.tree, Vec::new(), path);
        }
        read_uses(item.to_token_stream(), path, 0, &mut self.uses);
    }

    fn import(&mut self, tree: &UseTree, mut names: Vec<String>, path: &ModulePath) {
        let (name, original) = match tree {
            UseTree::Path(tree) => {
                names.push(tree.ident.to_string());
                return self.import(&tree.tree, names, path);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, names.clone(), path));
            }
            UseTree::Glob(_) => {
                names.push("*".into());
                return self.uses.extend(Path::new(names, path, 0));
            }
            UseTree::Name(tree) => (&tree.ident, &tree.ident),
            UseTree::Rename(tree) => (&tree.rename, &tree.ident),
        };
        let name = if name == "self" { names.last().cloned() } else { Some(name.to_string()) };
        names.push(original.to_string());
        if let (Some(name), Some(path)) = (name, Path::new(names, path, 0)) {
            self.imports.insert(name, path);
        }
    }
}

impl Path {
    /// `names` as they stand in `module`, inside `depth` inline modules; none if they stay there.
    fn new(mut names: Vec<String>, module: &ModulePath, depth: usize) -> Option<Self> {
        let first = names.first()?.clone();
        let supers = names.iter().take_while(|name| *name == "super").count();
        names.retain(|name| !matches!(name.as_str(), "crate" | "super" | "self"));
        let kept = match first.as_str() {
            "crate" => 0,
            _ => module.len().checked_sub(supers.checked_sub(depth)?)?,
        };
        Some(Path { from: module[..kept].to_vec(), names })
    }
}

/// Finds the paths that begin with `crate`, `super` or `self`, in imports and elsewhere.
fn read_uses(stream: TokenStream, module: &ModulePath, depth: usize, uses: &mut Vec<Path>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut in_path = false;
    for (k, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) if !in_path && leads(word) && goes_on(&tokens, k + 1) => {
                let mut paths = Vec::new();
                read_path(&tokens[k..], Vec::new(), &mut paths);
                uses.extend(paths.into_iter().filter_map(|path| Path::new(path, module, depth)));
            }
            TokenTree::Group(group) => {
                let inner = usize::from(is_inline_module(&tokens[..k]));
                read_uses(group.stream(), module, depth + inner, uses);
            }
            _ => {}
        }
        in_path = goes_on(&tokens, k.saturating_sub(1));
    }
}

fn leads(word: &proc_macro2::Ident) -> bool {
    ["crate", "super", "self"].iter().any(|leading| word == leading)
}

fn goes_on(tokens: &[TokenTree], k: usize) -> bool {
    let is_colon = |k| matches!(tokens.get(k), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    is_colon(k) && is_colon(k + 1)
}

/// Whether a group after `before` is the body of a module.
fn is_inline_module(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(word), TokenTree::Ident(_)] if word == "mod")
}

/// Reads the path at the begin of `tokens`, behind `names`; several if it ends in a group.
fn read_path(tokens: &[TokenTree], mut names: Vec<String>, paths: &mut Vec<Vec<String>>) {
    match tokens.first() {
        Some(TokenTree::Ident(name)) => {
            names.push(name.to_string());
            if goes_on(tokens, 1) {
                return read_path(&tokens[3..], names, paths);
            }
        }
        Some(TokenTree::Punct(p)) if p.as_char() == '*' => names.push("*".into()),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_comma = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == ',');
            let parts = inner.split(is_comma).filter(|part| !part.is_empty());
            return parts.for_each(|part| read_path(part, names.clone(), paths));
        }
        _ => {}
    }
    paths.push(names);
}
