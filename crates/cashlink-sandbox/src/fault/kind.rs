//! What can go wrong, as data.

use std::time::Duration;

use serde_json::{Map, Value};

use super::Mishap;
use crate::spec::{Operation, Place};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    ReplyLost,
    Reset,
    ErrorBefore(u16),
    ErrorAfter(u16),
    /// In whole seconds.
    Throttle(Duration),
    /// In whole milliseconds, as every other duration here.
    Delay(Duration),
    TokenExpired,
    Truncated,
    Html(u16),
    Reply {
        status: u16,
        content_type: String,
    },
    SlowBody(Duration),
    WrongContentType(String),
    MalformedJson,
    Oversized(u64),
    KeyInFlight,
    KeyMismatch,
    UnknownEnum {
        property: Option<String>,
    },
    ExtraField,
    NullOptional {
        property: Option<String>,
    },
    /// It strikes events, and no calls.
    Event(Mishap),
}

impl Kind {
    /// As it is called over HTTP.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::ReplyLost => "reply_lost_after_commit",
            Self::Reset => "reset_before_commit",
            Self::ErrorBefore(_) => "error_before_commit",
            Self::ErrorAfter(_) => "error_after_commit",
            Self::Throttle(_) => "throttle",
            Self::Delay(_) => "delay",
            Self::TokenExpired => "token_expired",
            Self::Truncated => "truncated_reply",
            Self::Html(_) => "html_reply",
            Self::Reply { .. } => "reply",
            Self::SlowBody(_) => "slow_body",
            Self::WrongContentType(_) => "wrong_content_type",
            Self::MalformedJson => "malformed_json",
            Self::Oversized(_) => "oversized_reply",
            Self::KeyInFlight => "key_in_flight",
            Self::KeyMismatch => "key_mismatch",
            Self::UnknownEnum { .. } => "unknown_enum_value",
            Self::ExtraField => "extra_field",
            Self::NullOptional { .. } => "null_optional",
            Self::Event(mishap) => mishap.name(),
        }
    }

    /// Whether it answers something that can be chosen.
    pub(super) fn has_body(&self) -> bool {
        matches!(self, Self::ErrorBefore(_) | Self::ErrorAfter(_) | Self::Html(_) | Self::Reply { .. })
    }

    /// Whether only the reply shows if there is anything for it to strike.
    pub(crate) fn may_miss(&self) -> bool {
        matches!(self, Self::UnknownEnum { .. } | Self::ExtraField | Self::NullOptional { .. })
    }

    /// Whether there can be anything for it to strike in a call of `operation`.
    pub(super) fn is_possible_on(&self, operation: &Operation) -> bool {
        match self {
            Self::KeyInFlight | Self::KeyMismatch => operation.is_mutating(),
            Self::UnknownEnum { .. } | Self::NullOptional { .. } => operation.shape.has(&|place| self.is_about(place)),
            Self::Event(_) => false,
            _ => true,
        }
    }

    /// Whether it changes the value at this place of a reply.
    pub(crate) fn is_about(&self, place: &Place<'_>) -> bool {
        match self {
            Self::UnknownEnum { property } => place.property.shape.is_enum && place.is_called(property.as_deref()),
            Self::NullOptional { property } => place.property.is_optional && place.is_called(property.as_deref()),
            _ => false,
        }
    }

    /// What it has of its own, as it is sent over HTTP.
    pub(super) fn write(&self, properties: &mut Map<String, Value>) {
        let mut put = |name: &str, value: Value| drop(properties.insert(name.to_owned(), value));
        match self {
            Self::ErrorBefore(status) | Self::ErrorAfter(status) | Self::Html(status) => {
                put("status", (*status).into());
            }
            Self::Reply { status, content_type } => {
                put("status", (*status).into());
                put("content_type", content_type.as_str().into());
            }
            Self::Throttle(duration) => put("retry_after", duration.as_secs().into()),
            Self::Delay(duration) | Self::SlowBody(duration) | Self::Event(Mishap::Delay(duration)) => {
                put("delay_ms", milliseconds(*duration).into());
            }
            Self::Event(Mishap::Duplicate(copies)) => put("copies", (*copies).into()),
            Self::WrongContentType(content_type) => put("content_type", content_type.as_str().into()),
            Self::Oversized(bytes) => put("bytes", (*bytes).into()),
            Self::UnknownEnum { property: Some(property) } | Self::NullOptional { property: Some(property) } => {
                put("property", property.as_str().into());
            }
            _ => {}
        }
    }
}

/// `duration` in whole milliseconds, rounded up.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
