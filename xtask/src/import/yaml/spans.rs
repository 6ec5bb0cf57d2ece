//! Where in a text each part of a YAML document stands.

use std::ops::Range;

use anyhow::{Context, Result, anyhow, bail};
use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StructureStyle};

/// A part of the document.
#[derive(Debug)]
pub(super) struct Node {
    /// From its first to behind its last character that is no space.
    pub(super) range: Range<usize>,
    pub(super) content: Content,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Content {
    Scalar,
    /// Keys with their values.
    Mapping(Style, Vec<(Node, Node)>),
    Sequence(Style, Vec<Node>),
}

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One member to a line.
    Block,
    /// In brackets.
    Flow,
}

/// Finds the parts of `text`, one document without anchors and tags.
pub(super) fn parse(text: &str) -> Result<Node> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader { text, events: Vec::new() };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| anyhow!("{error}"))?;
        if !matches!(event, Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd) {
            reader.events.push((event, span));
        }
    }
    reader.events.reverse();
    let node = reader.node()?;
    if reader.events.is_empty() { Ok(node) } else { bail!("more than one document") }
}

struct Reader<'t> {
    text: &'t str,
    /// The last one comes first.
    events: Vec<(Event<'t>, Span)>,
}

impl Reader<'_> {
    fn node(&mut self) -> Result<Node> {
        let (event, span) = self.events.pop().context("nothing is there")?;
        let range = span.byte_range().context("a place is unknown")?;
        let line = self.text.get(..range.start).unwrap_or_default().matches('\n').count() + 1;
        match event {
            Event::Scalar(_, style, 0, None) => {
                let mut range = self.trimmed(range)?;
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    // The parser counts from the text, behind the mark.
                    let before = self.text.get(..range.start).and_then(|before| before.rfind(['|', '>']));
                    range.start = before.context("the mark of a text is missing")?;
                }
                Ok(Node { range, content: Content::Scalar })
            }
            Event::SequenceStart(style, 0, None) => {
                let mut items = Vec::new();
                let end = loop {
                    if let Some(end) = self.end(&Event::SequenceEnd)? {
                        break end;
                    }
                    items.push(self.node()?);
                };
                let last = items.last().map(|item| item.range.end);
                let (style, range) = extent(style, range.start, end, last);
                Ok(Node { range, content: Content::Sequence(style, items) })
            }
            Event::MappingStart(style, 0, None) => {
                let mut entries = Vec::new();
                let end = loop {
                    if let Some(end) = self.end(&Event::MappingEnd)? {
                        break end;
                    }
                    entries.push((self.node()?, self.node()?));
                };
                let last = entries.last().map(|(_, value)| value.range.end);
                let (style, range) = extent(style, range.start, end, last);
                Ok(Node { range, content: Content::Mapping(style, entries) })
            }
            _ => bail!("line {line}: anchors, aliases and tags are not edited: write out what is meant"),
        }
    }

    /// Takes the event `wanted`, if it is next, and says where it ends.
    fn end(&mut self, wanted: &Event<'_>) -> Result<Option<usize>> {
        match self.events.last() {
            Some((event, span)) if event == wanted => {
                let end = span.byte_range().context("a place is unknown")?.end;
                self.events.pop();
                Ok(Some(end))
            }
            _ => Ok(None),
        }
    }

    /// `range` without the space behind its text, which belongs to nobody.
    fn trimmed(&self, range: Range<usize>) -> Result<Range<usize>> {
        let text = self.text.get(range.clone()).context("a place is no text")?;
        Ok(range.start..range.start + text.trim_end().len())
    }
}

/// The end of a collection in brackets is known, that of any other is the end of its last member.
fn extent(style: StructureStyle, start: usize, end: usize, last: Option<usize>) -> (Style, Range<usize>) {
    match style {
        StructureStyle::Flow => (Style::Flow, start..end),
        StructureStyle::Block => (Style::Block, start..last.unwrap_or(end)),
    }
}
