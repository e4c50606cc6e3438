//! What a source file mentions: every path spelled out from its root, every macro it calls, every module it declares.
//!
//! Paths are followed through `use`, its groups and its renames, because `use std as s; s::fs::read(…)` reads a file
//! as well. The insides of macro calls are only tokens to the parser, so paths are looked for in those as well.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// A path as it was meant: `crate` first when it leads into this crate, `*` last when everything below is taken.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    /// The module of the crate in which it stands.
    pub(crate) scope: Vec<String>,
    pub(crate) segments: Vec<String>,
    /// How many of the segments were not written here but stand in the `use` that brought in the first word.
    pub(crate) imported: usize,
    pub(crate) line: usize,
}

/// All that one file says about others.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    pub(crate) paths: Vec<Mention>,
    /// The last word of each called macro's name.
    pub(crate) macros: Vec<(String, usize)>,
    /// Modules declared at the top of the file, with or without a body.
    pub(crate) modules: Vec<(String, usize)>,
    /// Modules in files of their own that exist in tests only.
    pub(crate) test_modules: Vec<Vec<String>>,
}

/// Reads the file that is the module `scope` of its crate.
///
/// What stands under `#[cfg(test)]` is left out: what the library's tests do is not what the library does.
pub(crate) fn read(text: &str, scope: &[String]) -> syn::Result<Mentions> {
    let file = syn::parse_file(text)?;
    let mut reader = Reader { scope: scope.to_vec(), root: scope.len(), ..Reader::default() };
    reader.visit_file(&file);
    let spelled_out = reader.found.paths.iter().flat_map(|mention| reader.spell_out(mention, 8)).collect();
    Ok(Mentions { paths: spelled_out, ..reader.found })
}

#[derive(Default)]
struct Reader {
    scope: Vec<String>,
    root: usize,
    found: Mentions,
    /// What a name stands for after `use`. Scopes are not told apart: one name may stand for several things.
    imports: BTreeMap<String, Vec<Vec<String>>>,
}

impl Reader {
    fn path(&mut self, segments: &[String], line: usize) {
        let segments = self.rooted(segments);
        self.found.paths.push(Mention { scope: self.scope.clone(), segments, imported: 0, line });
    }

    /// `self` and `super` replaced by the module they mean.
    fn rooted(&self, segments: &[String]) -> Vec<String> {
        let steps = segments.iter().take_while(|word| *word == "self" || *word == "super").count();
        if steps == 0 {
            return segments.to_vec();
        }
        let up = segments[..steps].iter().filter(|word| *word == "super").count();
        let module = &self.scope[..self.scope.len().saturating_sub(up)];
        [&["crate".to_owned()], module, &segments[steps..]].concat()
    }

    fn import(&mut self, tree: &syn::UseTree, prefix: &[String]) {
        match tree {
            syn::UseTree::Path(path) => self.import(&path.tree, &[prefix, &[path.ident.to_string()]].concat()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, prefix)),
            syn::UseTree::Name(name) => self.leaf(prefix, &name.ident, None),
            syn::UseTree::Rename(rename) => self.leaf(prefix, &rename.ident, Some(&rename.rename)),
            syn::UseTree::Glob(glob) => {
                self.path(&[prefix, &["*".to_owned()]].concat(), glob.star_token.spans[0].start().line);
            }
        }
    }

    fn leaf(&mut self, prefix: &[String], ident: &syn::Ident, rename: Option<&syn::Ident>) {
        let own = ident.to_string();
        // `{self}` in a group means the path before the group.
        let segments = if own == "self" && !prefix.is_empty() { prefix.to_vec() } else { [prefix, &[own]].concat() };
        self.path(&segments, ident.span().start().line);
        let name = rename.map_or_else(|| segments.last().cloned().unwrap_or_default(), ToString::to_string);
        let meant = self.rooted(&segments);
        self.imports.entry(name).or_default().push(meant);
    }

    /// What the path is once its first word is replaced by what was imported under that word.
    fn spell_out(&self, mention: &Mention, depth: usize) -> Vec<Mention> {
        let first = &mention.segments[0];
        let meant = self.imports.get(first).into_iter().flatten().filter(|target| depth > 0 && target[0] != *first);
        let spelled_out: Vec<Mention> = meant
            .flat_map(|target| {
                let segments = [target, &mention.segments[1..]].concat();
                let imported = target.len() + mention.imported.saturating_sub(1);
                self.spell_out(&Mention { segments, imported, ..mention.clone() }, depth - 1)
            })
            .collect();
        if spelled_out.is_empty() { vec![mention.clone()] } else { spelled_out }
    }

    /// Looks for paths and macro calls among tokens; `prefix` is the path before a group as in `a::{b, c}`.
    fn tokens(&mut self, tokens: TokenStream, prefix: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(_) => at = self.path_among_tokens(&tokens, at, prefix),
                TokenTree::Group(group) => {
                    self.tokens(group.stream(), &[]);
                    at += 1;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
        }
    }

    /// Reads one path that begins at `start` and returns where the rest begins.
    fn path_among_tokens(&mut self, tokens: &[TokenTree], start: usize, prefix: &[String]) -> usize {
        let line = tokens[start].span().start().line;
        let mut segments = prefix.to_vec();
        let mut at = start;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(word)) => segments.push(word.to_string()),
                Some(TokenTree::Punct(star)) if star.as_char() == '*' => segments.push("*".to_owned()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.tokens(group.stream(), &segments);
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            if !is_path_separator(tokens, at) {
                break;
            }
            at += 2;
        }
        if is_macro_call(tokens, at) {
            self.found.macros.push((segments.last().cloned().unwrap_or_default(), line));
        }
        self.path(&segments, line);
        at
    }
}

fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |token: Option<&TokenTree>| match token {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => Some(punct.spacing()),
        _ => None,
    };
    colon(tokens.get(at)) == Some(Spacing::Joint) && colon(tokens.get(at + 1)).is_some()
}

fn is_macro_call(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
        && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)))
}

fn is_test_only(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test")
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_test_only(attributes(item)) {
            visit::visit_item(self, item);
        } else if let syn::Item::Mod(module) = item
            && module.content.is_none()
        {
            self.found.test_modules.push([&self.scope[..], &[module.ident.to_string()]].concat());
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if self.scope.len() == self.root {
            self.found.modules.push((module.ident.to_string(), module.ident.span().start().line));
        }
        self.scope.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.scope.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&item.tree, &[]);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.leaf(&[], &item.ident, item.rename.as_ref().map(|(_, name)| name));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let line = path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
        self.path(&segments, line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last() {
            self.found.macros.push((name.ident.to_string(), name.ident.span().start().line));
        }
        self.tokens(call.tokens.clone(), &[]);
        visit::visit_macro(self, call);
    }

    /// `pub(crate)` says who may look in, not what this file uses.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}
}
