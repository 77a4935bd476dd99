//! Owns [`Receiver`]: takes OTLP over HTTP or gRPC, and misbehaves when it is told to.

mod grpc;
mod http;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Runtime;

use crate::Fault;

/// How OTLP is spoken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Protocol {
    /// gRPC.
    Grpc,
    /// HTTP with protobuf.
    Http,
}

/// A receiver on a port of its own, until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    _runtime: Runtime,
}

/// What a receiver is told, and what it got.
#[derive(Debug, Default)]
pub(crate) struct State {
    fault: AtomicU8,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    /// How often each span was acknowledged, by its id.
    spans: HashMap<Vec<u8>, u64>,
    /// When the first span of each request started, in the order in which they were acknowledged.
    starts: Vec<u64>,
    requests: u64,
    rejected: u64,
}

impl State {
    pub(crate) fn fault(&self) -> Fault {
        Fault::from_u8(self.fault.load(Ordering::Relaxed))
    }

    /// Takes the spans of a request; returns how many are rejected, which are the first ones.
    pub(crate) fn take(&self, request: &ExportTraceServiceRequest, rejected: usize) -> i64 {
        let spans = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        let spans: Vec<_> = spans.flat_map(|scope| &scope.spans).collect();
        let rejected = rejected.min(spans.len());
        let mut taken = self.lock();
        for span in &spans[rejected..] {
            *taken.spans.entry(span.span_id.clone()).or_default() += 1;
        }
        taken.starts.extend(spans.iter().map(|span| span.start_time_unix_nano).min());
        taken.rejected += rejected as u64;
        i64::try_from(rejected).unwrap()
    }

    /// Takes note of a request, whatever becomes of it.
    pub(crate) fn asked(&self) {
        self.lock().requests += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap()
    }
}

impl Receiver {
    /// Starts a receiver with a fault.
    #[must_use]
    pub fn start(protocol: Protocol, fault: Fault) -> Self {
        let state = Arc::new(State::default());
        state.fault.store(fault as u8, Ordering::Relaxed);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
        let address = listener.local_addr().unwrap();
        runtime.spawn(accept(listener, address, protocol, state.clone()));
        Self { address, state, _runtime: runtime }
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what it does to requests.
    pub fn set(&self, fault: Fault) {
        self.state.fault.store(fault as u8, Ordering::Relaxed);
    }

    /// How many spans it acknowledged, each counted once.
    #[must_use]
    pub fn spans(&self) -> u64 {
        self.state.lock().spans.len() as u64
    }

    /// How many spans it acknowledged more than once.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.state.lock().spans.values().filter(|times| **times > 1).count() as u64
    }

    /// How many spans it rejected while it took their request.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.state.lock().rejected
    }

    /// How many requests it read.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.state.lock().requests
    }

    /// Whether what it acknowledged came in the order in which it was made.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        self.state.lock().starts.is_sorted()
    }
}

#[expect(clippy::unused_async, reason = "a socket is made inside of a runtime")]
async fn listen(address: SocketAddr) -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket.listen(64).unwrap()
}

async fn accept(listener: TcpListener, address: SocketAddr, protocol: Protocol, state: Arc<State>) {
    let serve_grpc = grpc::serve(state.clone());
    let mut listener = Some(listener);
    loop {
        if state.fault() == Fault::Refuse {
            listener = None;
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        if listener.is_none() {
            listener = Some(listen(address).await);
        }
        let Some(listening) = &listener else { continue };
        // It looks again at what it is to do, also when nobody comes.
        let accepted = tokio::time::timeout(Duration::from_millis(5), listening.accept()).await;
        let Ok(Ok((stream, _))) = accepted else { continue };
        match state.fault() {
            Fault::BlackHole => drop(tokio::spawn(hold(stream, state.clone()))),
            Fault::Garbage => drop(tokio::spawn(jabber(stream))),
            Fault::Reset => drop(tokio::spawn(reset(stream))),
            _ if protocol == Protocol::Grpc => serve_grpc(stream),
            _ => drop(tokio::spawn(http::serve(stream, state.clone()))),
        }
    }
}

/// Holds a connection as long as the receiver is a black hole.
async fn hold(stream: TcpStream, state: Arc<State>) {
    while state.fault() == Fault::BlackHole {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(stream);
}

async fn jabber(mut stream: TcpStream) {
    let mut begun = [0; 16];
    let _ = stream.read(&mut begun).await;
    let _ = stream.write_all(b"\x00\xffwhat? you must have the wrong number\r\n\r\n\x80\x80").await;
}

/// Closes a connection on which more came than was read: the peer is told that it is reset.
async fn reset(mut stream: TcpStream) {
    let mut begun = [0; 1];
    let _ = stream.read(&mut begun).await;
}
