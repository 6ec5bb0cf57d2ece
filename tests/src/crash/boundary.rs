//! Boundaries: the places where a run can be cut in two.

use std::fmt;

/// What a boundary lies beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the matrix counts every kind")]
pub enum Kind {
    /// A write to the journal: before it, amid it or after it.
    Journal,
    /// A request that was sent whole and does not arrive.
    Request,
    /// A request that was sent whole and arrives when everything else is done.
    LateRequest,
    /// A reply to what was done, of which nothing arrives.
    Reply,
    /// A reply of which the first half arrives.
    HalfReply,
}

impl Kind {
    /// In the order in which they are counted.
    pub const ALL: [Self; 5] = [Self::Journal, Self::Request, Self::LateRequest, Self::Reply, Self::HalfReply];

    /// The kind in words, of several.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "at the journal",
            Self::Request => "at requests",
            Self::LateRequest => "at late requests",
            Self::Reply => "at replies",
            Self::HalfReply => "at halves of replies",
        }
    }
}

/// A place in a run of a guide, of the same name in each run: `after begin registry[0]/create_investor#0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Boundary {
    pub(super) kind: Kind,
    pub(super) name: String,
}

impl Boundary {
    pub(super) fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// What it lies beside.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl fmt::Display for Boundary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.kind {
            Kind::Journal => "",
            Kind::Request => "at the request ",
            Kind::LateRequest => "at the late request ",
            Kind::Reply => "at the reply to ",
            Kind::HalfReply => "at half the reply to ",
        })?;
        formatter.write_str(&self.name)
    }
}

/// How many boundaries of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([usize; 5]);

impl Counts {
    pub(super) fn of(boundaries: &[Boundary]) -> Self {
        Self(Kind::ALL.map(|kind| boundaries.iter().filter(|boundary| boundary.kind == kind).count()))
    }

    /// How many there are of one kind.
    pub fn of_kind(&self, kind: Kind) -> usize {
        Kind::ALL.into_iter().zip(self.0).filter(|(known, _)| *known == kind).map(|(_, count)| count).sum()
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }
}

/// Such as `54 at the journal + 9 at requests + 7 at late requests + 9 at replies + 9 at halves of replies = 88 kills`.
impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = Kind::ALL.map(|kind| format!("{} {}", self.of_kind(kind), kind.as_str()));
        write!(formatter, "{} = {} kills", parts.join(" + "), self.total())
    }
}
