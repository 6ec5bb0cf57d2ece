//! The rules by name, and what each means for a client: the table of `tests/diff/README.md`.

use self::Effect::{Breaks, Fine, Recompiles, Stops};

/// Which way a value goes, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Way {
    /// Parameters and bodies of requests; the reply to an event.
    Sent,
    /// Replies and their headers; events.
    Received,
}

impl Way {
    /// The way of the answer.
    pub(super) fn back(self) -> Self {
        match self {
            Self::Sent => Self::Received,
            Self::Received => Self::Sent,
        }
    }
}

/// What a change does to a client that was made from the older document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It may fail, and a newly generated one differs.
    Breaks,
    /// It may fail, though a newly generated one is the same.
    Stops,
    /// It goes on, but a program may not compile with a newly generated one.
    Recompiles,
    /// Nothing.
    Fine,
}

/// One kind of change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) name: &'static str,
    sent: Effect,
    received: Effect,
}

impl Rule {
    /// What it does to values that go `way`.
    pub(super) fn effect(&self, way: Way) -> Effect {
        match way {
            Way::Sent => self.sent,
            Way::Received => self.received,
        }
    }
}

const fn both(name: &'static str, effect: Effect) -> Rule {
    Rule { name, sent: effect, received: effect }
}

const fn ways(name: &'static str, sent: Effect, received: Effect) -> Rule {
    Rule { name, sent, received }
}

pub(super) const OPERATION_ADDED: Rule = both("operation-added", Fine);
pub(super) const OPERATION_REMOVED: Rule = both("operation-removed", Breaks);
pub(super) const OPERATION_MOVED: Rule = both("operation-moved", Breaks);
pub(super) const OPERATION_ID_CHANGED: Rule = both("operation-id-changed", Breaks);
pub(super) const OPERATION_DEPRECATED: Rule = both("operation-deprecated", Fine);
pub(super) const SCOPE_CHANGED: Rule = both("scope-changed", Breaks);
pub(super) const SCOPE_DROPPED: Rule = both("scope-dropped", Fine);
pub(super) const SERVER_ADDED: Rule = both("server-added", Fine);
pub(super) const SERVER_REMOVED: Rule = both("server-removed", Stops);
pub(super) const IDEMPOTENCY_LOST: Rule = both("idempotency-lost", Breaks);
pub(super) const IDEMPOTENCY_GAINED: Rule = both("idempotency-gained", Fine);
pub(super) const REPEATABLE_LOST: Rule = both("repeatable-lost", Breaks);
pub(super) const REPEATABLE_GAINED: Rule = both("repeatable-gained", Fine);

pub(super) const PARAMETER_ADDED: Rule = both("parameter-added", Fine);
pub(super) const PARAMETER_ADDED_REQUIRED: Rule = ways("parameter-added", Breaks, Fine);
pub(super) const PARAMETER_REMOVED: Rule = both("parameter-removed", Breaks);
pub(super) const PARAMETER_REQUIRED: Rule = ways("parameter-required", Breaks, Fine);
pub(super) const PARAMETER_OPTIONAL: Rule = ways("parameter-optional", Fine, Breaks);
pub(super) const PARAMETER_STYLE_CHANGED: Rule = both("parameter-style-changed", Breaks);

pub(super) const BODY_ADDED: Rule = both("body-added", Fine);
pub(super) const BODY_ADDED_REQUIRED: Rule = ways("body-added", Breaks, Fine);
pub(super) const BODY_REMOVED: Rule = both("body-removed", Breaks);
pub(super) const BODY_REQUIRED: Rule = ways("body-required", Breaks, Fine);
pub(super) const BODY_OPTIONAL: Rule = ways("body-optional", Fine, Breaks);
pub(super) const MEDIA_TYPE_ADDED: Rule = both("media-type-added", Fine);
pub(super) const MEDIA_TYPE_REMOVED: Rule = both("media-type-removed", Breaks);
pub(super) const STATUS_ADDED: Rule = both("status-added", Breaks);
pub(super) const STATUS_ADDED_FAILURE: Rule = both("status-added", Fine);
pub(super) const STATUS_REMOVED: Rule = both("status-removed", Breaks);
pub(super) const STATUS_REMOVED_FAILURE: Rule = both("status-removed", Fine);
pub(super) const HEADER_ADDED: Rule = both("header-added", Fine);
pub(super) const HEADER_REMOVED: Rule = both("header-removed", Breaks);
pub(super) const HEADER_REQUIRED: Rule = ways("header-required", Breaks, Recompiles);
pub(super) const HEADER_OPTIONAL: Rule = ways("header-optional", Fine, Breaks);

pub(super) const PROPERTY_ADDED: Rule = both("property-added", Fine);
pub(super) const PROPERTY_ADDED_REQUIRED: Rule = ways("property-added", Breaks, Fine);
pub(super) const PROPERTY_ADDED_TO_CLOSED: Rule = ways("property-added", Fine, Breaks);
pub(super) const PROPERTY_REMOVED: Rule = both("property-removed", Breaks);
pub(super) const PROPERTY_REQUIRED: Rule = ways("property-required", Breaks, Recompiles);
pub(super) const PROPERTY_OPTIONAL: Rule = ways("property-optional", Fine, Breaks);
pub(super) const NULL_ALLOWED: Rule = ways("null-allowed", Fine, Breaks);
pub(super) const NULL_REFUSED: Rule = ways("null-refused", Breaks, Recompiles);
pub(super) const TYPE_CHANGED: Rule = both("type-changed", Breaks);
pub(super) const TYPE_WIDENED: Rule = ways("type-widened", Fine, Breaks);
pub(super) const TYPE_NARROWED: Rule = ways("type-narrowed", Breaks, Recompiles);
pub(super) const FORMAT_CHANGED: Rule = both("format-changed", Breaks);
pub(super) const FORMAT_ADDED: Rule = ways("format-added", Breaks, Recompiles);
pub(super) const FORMAT_REMOVED: Rule = ways("format-removed", Recompiles, Breaks);
pub(super) const VALUE_ADDED: Rule = ways("value-added", Fine, Breaks);
pub(super) const VALUE_REMOVED: Rule = ways("value-removed", Breaks, Recompiles);
pub(super) const KNOWN_VALUE_ADDED: Rule = both("known-value-added", Fine);
pub(super) const KNOWN_VALUE_REMOVED: Rule = ways("known-value-removed", Breaks, Recompiles);
pub(super) const VALUES_CLOSED: Rule = ways("values-closed", Breaks, Recompiles);
pub(super) const VALUES_OPENED: Rule = ways("values-opened", Recompiles, Breaks);
pub(super) const KNOWN_VALUES_GIVEN: Rule = both("known-values-given", Recompiles);
pub(super) const KNOWN_VALUES_DROPPED: Rule = both("known-values-dropped", Recompiles);
pub(super) const LIMIT_TIGHTENED: Rule = ways("limit-tightened", Breaks, Fine);
pub(super) const LIMIT_LOOSENED: Rule = ways("limit-loosened", Fine, Breaks);
pub(super) const PATTERN_CHANGED: Rule = both("pattern-changed", Breaks);
pub(super) const ALTERNATIVE_ADDED: Rule = ways("alternative-added", Recompiles, Breaks);
pub(super) const ALTERNATIVE_REMOVED: Rule = ways("alternative-removed", Breaks, Recompiles);
pub(super) const OBJECT_CLOSED: Rule = ways("object-closed", Breaks, Fine);
pub(super) const OBJECT_OPENED: Rule = ways("object-opened", Fine, Breaks);
pub(super) const DEFAULT_CHANGED: Rule = ways("default-changed", Breaks, Fine);
pub(super) const SCHEMA_RENAMED: Rule = both("schema-renamed", Recompiles);
pub(super) const SENSITIVE_MARKED: Rule = both("sensitive-marked", Fine);
pub(super) const SENSITIVE_UNMARKED: Rule = both("sensitive-unmarked", Fine);
pub(super) const IDENTITY_CHANGED: Rule = both("identity-changed", Recompiles);
pub(super) const TEXT_CHANGED: Rule = both("text-changed", Fine);
