//! Finds the answer in a value: alone, in a list, or inside a type of the user's own.

use crate::response::Response;
use crate::usage::Usage;
use crate::wire::answer::Reader;
use crate::wire::fields;
use crate::wire::json::{Budget, Json};
use crate::wire::place::Place;
use crate::wire::scalar::Scalar;
use crate::wire::tag::{Kind, Shape, Tag};
use crate::wire::walk::{Node, Visitor};

/// How many objects of the user's own may stand around an answer.
const WRAPPERS: u8 = 2;

/// Reads the answer in a value, or what each member of a list says.
pub(super) fn read(node: &dyn Node, response: &mut Response) {
    let shape = Tag::of(node).shape;
    if let Some(heard) = &mut response.heard
        && (shape != Shape::Scalar || heard.takes_scalars())
    {
        let value = node.tree(&mut heard.room);
        heard.take(&value);
    }
    if shape == Shape::Scalar {
        node.walk(&mut Alone { response }, Place::Content);
    } else if shape == Shape::List {
        let mut members = Members { response, earlier: None, answered: false, is_vector: false };
        node.walk(&mut members, Place::List);
        members.finish();
    } else {
        read_one(node, response);
    }
}

/// Reads bytes that are the JSON of an answer.
pub(super) fn read_bytes(bytes: &[u8], response: &mut Response) {
    if let Ok(text) = str::from_utf8(bytes) {
        read_body(text, response);
    }
}

/// Reads the answer that a text is, if it has usage, and returns whether it has: else the text is
/// what a model wrote.
fn read_body(text: &str, response: &mut Response) -> bool {
    let budget = Budget::default();
    let Some(json) = Json::parse(text, &budget) else { return false };
    let mut trial = Response::default();
    read(&&json, &mut trial);
    let is_answer = !trial.usage.is_empty();
    if is_answer {
        budget.renew(text);
        read(&&json, response);
    }
    is_answer
}

/// Reads a value that has no parts.
struct Alone<'r> {
    response: &'r mut Response,
}

impl Visitor for Alone<'_> {
    fn field(&mut self, _at: Place, _key: &str) -> Option<Place> {
        None
    }

    fn item(&mut self, _at: Place) -> Option<Place> {
        None
    }

    fn scalar(&mut self, _at: Place, scalar: Scalar<'_>) {
        if let Scalar::Bytes(bytes) = scalar {
            read_bytes(bytes, self.response);
        }
        scalar.with_text(|text| {
            if !read_body(text, self.response) && !text.is_empty() {
                self.response.add_text(text);
            }
        });
    }
}

/// Reads the outermost answer, or text alone, and returns whether there is an answer.
fn read_one(node: &dyn Node, response: &mut Response) -> bool {
    for wrappers in 0..=WRAPPERS {
        let at = Place::Wrapped(wrappers);
        let mut finder = Finder { found: 0 };
        node.walk(&mut finder, at);
        match finder.found {
            0 => {}
            1 => {
                Reader::read(node, at, response);
                return true;
            }
            _ => return true,
        }
    }
    Reader::read(node, Place::Content, response);
    false
}

/// Counts the answers that lie on one level.
struct Finder {
    found: u32,
}

impl Visitor for Finder {
    fn field(&mut self, at: Place, key: &str) -> Option<Place> {
        fields::field(at, key)
    }

    fn item(&mut self, at: Place) -> Option<Place> {
        fields::item(at)
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        if at != Place::Wrapped(0) {
            return Some(at);
        }
        self.found += u32::from(Tag::of(node).is_answer);
        None
    }

    fn scalar(&mut self, _at: Place, _scalar: Scalar<'_>) {}
}

/// Reads the members of a list one after another.
struct Members<'r> {
    response: &'r mut Response,
    /// What answers that are over have used.
    earlier: Option<Spent>,
    answered: bool,
    is_vector: bool,
}

/// What an answer has used, and what that cost if it says so.
struct Spent {
    usage: Usage,
    cost: Option<f64>,
}

impl Spent {
    fn add(&mut self, other: &Self) {
        self.usage.add(other.usage);
        // A sum that leaves an answer out would pass for the whole.
        self.cost = self.cost.zip(other.cost).map(|(one, other)| one + other);
    }
}

impl Members<'_> {
    /// Reads a member. An event of a stream replaces what earlier ones said; a member that has an
    /// id of its own is an answer of its own, and adds to what earlier ones used.
    fn read(&mut self, node: &dyn Node) {
        let response = &mut *self.response;
        let id = response.id.take();
        let mut before =
            Spent { usage: std::mem::take(&mut response.usage), cost: response.cost.take() };
        self.answered |= read_one(node, response);
        if id.is_some() && response.id.is_some() && id != response.id {
            match &mut self.earlier {
                Some(earlier) => earlier.add(&before),
                None => self.earlier = Some(before),
            }
            return;
        }
        before.usage.update(response.usage);
        response.usage = before.usage;
        response.cost = response.cost.or(before.cost);
        response.id = response.id.take().or(id);
    }

    /// Adds up the answers, if there are several.
    fn finish(self) {
        let Some(mut spent) = self.earlier else { return };
        let Response { usage, cost, .. } = self.response;
        spent.add(&Spent { usage: *usage, cost: *cost });
        (*usage, *cost) = (spent.usage, spent.cost);
    }
}

impl Visitor for Members<'_> {
    fn field(&mut self, _at: Place, _key: &str) -> Option<Place> {
        None
    }

    fn item(&mut self, at: Place) -> Option<Place> {
        (at == Place::List).then_some(Place::Member)
    }

    fn enter(&mut self, at: Place, node: &dyn Node) -> Option<Place> {
        if at == Place::List {
            return Some(at);
        }
        if self.is_vector {
            return None;
        }
        let tag = Tag::of(node);
        self.is_vector = tag.shape == Shape::Number;
        // What stands beside an answer in a tuple is no more of it, unless it is a stream's event.
        if !self.answered || tag.is_answer || tag.kind != Kind::Unknown {
            self.read(node);
        }
        None
    }

    fn scalar(&mut self, _at: Place, _scalar: Scalar<'_>) {}
}
