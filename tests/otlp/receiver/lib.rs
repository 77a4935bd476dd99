//! An OTLP receiver over HTTP or gRPC that keeps what it gets, and what of it the protocol forbids.

#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

mod everything;
mod grpc;
mod http;
pub mod protocol;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

pub use everything::{Everything, attribute};

/// A receiver on a port of its own, until the process ends.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    scheme: &'static str,
    received: Received,
}

/// What the handlers share: which paths they know, and what came.
#[derive(Clone, Debug)]
struct Received {
    paths: &'static [&'static str],
    everything: Arc<Mutex<Everything>>,
}

impl Receiver {
    /// Takes every signal over HTTP.
    #[must_use]
    pub fn http() -> Self {
        Self::http_of(&http::PATHS)
    }

    /// Takes these signals over HTTP, and answers 404 to others.
    #[must_use]
    pub fn http_of(paths: &'static [&'static str]) -> Self {
        Self::serve(paths, |listener, received| async move {
            axum::serve(listener, http::router(received)).await.unwrap();
        })
    }

    /// Takes every signal over gRPC.
    #[must_use]
    pub fn grpc() -> Self {
        Self::serve(&[], |listener, received| async move {
            let routes = Routes::from(grpc::router(&received));
            let server = Server::builder().add_routes(routes);
            server.serve_with_incoming(TcpIncoming::from(listener)).await.unwrap();
        })
    }

    /// Takes every signal over HTTP and gRPC, inside TLS.
    #[must_use]
    pub fn tls(identity: ServerConfig) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(identity));
        let receiver = Self::serve(&http::PATHS, |listener, received| async move {
            let router: Router = grpc::router(&received).fallback_service(http::router(received));
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = TowerToHyperService::new(router.clone());
                // A handshake that fails is what some tests are about.
                if let Ok(stream) = acceptor.accept(stream).await {
                    tokio::spawn(async move {
                        let connection = auto::Builder::new(TokioExecutor::new());
                        let _ = connection.serve_connection(TokioIo::new(stream), service).await;
                    });
                }
            }
        });
        Self { scheme: "https", ..receiver }
    }

    /// Returns where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Returns what came until now.
    pub fn everything(&self) -> MutexGuard<'_, Everything> {
        self.received.everything.lock().unwrap()
    }

    fn serve<F>(
        paths: &'static [&'static str],
        run: impl FnOnce(tokio::net::TcpListener, Received) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let received = Received { paths, everything: Arc::default() };
        let kept = received.clone();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                run(tokio::net::TcpListener::from_std(listener).unwrap(), kept).await;
            });
        });
        Self { address, scheme: "http", received }
    }
}
