//! The names of one cell: which it makes, and which it mentions.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Item, Pat, Stmt, UseTree, parse::Parser, spanned::Spanned, visit::Visit};

use crate::{Result, cell_code::CellCode, notebook::Cell};

/// A set of names.
pub(super) type Words = BTreeSet<String>;

/// What one cell makes, and what it mentions.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The variables of its `let`s.
    pub variables: Words,
    /// Those that later cells may change.
    pub mutable: Words,
    /// Its functions, types, imports and the like.
    pub items: Words,
    /// The types and traits of its `impl`s.
    pub extended: Words,
    /// What its statements mention: variables or items.
    mentioned: Words,
    /// What its items mention: items alone, because a function sees no variable of a notebook.
    mentioned_by_items: Words,
}

impl Names {
    /// The names of `cell`.
    ///
    /// # Errors
    /// When its text does not parse.
    pub fn of(cell: &Cell<'_>) -> Result<Self> {
        let code = CellCode::parse(&cell.source())
            .map_err(|p| cell.error(format!("line {}: {}", p.line, p.message)))?;
        let statements = syn::Block::parse_within
            .parse_str(&code.text)
            .map_err(|e| cell.error(format!("does not parse: {e}")))?;
        let mut names = Names::default();
        names.items.extend(code.own_crates.iter().map(|own| own.name.clone()));
        statements.iter().for_each(|statement| names.add(statement, &code.text));
        let Names { items, mentioned, mentioned_by_items, .. } = &mut names;
        mentioned.retain(|name| !items.contains(name));
        mentioned_by_items.retain(|name| !items.contains(name));
        Ok(names)
    }

    /// Whether a statement mentions `name`, or, if it is an item, anything does.
    pub fn mentions(&self, name: &str, is_item: bool) -> bool {
        self.mentioned.contains(name) || is_item && self.mentioned_by_items.contains(name)
    }

    /// Adds the names of a statement of `text`; what the cell itself has made is no mention.
    fn add(&mut self, statement: &Stmt, text: &str) {
        let mut words = Words::new();
        match statement {
            Stmt::Item(item) => {
                self.add_item(item, text);
                return add_words(tokens_of(item, text), &mut self.mentioned_by_items);
            }
            Stmt::Local(local) => {
                let bound = bound_by(&local.pat).all;
                add_words(tokens_of(&local.pat, text), &mut words);
                words.retain(|name| !bound.contains(name));
                if let Some(value) = &local.init {
                    add_words(tokens_of(&value.expr, text), &mut words);
                }
            }
            other => add_words(tokens_of(other, text), &mut words),
        }
        self.mentioned.extend(words.into_iter().filter(|word| !self.variables.contains(word)));
        if let Stmt::Local(local) = statement {
            let bound = bound_by(&local.pat);
            self.variables.extend(bound.all);
            self.mutable.extend(bound.mutable);
        }
    }

    fn add_item(&mut self, item: &Item, text: &str) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Mod(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Macro(item) => match &item.ident {
                Some(name) => name,
                None => return,
            },
            Item::Use(item) => return self.add_import(&item.tree),
            Item::Impl(item) => {
                add_words(tokens_of(&item.self_ty, text), &mut self.extended);
                if let Some((path, _)) = &item.trait_ {
                    add_words(tokens_of(path, text), &mut self.extended);
                }
                return;
            }
            _ => return,
        };
        self.items.insert(name.to_string());
    }

    fn add_import(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.add_import(&path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_import(tree)),
            UseTree::Name(name) => {
                self.items.insert(name.ident.to_string());
            }
            UseTree::Rename(rename) => {
                self.items.insert(rename.rename.to_string());
            }
            UseTree::Glob(_) => {}
        }
    }
}

/// The variables that a pattern makes.
#[derive(Default)]
struct Bound {
    all: Words,
    mutable: Words,
}

fn bound_by(pattern: &Pat) -> Bound {
    let mut bound = Bound::default();
    bound.visit_pat(pattern);
    bound
}

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.all.insert(pattern.ident.to_string());
        if pattern.mutability.is_some() {
            self.mutable.insert(pattern.ident.to_string());
        }
    }
}

/// The tokens of a `part` that was parsed from `text`.
fn tokens_of(part: &impl Spanned, text: &str) -> TokenStream {
    text[part.span().byte_range()].parse().unwrap_or_default()
}

/// Adds the words of `tokens`, without those behind a dot or `::`, and with those in the braces of
/// format strings.
fn add_words(tokens: TokenStream, words: &mut Words) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (k, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => add_words(group.stream(), words),
            TokenTree::Ident(name) if !is_member(&tokens[..k]) => {
                words.insert(name.to_string());
            }
            TokenTree::Literal(literal) => add_captured(&literal.to_string(), words),
            _ => {}
        }
    }
}

/// Whether what follows `before` is a field, a method or a part of a path: after `.`, not after `..`.
fn is_member(before: &[TokenTree]) -> bool {
    let is = |k: usize, character| {
        let token = before.len().checked_sub(k).and_then(|k| before.get(k));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
    };
    is(1, '.') && !is(2, '.') || is(1, ':') && is(2, ':')
}

/// Adds the names that a format string may take: `"{share:.2}"` takes `share`.
fn add_captured(literal: &str, words: &mut Words) {
    if !literal.contains('"') {
        return;
    }
    for part in literal.split('{').skip(1) {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
        words.insert(part[..end].to_string());
    }
}
