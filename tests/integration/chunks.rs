//! What is read of the chunks of a stream, as far as their type allows.

use futures_util::stream::iter;
use futures_util::{Stream, StreamExt as _};
use llm_trace::{LlmResponse, Response, Usage, llm_span};

use crate::streams::{End, Item, Refused, items, number};
use crate::support::{Capture, text};

/// A chunk of a client that knows nothing of this crate.
struct Opaque(&'static str);

struct Own(u64);

impl LlmResponse for Own {
    fn read(&self, response: &mut Response) {
        response.set_usage(Usage::cache_inclusive(None, self.0));
        response.add_text("x");
    }
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn unreadable() -> impl Stream<Item = Opaque> {
    iter([Opaque("Par"), Opaque("is.")])
}

#[llm_span(model = "gpt-4o", provider = "openai", response = |chunk| chunk.0)]
fn mapped() -> impl Stream<Item = Opaque> {
    iter([Opaque("Par"), Opaque("is.")])
}

#[llm_span(model = "gpt-4o", provider = "openai", response = none)]
fn unread() -> impl Stream<Item = &'static str> {
    iter(["Par", "is."])
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn words() -> impl Stream<Item = &'static str> {
    iter(["Par", "is."])
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn bytes() -> impl Stream<Item = Result<Vec<u8>, Refused>> {
    let event = |event: &Item| format!("data: {}\n\n", event.as_ref().unwrap());
    let events: String = items(End::Whole).map(|item| event(&item)).collect();
    let pieces: Vec<_> = events.into_bytes().chunks(7).map(|piece| Ok(piece.to_vec())).collect();
    iter(pieces)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn own() -> impl Stream<Item = Own> {
    iter([Own(1), Own(2)])
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn by_hand() -> impl Stream<Item = Opaque> {
    iter([7, 9]).map(|tokens| {
        llm_trace::current().record_usage(Usage::cache_inclusive(None, tokens));
        Opaque("")
    })
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn whole() -> &'static str {
    "Paris."
}

async fn drain(stream: impl Stream) {
    stream.for_each(|_| async {}).await;
}

#[test]
fn chunks_are_read_as_far_as_their_type_allows() {
    let capture = Capture::new();
    capture.block_on(async {
        drain(unreadable()).await;
        drain(mapped()).await;
        drain(unread()).await;
        drain(words()).await;
        drain(bytes()).await;
        drain(own()).await;
        drain(by_hand()).await;
        whole();
    });
    let calls: Vec<_> =
        capture.spans().into_iter().filter(|span| span.name == "chat gpt-4o").collect();
    let read: Vec<_> = calls
        .iter()
        .map(|call| {
            let length = number(call, "llm_trace.response.length");
            (length, number(call, "gen_ai.usage.output_tokens"))
        })
        .collect();
    let expected = [
        (None, None),
        (Some(6), None),
        (None, None),
        (Some(6), None),
        (Some(6), Some(18)),
        (Some(2), Some(2)),
        (None, Some(9)),
        (Some(6), None),
    ];
    assert_eq!(read, expected);

    let hash = |call: usize| text(&calls[call], "llm_trace.response.hash");
    assert!(!hash(7).is_empty());
    for streamed in [1, 3, 4] {
        assert_eq!(hash(streamed), hash(7), "a streamed answer has the hash of the whole one");
    }
}

#[test]
fn a_stream_that_is_already_there_is_traced_to_its_end() {
    let capture = Capture::new();
    capture.block_on(async {
        let chunks = iter(items(End::Whole));
        let chunks =
            llm_trace::trace_stream!(chunks, Item = Item, model = "gpt-4o", provider = "openai");
        // Another task polls it.
        assert_eq!(tokio::spawn(chunks.count()).await.unwrap(), 3);
    });

    let spans = capture.spans();
    let span = spans.iter().find(|span| span.name == "chat gpt-4o").unwrap();
    assert_eq!(number(span, "llm_trace.response.chunks"), Some(3));
    assert_eq!(number(span, "gen_ai.usage.output_tokens"), Some(18));
    assert_eq!(text(span, "llm_trace.outcome"), "ok");
}
