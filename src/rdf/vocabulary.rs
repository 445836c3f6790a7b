//! Names as IRIs and back: labels, relationship types, property keys.
//!
//! A name such as `foaf:knows` whose prefix is known stands for the IRI that it shortens, and a
//! name that is an IRI for itself. Any other is put under a *base*: `VIOLATED` becomes
//! `BASE` + `vocabulary/VIOLATED`. Whatever a name becomes gives that name again, since a
//! candidate that does not is passed over.

use super::iri::{REIFIES, TERMS, TYPE, WELL_KNOWN};
use oxrdf::NamedNode;
use std::collections::BTreeMap;

/// The base where none is given.
pub const DEFAULT_BASE: &str = "urn:dossier:graph:";

/// What stands between the base and a name that is put under it.
const NAMES: &str = "vocabulary/";

/// Prefixes that an export declares for itself.
const OWN: [&str; 3] = ["dossier", "g", "v"];

/// How names are said as IRIs.
///
/// ```
/// use dossier::rdf::Vocabulary;
///
/// let vocabulary = Vocabulary::new("http://example.org/truce/", [("ex", "http://example.org/ns#")])?;
/// assert_eq!(vocabulary.iri_of("VIOLATED"), "http://example.org/truce/vocabulary/VIOLATED");
/// assert_eq!(vocabulary.iri_of("ex:knows"), "http://example.org/ns#knows");
/// assert_eq!(vocabulary.name_of("http://example.org/ns#knows"), "ex:knows");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// The bases; names are put under the first.
    bases: Vec<String>,
    prefixes: BTreeMap<String, String>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Vocabulary {
            bases: vec![DEFAULT_BASE.to_owned()],
            prefixes: WELL_KNOWN
                .iter()
                .map(|(name, iri)| ((*name).into(), (*iri).into()))
                .collect(),
        }
    }
}

impl Vocabulary {
    /// A vocabulary with a base, and with prefixes beside the well-known ones.
    ///
    /// # Errors
    /// The base is no IRI or does not end in `/`, `#` or `:`; a prefix is no IRI, or its name
    /// is taken. The text says so.
    pub fn new<'a>(
        base: &str,
        prefixes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, String> {
        if !is_iri(base) {
            return Err(format!(
                "the base `{base}` is not an IRI, as http://example.org/truce/ is"
            ));
        }
        if !base.ends_with(['/', '#', ':']) {
            return Err(format!(
                "the base `{base}` has to end in `/`, `#` or `:`, since names are written behind it"
            ));
        }
        let mut vocabulary = Vocabulary { bases: vec![base.to_owned()], ..Vocabulary::default() };
        for (name, iri) in prefixes {
            if !is_iri(iri) {
                return Err(format!(
                    "`{iri}` is not an IRI that the prefix `{name}:` can stand for"
                ));
            }
            if !name.chars().all(|c| c.is_ascii_alphanumeric()) || OWN.contains(&name) {
                return Err(format!(
                    "`{name}` cannot be a prefix: take letters and digits, but not dossier, g or v"
                ));
            }
            if let Some(known) = vocabulary.prefixes.get(name).filter(|known| *known != iri) {
                return Err(format!("the prefix `{name}:` stands for {known} already"));
            }
            vocabulary.prefixes.insert(name.to_owned(), iri.to_owned());
        }
        Ok(vocabulary)
    }

    /// The vocabulary of a file: with the bases that it tells of, and with its prefixes, but
    /// those that say something else than the well-known ones.
    pub(crate) fn of_file(bases: Vec<String>, prefixes: Vec<(String, String)>) -> Self {
        let mut vocabulary = Vocabulary { bases, ..Vocabulary::default() };
        for (name, iri) in prefixes {
            vocabulary.prefixes.entry(name).or_insert(iri);
        }
        vocabulary
    }

    /// The base.
    pub fn base(&self) -> &str {
        self.bases.first().map_or(DEFAULT_BASE, |base| base)
    }

    /// The prefixes by name, those of the names under the base among them.
    pub(crate) fn declared(&self) -> Vec<(String, String)> {
        let base = self.base();
        let own = [("g", base.to_owned()), ("v", format!("{base}{NAMES}"))];
        let own = own.into_iter().chain([("dossier", TERMS.to_owned())]);
        let own = own.map(|(name, iri)| (name.to_owned(), iri));
        own.chain(self.prefixes.iter().map(|(name, iri)| (name.clone(), iri.clone()))).collect()
    }

    /// Whether an IRI lies under a base: whoever wrote it has made it up.
    pub(crate) fn is_made(&self, iri: &str) -> bool {
        self.bases.iter().any(|base| iri.starts_with(base.as_str()))
    }

    /// The IRI of a name.
    pub fn iri_of(&self, name: &str) -> String {
        let reserved = |iri: &str| iri == TYPE || iri == REIFIES || iri.starts_with(TERMS);
        let fits = |iri: &String| is_iri(iri) && !reserved(iri) && self.name_of(iri) == name;
        let unprefixed = self.prefixes.get("").map(|space| format!("{space}{name}"));
        let shortened = name
            .split_once(':')
            .and_then(|(prefix, local)| Some(format!("{}{local}", self.prefixes.get(prefix)?)));
        let candidates = [shortened, Some(name.to_owned()), unprefixed];
        let found = candidates.into_iter().flatten().find(fits);
        found.unwrap_or_else(|| format!("{}{NAMES}{}", self.base(), encoded(name)))
    }

    /// The name of an IRI.
    pub fn name_of(&self, iri: &str) -> String {
        for base in &self.bases {
            let rest = iri.strip_prefix(base.as_str()).and_then(|rest| rest.strip_prefix(NAMES));
            if let Some(name) = rest.and_then(decoded) {
                return name;
            }
        }
        let own = [("dossier".to_owned(), TERMS.to_owned())];
        let known = self.prefixes.iter().chain(own.iter().map(|(name, iri)| (name, iri)));
        let shortened = known
            .filter_map(|(prefix, space)| {
                let local = iri.strip_prefix(space.as_str())?;
                let whole = !local.is_empty() && !local.contains(['/', '#', ':']);
                whole.then_some((space.len(), prefix, local))
            })
            .max_by_key(|(length, ..)| *length);
        match shortened {
            None => iri.to_owned(),
            Some((_, prefix, local)) if prefix.is_empty() => local.to_owned(),
            Some((_, prefix, local)) => format!("{prefix}:{local}"),
        }
    }
}

/// Whether a text is an IRI with a scheme.
pub(crate) fn is_iri(text: &str) -> bool {
    NamedNode::new(text).is_ok()
}

/// A name with all that an IRI cannot hold as `%` and two digits for each byte.
fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    // A step along a path is a name that resolving takes away.
    let signs: &[char] = if matches!(name, "." | "..") { &[] } else { &['_', '-', '.'] };
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || signs.contains(&c) || (!c.is_ascii() && c.is_alphanumeric())
        {
            text.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                text.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    text
}

/// The inverse; `None` of what does not come from there.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    (encoded(&name) == text).then_some(name)
}

/// What an element is called, as the last part of an IRI.
pub(crate) fn spelled(name: &str) -> String {
    if name.is_empty() { "node".to_owned() } else { encoded(&name.replace(' ', "_")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let prefixes = [("ex", "http://example.org/ns#"), ("in", "http://example.org/ns#in/")];
        Vocabulary::new("http://example.org/truce/", prefixes).unwrap()
    }

    #[test]
    fn a_name_comes_back_from_its_iri() {
        let vocabulary = vocabulary();
        let names = [
            "VIOLATED",
            "a name",
            "",
            "`",
            "naïve",
            "..",
            "-a.b.",
            "100%",
            "a/b#c",
            "ex:knows",
            "ex:a/b",
            "ex:",
            "foaf:name",
            "rdf:type",
            "rdf:reifies",
            "dossier:asserted",
            "g:x",
            "v:x",
            "http://xmlns.com/foaf/0.1/name",
            "http://elsewhere.org/p",
            "http://example.org/ns#in/x",
            "http://example.org/truce/x",
            "http://example.org/truce/vocabulary/x",
            "urn:dossier:terms#Node",
            "no iri: at all",
        ];
        let mut iris = std::collections::HashSet::new();
        for name in names {
            let iri = vocabulary.iri_of(name);
            assert!(is_iri(&iri), "{name} {iri}");
            assert_eq!(vocabulary.name_of(&iri), name, "{iri}");
            assert!(iris.insert(iri.clone()), "{iri} stands for two names");
        }
        assert_eq!(vocabulary.iri_of("foaf:name"), "http://xmlns.com/foaf/0.1/name");
        assert_eq!(vocabulary.iri_of("http://elsewhere.org/p"), "http://elsewhere.org/p");
    }

    #[test]
    fn what_cannot_be_a_base_or_a_prefix_is_told() {
        assert!(Vocabulary::new("truce", []).unwrap_err().contains("not an IRI"));
        assert!(Vocabulary::new("http://a.b/c", []).unwrap_err().contains("end in"));
        assert!(Vocabulary::new(DEFAULT_BASE, [("foaf", "http://x.y/")]).is_err());
        assert!(Vocabulary::new(DEFAULT_BASE, [("v", "http://x.y/")]).is_err());
        assert!(Vocabulary::new(DEFAULT_BASE, [("x", "y")]).is_err());
    }
}
