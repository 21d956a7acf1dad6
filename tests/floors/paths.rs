//! Finds, in Rust source, the paths that lead to other modules of the same crate.
//!
//! Works on tokens, so that comments, doc comments and strings do not count.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A name reached through the crate's module tree.
#[derive(Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Segments from the crate root: `["hotp", "Found"]`; a glob ends in `*`.
    pub path: Vec<String>,
    /// The name that a `use` gives it: the last segment, unless there is an `as`.
    pub name: String,
}

#[derive(Debug, Default)]
pub struct Scan {
    /// What follows `crate::`, `self::` and `super::`, anywhere.
    pub paths: Vec<Leaf>,
    /// What the file's own `use` items name, were it the crate's root.
    pub uses: Vec<Leaf>,
    /// Modules that exist under `#[cfg(test)]` alone, as paths from the root.
    pub test_modules: Vec<Vec<String>>,
}

/// Scans the source of the module at `module`, whose items under `#[cfg(test)]` do not count.
pub fn scan(source: &str, module: &[String]) -> Scan {
    let stream = source.parse().expect("Rust source");
    let mut scan = Scan::default();
    walk(stream, module, &mut scan);
    scan
}

fn walk(stream: TokenStream, here: &[String], scan: &mut Scan) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut rest = &tokens[..];
    while let [first, after @ ..] = rest {
        let path = rest;
        rest = after;
        match (word(first).as_str(), after) {
            ("#", [attribute, item @ ..]) if word(attribute) == "[cfg(test)]" => {
                rest = skip_item(item, here, scan);
            }
            ("mod", [name, TokenTree::Group(body), after @ ..]) => {
                walk(body.stream(), &child(here, &word(name)), scan);
                rest = after;
            }
            ("crate" | "self" | "super", _) if follows_colons(after).is_some() => {
                let root = if word(first) == "crate" { &[] } else { here };
                rest = tree(path, root, &mut scan.paths);
            }
            ("use", _) => {
                tree(after, &[], &mut scan.uses);
            }
            _ => {
                if let TokenTree::Group(group) = first {
                    walk(group.stream(), here, scan);
                }
            }
        }
    }
}

/// Skips attributes and the item after them, up to its body or its semicolon.
fn skip_item<'a>(item: &'a [TokenTree], here: &[String], scan: &mut Scan) -> &'a [TokenTree] {
    let end = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => word(token) == ";",
    };
    let length = item.iter().position(end).map_or(item.len(), |index| index + 1);
    let (skipped, rest) = item.split_at(length);
    if let [.., keyword, name, end] = skipped
        && (word(keyword).as_str(), word(end).as_str()) == ("mod", ";")
    {
        scan.test_modules.push(child(here, &word(name)));
    }
    rest
}

/// Reads one path or `use` tree that starts in `base`, and returns what follows it.
fn tree<'a>(tokens: &'a [TokenTree], base: &[String], leaves: &mut Vec<Leaf>) -> &'a [TokenTree] {
    let [first, after @ ..] = tokens else { return tokens };
    let path = match (first, word(first).as_str()) {
        (TokenTree::Group(group), _) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for branch in inner.split(|token| word(token) == ",") {
                tree(branch, base, leaves);
            }
            return after;
        }
        (_, "crate") => Vec::new(),
        (_, "self") => base.to_vec(),
        (_, "super") => base[..base.len().saturating_sub(1)].to_vec(),
        (TokenTree::Ident(_), name) => child(base, name),
        (_, "*") => child(base, "*"),
        // A turbofish or an absolute path: nothing more of this path is a module.
        _ => base.to_vec(),
    };
    if let Some(next) = follows_colons(after) {
        return tree(next, &path, leaves);
    }
    let (name, after) = match after {
        [keyword, alias, after @ ..] if word(keyword) == "as" => (word(alias), after),
        _ => (path.last().cloned().unwrap_or_default(), after),
    };
    leaves.push(Leaf { path, name });
    after
}

fn follows_colons(tokens: &[TokenTree]) -> Option<&[TokenTree]> {
    match tokens {
        [a, b, rest @ ..] if word(a) == ":" && word(b) == ":" => Some(rest),
        _ => None,
    }
}

fn child(module: &[String], name: &str) -> Vec<String> {
    let mut path = module.to_vec();
    path.push(name.to_owned());
    path
}

/// A token as text, without white space.
fn word(token: &TokenTree) -> String {
    let mut word = token.to_string();
    word.retain(|char| !char.is_whitespace());
    word
}
