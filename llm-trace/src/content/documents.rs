//! Puts what a store is asked, and what it finds, into the form of the conventions: the text of the
//! query, and documents with an id and a score. To read another store's, start here.

use serde_json::{Map, Value, json};

use super::parts::object;

/// How many objects may stand around a query or a list of documents.
const DEPTH: u8 = 4;

/// Where requests have the query: most stores; Azure; Bedrock; Cohere and clients by hand.
const QUERIES: &[&str] = &[
    "query",
    "search",
    "retrievalQuery",
    "retrieval_query",
    "query_text",
    "queryText",
    "question",
    "q",
    "text",
    "texts",
    "input",
    "inputs",
    "prompt",
    "content",
    "request",
    "body",
];

/// Where answers have the documents: most stores, and clients by hand; Elasticsearch; OpenAI;
/// Pinecone; Bedrock; Qdrant; Azure.
const LISTS: &[&str] = &[
    "documents",
    "results",
    "hits",
    "data",
    "matches",
    "retrievalResults",
    "retrieval_results",
    "points",
    "value",
    "docs",
    "chunks",
    "nodes",
    "passages",
    "result",
    "response",
];

/// How stores call the id of a document.
const IDS: &[&str] =
    &["id", "_id", "document_id", "documentId", "doc_id", "chunk_id", "file_id", "node_id", "key"];

/// How they call its score.
const SCORES: &[&str] =
    &["score", "_score", "@search.score", "relevance_score", "relevanceScore", "similarity"];

/// Returns the text of a query that was given as such; of several, one per line.
pub(super) fn query(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        value => query_of(value).or_else(|| Some(Value::from(value.to_string()))),
    }
}

/// Returns the text of the query that a request has.
pub(super) fn query_of(request: &Value) -> Option<Value> {
    let said = text(request, DEPTH)?;
    (!said.is_empty()).then(|| Value::from(said))
}

fn text(value: &Value, depth: u8) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(said) => Some(said.clone()),
        Value::Array(items) => {
            let texts: Vec<_> = items.iter().filter_map(|item| text(item, depth)).collect();
            (!texts.is_empty()).then(|| texts.join("\n"))
        }
        Value::Object(fields) => QUERIES.iter().find_map(|key| text(fields.get(*key)?, depth)),
        _ => None,
    }
}

/// Returns the documents that an answer has.
pub(super) fn documents(answer: &Value) -> Vec<Value> {
    match object(answer) {
        Value::Array(items) => items.iter().filter_map(document).collect(),
        Value::Object(fields) => {
            let listed = list(&fields, DEPTH);
            let found = listed.map(|items| items.iter().filter_map(document).collect());
            found.unwrap_or_else(|| document(&Value::Object(fields)).into_iter().collect())
        }
        other => document(&other).into_iter().collect(),
    }
}

/// Returns the list of documents in an object.
fn list(fields: &Map<String, Value>, depth: u8) -> Option<&Vec<Value>> {
    let depth = depth.checked_sub(1)?;
    LISTS.iter().find_map(|key| match fields.get(*key)? {
        Value::Array(items) => Some(items),
        Value::Object(inner) => list(inner, depth),
        _ => None,
    })
}

/// Returns a document as an object, whose id is a text and whose score is a number.
fn document(found: &Value) -> Option<Value> {
    let mut fields = match found {
        Value::Null => return None,
        Value::Object(fields) => fields.clone(),
        Value::Array(members) => return of_tuple(members),
        other => return Some(json!({"content": other})),
    };
    let id = IDS.iter().find_map(|key| match fields.get(*key)? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    let score = SCORES.iter().find_map(|key| fields.get(*key).filter(|it| it.is_number()).cloned());
    for (key, value) in [("id", id.map(Value::from)), ("score", score)] {
        match value {
            Some(value) => fields.insert(key.to_owned(), value),
            // The conventions know no other type.
            None => fields.remove(key),
        };
    }
    Some(Value::Object(fields))
}

/// Returns the document of a tuple, as in `(score, id, document)` or `(document, score)`.
fn of_tuple(members: &[Value]) -> Option<Value> {
    let score = members.iter().find(|it| it.is_number());
    let mut rest: Vec<_> = members.iter().filter(|it| !it.is_number()).collect();
    let said = rest.pop()?;
    let mut found = match document(said)? {
        Value::Object(fields) => fields,
        other => return Some(other),
    };
    let id = rest.iter().find(|it| it.is_string());
    for (key, value) in [("id", id.copied()), ("score", score)] {
        if let Some(value) = value {
            found.entry(key).or_insert_with(|| value.clone());
        }
    }
    Some(Value::Object(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_of_every_store_is_its_text() {
        for (request, expected) in [
            (json!({"query": "rust", "top_k": 3}), Some("rust")),
            (json!({"query": ["rust", "go"]}), Some("rust\ngo")),
            (json!({"search": "rust", "top": 5}), Some("rust")),
            (json!({"retrievalQuery": {"text": "rust"}, "knowledgeBaseId": "kb"}), Some("rust")),
            (json!({"query": {"inputs": {"text": "rust"}, "top_k": 3}}), Some("rust")),
            (json!({"request": {"query": "rust"}}), Some("rust")),
            (json!({"vector": "[data: 1536 numbers]", "limit": 3}), None),
        ] {
            assert_eq!(query_of(&request), expected.map(Value::from), "{request}");
        }
        assert_eq!(
            query(&json!({"term": {"lang": "rust"}})),
            Some(json!(r#"{"term":{"lang":"rust"}}"#))
        );
        assert_eq!(query(&Value::Null), None);
    }

    #[test]
    fn the_documents_of_every_store_have_an_id_and_a_score() {
        let body = json!({"title": "T"});
        for (answer, expected) in [
            (json!(["one", "two"]), json!([{"content": "one"}, {"content": "two"}])),
            (json!([[0.5, "d1", body]]), json!([{"title": "T", "id": "d1", "score": 0.5}])),
            (json!([[body, 0.5]]), json!([{"title": "T", "score": 0.5}])),
            (
                json!({"matches": [{"id": "d1", "score": 0.5, "metadata": body}], "namespace": "n"}),
                json!([{"id": "d1", "score": 0.5, "metadata": body}]),
            ),
            (
                json!({"hits": {"total": 1, "hits": [{"_id": "d1", "_score": 2, "_source": body}]}}),
                json!([{"_id": "d1", "_score": 2, "_source": body, "id": "d1", "score": 2}]),
            ),
            (
                json!({"result": {"points": [{"id": 7, "score": 0.5, "payload": body}]}}),
                json!([{"id": "7", "score": 0.5, "payload": body}]),
            ),
            (
                json!({"retrievalResults": [{"content": {"text": "one"}, "score": 0.5}]}),
                json!([{"content": {"text": "one"}, "score": 0.5}]),
            ),
            (
                json!({"results": [{"index": 1, "relevance_score": 0.5}]}),
                json!([{"index": 1, "relevance_score": 0.5, "score": 0.5}]),
            ),
            (json!({"text": "one", "score": "high"}), json!([{"text": "one"}])),
            (json!(r#"[{"id": "d1"}]"#), json!([{"id": "d1"}])),
            (json!("nothing was found"), json!([{"content": "nothing was found"}])),
            (json!([]), json!([])),
        ] {
            assert_eq!(Value::Array(documents(&answer)), expected, "{answer}");
        }
    }
}
