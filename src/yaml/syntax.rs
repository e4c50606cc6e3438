//! The parser's errors in our words, as far as people meet them.

use granit_parser::{ErrorKind, ScanError};

use super::error::{Error, Problem};
use super::frame::DEPTH_LIMIT;
use super::place::Places;

/// What the parser found, at a place of the whole text.
pub(super) fn explain(error: &ScanError, places: &Places<'_>) -> Error {
    let marker = error.marker();
    let line = places.source().lines().nth(marker.line().saturating_sub(1));
    let problem = match problem(error.kind()) {
        // For YAML the dash of `{{-` begins a list.
        Problem::ListInline if line.is_some_and(|line| line.contains("{{-")) => Problem::Template,
        problem => problem,
    };
    Error::new(places.position_of(marker), problem)
}

fn problem(kind: &ErrorKind) -> Problem {
    match kind {
        ErrorKind::RecursionLimitExceeded => Problem::TooDeep { limit: DEPTH_LIMIT },
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => Problem::Tab,
        ErrorKind::MappingValueNotAllowed => Problem::Colon,
        ErrorKind::BlockSequenceEntryNotAllowed | ErrorKind::BlockEntryInFlowCollection => Problem::ListInline,
        ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockMappingKey | ErrorKind::ExpectedBlockSequenceEntry => {
            Problem::Indentation
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => Problem::MissingColon,
        ErrorKind::UnclosedFlowCollection { open } => Problem::Unclosed { open: *open },
        ErrorKind::UnexpectedEofFlowMapping => Problem::Unclosed { open: '{' },
        ErrorKind::UnexpectedEofFlowSequence => Problem::Unclosed { open: '[' },
        ErrorKind::UnclosedQuotedScalar => Problem::UnclosedQuote,
        ErrorKind::UnknownQuotedScalarEscape => Problem::Escape,
        ErrorKind::BomInsideDocument => Problem::ByteOrderMark,
        ErrorKind::UnexpectedCharacter { character } => Problem::Character { character: *character },
        other => Problem::Syntax { message: other.to_string() },
    }
}
