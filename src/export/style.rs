//! How elements look: shapes and colours by label, lines by claim state, and the
//! property that names an element.
//!
//! All text stands on tints that are light enough for dark letters to be read
//! (contrast above 7:1), and every state differs by its line as well as by its
//! colour, so that it survives a black and white printer.

use super::subgraph::ClaimState;
use crate::value::naming::naming_text;
use crate::value::{Map, Value};

use std::sync::Arc;

/// The colour of letters on nodes.
pub(super) const INK: &str = "#1f2933";
/// The colour of small print.
pub(super) const MUTED: &str = "#52606d";

/// Shape and colours of a kind of node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeStyle {
    /// Graphviz's name of the shape.
    pub(super) shape: &'static str,
    /// The `style` attribute.
    pub(super) style: &'static str,
    /// Inches between text and line, across and down.
    pub(super) margin: &'static str,
    pub(super) fill: &'static str,
    pub(super) line: &'static str,
}

/// A light fill and the dark line that goes with it.
type Tint = (&'static str, &'static str);

const BLUE: Tint = ("#dcebfb", "#2b6cb0");
const GREEN: Tint = ("#def3e2", "#2f7d46");
const AMBER: Tint = ("#fdf0cf", "#a16207");
const VIOLET: Tint = ("#ebe4fa", "#6b46c1");
const TEAL: Tint = ("#d5f2ef", "#0f766e");
const SLATE: Tint = ("#e6eaef", "#52606d");
const ORANGE: Tint = ("#fde8d7", "#b4531a");
const PINK: Tint = ("#fbe3ef", "#a83273");
const LIME: Tint = ("#eaf5cf", "#57801a");
const SKY: Tint = ("#d9f1fa", "#0b7285");
const BROWN: Tint = ("#f1e7db", "#7a4f26");
const INDIGO: Tint = ("#e2e5fb", "#434aa8");

/// What labels without a look of their own take turns with, by their name.
const PALETTE: &[Tint] =
    &[BLUE, GREEN, AMBER, VIOLET, TEAL, ORANGE, PINK, LIME, SKY, BROWN, INDIGO, SLATE];

/// Shape, style and margin. Shapes that lose their corners need less of a margin.
type Form = (&'static str, &'static str, &'static str);

const BOX: Form = ("box", "filled", "0.14,0.07");
const ROUNDED: Form = ("box", "rounded,filled", "0.14,0.07");
const ELLIPSE: Form = ("ellipse", "filled", "0.03,0.02");
const HEXAGON: Form = ("hexagon", "filled", "0,0.03");
const OCTAGON: Form = ("octagon", "filled", "0,0.02");
const NOTE: Form = ("note", "filled", "0.16,0.08");
const FOLDER: Form = ("folder", "filled", "0.14,0.07");
const TAB: Form = ("tab", "filled", "0.14,0.07");
const COMPONENT: Form = ("component", "filled", "0.2,0.07");

/// The look of common labels. Of a node's labels the one that stands first here
/// counts, so the more telling ones come first.
const KNOWN: &[(&str, Form, Tint)] = &[
    ("Journalist", ELLIPSE, BLUE),
    ("Person", ELLIPSE, BLUE),
    ("Agreement", NOTE, VIOLET),
    ("Treaty", NOTE, VIOLET),
    ("Contract", NOTE, VIOLET),
    ("Measure", OCTAGON, ORANGE),
    ("Law", OCTAGON, ORANGE),
    ("Event", HEXAGON, AMBER),
    ("Meeting", HEXAGON, AMBER),
    ("Source", FOLDER, SLATE),
    ("Document", FOLDER, SLATE),
    ("Article", FOLDER, SLATE),
    ("Book", FOLDER, SLATE),
    ("Good", BOX, BROWN),
    ("Product", BOX, BROWN),
    ("Country", TAB, GREEN),
    ("City", TAB, GREEN),
    ("Place", TAB, GREEN),
    ("Location", TAB, GREEN),
    ("Government", ROUNDED, TEAL),
    ("Delegation", ROUNDED, TEAL),
    ("Media", ROUNDED, SKY),
    ("Company", ROUNDED, SKY),
    ("Organization", ROUNDED, SKY),
    ("Organisation", ROUNDED, SKY),
    ("Group", ROUNDED, PINK),
    ("Software", COMPONENT, INDIGO),
    ("System", COMPONENT, INDIGO),
];

/// The label that decides how a node looks and which cluster it is in.
pub(super) fn leading_label(labels: &[Arc<str>]) -> Option<&Arc<str>> {
    let known = KNOWN.iter().find_map(|(name, ..)| labels.iter().find(|label| ***label == **name));
    known.or_else(|| labels.first())
}

/// How a node with these labels looks.
pub(super) fn node_style(labels: &[Arc<str>]) -> NodeStyle {
    let Some(label) = leading_label(labels) else { return made(BOX, SLATE) };
    match KNOWN.iter().find(|(name, ..)| **label == **name) {
        Some((_, form, tint)) => made(*form, *tint),
        None => made(ROUNDED, PALETTE.get(hash(label) % PALETTE.len()).copied().unwrap_or(SLATE)),
    }
}

fn made((shape, style, margin): Form, (fill, line): Tint) -> NodeStyle {
    NodeStyle { shape, style, margin, fill, line }
}

/// The colours of a label's cluster: frame and title.
pub(super) fn cluster_line(label: &str) -> &'static str {
    node_style(&[Arc::from(label)]).line
}

/// FNV-1a, which will give the same colours in every release.
fn hash(text: &str) -> usize {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash as usize
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineStyle {
    pub(super) style: &'static str,
    pub(super) colour: &'static str,
    /// In points.
    pub(super) width: &'static str,
}

/// The line of a statement, by what is claimed about it.
pub(super) fn statement_line(state: ClaimState) -> LineStyle {
    match state {
        ClaimState::Plain => LineStyle { style: "solid", colour: "#3e4c59", width: "1.1" },
        ClaimState::Asserted => LineStyle { style: "solid", colour: "#1864ab", width: "1.4" },
        ClaimState::Denied => LineStyle { style: "dotted", colour: "#7b8794", width: "1.6" },
        ClaimState::Disputed => LineStyle { style: "dashed", colour: "#c92a2a", width: "2.4" },
    }
}

/// The line of a claim: thinner than what it is about.
pub(super) fn claim_line(denies: bool) -> LineStyle {
    if denies {
        LineStyle { style: "solid", colour: "#d9480f", width: "0.9" }
    } else {
        LineStyle { style: "solid", colour: "#4c8bc2", width: "0.9" }
    }
}

/// The name of an element: its best naming property, else its first text.
pub(super) fn shown_name(properties: &Map) -> Option<String> {
    let named = naming_text(|key| properties.get(key).cloned().unwrap_or(Value::Null));
    named.or_else(|| {
        properties.values().find_map(|value| match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.to_string()),
            _ => None,
        })
    })
}
