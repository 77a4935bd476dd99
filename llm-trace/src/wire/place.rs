//! Names the places of a walk: what a value is, by where it stands.

use crate::wire::usage::Slot;

/// What a value is, by where it stands. Each visitor uses the places that are its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// The object whose own fields are looked at.
    Object,
    /// A field of that object.
    Field(Field),

    /// The value itself, where it is a list.
    List,
    Member,
    /// A value that may be an answer, once this many objects around it are taken off.
    Wrapped(u8),
    Answer,
    /// Where Rig says which model answered.
    Origin,
    /// Something beside the answer that only matters for the usage in it.
    Aside,
    Usage,
    /// What Cohere bills, which is less than what it counts.
    Billed,
    InputDetails,
    OutputDetails,
    Count(Slot),
    Dollars,
    /// xAI's unit of cost.
    Ticks,
    Id,
    Model,
    Status,
    Incomplete,
    IncompleteReason,
    Choices,
    /// One choice of the answer, by its index.
    Choice(u8),
    /// What a stream's event adds to the answer.
    Delta,
    /// Why the choice with this index ended.
    Finish(u8),
    /// A message or its content: a string, or parts.
    Content,
    Part,

    /// The value that a prompt argument was given.
    Prompt,
    Messages,
    Message,
    /// A message, for its role alone.
    Heading,
    Role,
    /// Text, or something that has text in it.
    Text,
    /// Anywhere, looking for fields that hold text.
    Anywhere,
    /// Anywhere, taking every string.
    Everything,
}

/// A field that says what kind of thing an object is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Field {
    Done,
    Index,
    Thought,
    Type,
}
