//! Names the places of a walk: what a value is, by where it stands.

use crate::wire::slot::Slot;

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
    /// What of the input was read from a cache.
    CacheDetails,
    /// What of the input was written to a cache, by how long it lives.
    CacheWrites,
    /// One member of a list that divides a whole: by modality, or by how long it lives.
    Share(Whole),
    /// A member whose count is wanted.
    Counted(Slot),
    Count(Slot),
    /// What the tools that the provider runs were used for.
    ServerTools,
    /// What the answer took in steps, and whether each is in its usage.
    Iterations,
    Iteration,
    Tier,
    Speed,
    SearchContext,
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
    /// The same, as an event of a stream has it: for what it adds.
    Chunk(u8),
    /// What a stream's event adds to the answer.
    Delta,
    /// Why the choice with this index ended.
    Finish(u8),
    /// A message or its content: a string, or parts.
    Content,
    Part,

    /// A request, or an object in it that has parameters.
    Asked,
    /// A parameter, by what it takes and the attribute that it becomes.
    Parameter(Takes, &'static str),
    /// The kind of answer that a request asks for, or an object that says it.
    Format,
    Modalities,
    Tools,
    Tool,

    /// The value that a request argument was given, for its messages.
    Request,
    /// The same, for its system instructions.
    Instructions,
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

/// What a parameter of a request takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Takes {
    Amount,
    /// A whole number of things.
    Count,
    /// Recorded where it is true.
    Flag,
    Integer,
    Word,
    Words,
}

/// What a list divides.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Whole {
    CacheRead,
    CacheWrite,
    Input,
    Output,
}

/// A field that says what kind of thing an object is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Field {
    Done,
    Index,
    /// The modality or the lifetime of tokens.
    Sort,
    Thought,
    Type,
}
