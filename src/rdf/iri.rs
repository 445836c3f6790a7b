//! The IRIs that mean something to Dossier, and the properties that tell of IRIs.

/// The property by which an element says its IRI.
pub(crate) const IRI_KEY: &str = "iri";
/// The property by which a relationship says whether its triple is asserted, where that is not
/// what its claims lead to.
pub(crate) const ASSERTED_KEY: &str = "asserted";

/// The class of what a node is that has neither labels nor properties, so that it is there.
pub(crate) const NODE: &str = "urn:dossier:terms#Node";
/// The class of a base: what lies under it are names that an export has made.
pub(crate) const GRAPH: &str = "urn:dossier:terms#Graph";
/// `false` of a reifier whose triple stands in the file for the sake of another reifier.
pub(crate) const ASSERTED: &str = "urn:dossier:terms#asserted";
/// Where these terms and the datatypes of Dossier lie.
pub(crate) const TERMS: &str = "urn:dossier:terms#";

/// `rdf:`
pub(crate) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/// `rdf:type`
pub(crate) const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
/// `rdf:reifies`
pub(crate) const REIFIES: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies";
/// `rdf:first`
pub(crate) const FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
/// `rdf:rest`
pub(crate) const REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
/// `rdf:nil`
pub(crate) const NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";

/// `xsd:`
pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// `prov:`
pub(crate) const PROV: &str = "http://www.w3.org/ns/prov#";
/// From a statement to who asserts it.
pub(crate) const ATTRIBUTED_TO: &str = "http://www.w3.org/ns/prov#wasAttributedTo";
/// From a claim to the claim that it repeats.
pub(crate) const QUOTED_FROM: &str = "http://www.w3.org/ns/prov#wasQuotedFrom";
/// From a claim to where it is written.
pub(crate) const PRIMARY_SOURCE: &str = "http://www.w3.org/ns/prov#hadPrimarySource";

/// Prefixes that everybody uses in the same way.
pub(crate) const WELL_KNOWN: &[(&str, &str)] = &[
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("geo", "http://www.opengis.net/ont/geosparql#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", PROV),
    ("rdf", RDF),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "http://schema.org/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("time", "http://www.w3.org/2006/time#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("wd", "http://www.wikidata.org/entity/"),
    ("wdt", "http://www.wikidata.org/prop/direct/"),
    ("xsd", XSD),
];
