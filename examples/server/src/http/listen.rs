//! Connections: accepted, bounded in time, and ended gracefully.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// How long clients are waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a request, from the connection or the last answer on.
    pub head: Duration,
    /// For the requests under way, once the server is to stop.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(15), stop: Duration::from_secs(25) }
    }
}

/// Answers until `stop` ends, and what is under way then.
pub async fn listen(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, say: others may be closed soon.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let _ = stream.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(patience.stop, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not answered in time");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    const SHORT: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn who_never_ends_a_request_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let patience = Patience { head: SHORT, ..Patience::default() };
        tokio::spawn(listen(listener, Router::new(), patience, std::future::pending()));
        for beginning in ["", "GET / HTTP/1.1\r\nhost:"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(beginning.as_bytes()).await.unwrap();
            let mut answer = String::new();
            // Ends because the server closes.
            let _ = stream.read_to_string(&mut answer).await;
            assert!(!answer.contains("200 OK"));
        }
    }

    #[tokio::test]
    async fn what_is_under_way_is_answered_and_nothing_after_that() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (begun, has_begun) = oneshot::channel::<()>();
        let (go_on, may_go_on) = oneshot::channel::<()>();
        let both = std::sync::Arc::new(std::sync::Mutex::new(Some((begun, may_go_on))));
        let slow = get(async move || {
            let (begun, may_go_on) = both.lock().unwrap().take().unwrap();
            begun.send(()).unwrap();
            may_go_on.await.unwrap();
            "done"
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let stopping = async move { stopped.await.unwrap() };
        let router = Router::new().route("/", slow);
        let server = tokio::spawn(listen(listener, router, Patience::default(), stopping));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        has_begun.await.unwrap();
        stop.send(()).unwrap();
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        go_on.send(()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("done"), "{answer}");
        server.await.unwrap();
    }
}
