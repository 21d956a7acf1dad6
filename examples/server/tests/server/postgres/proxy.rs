//! A TCP proxy before Postgres that can lose the acknowledgement of a write.

use super::cluster::Cluster;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

pub struct Proxy {
    /// The database's URL through the proxy.
    pub url: String,
    armed: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
}

/// How Postgres says that a row was changed.
const UPDATED: &[u8] = b"UPDATE 1\0";

impl Proxy {
    pub async fn start(cluster: &Cluster) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target: reqwest::Url = cluster.setup.database.parse().unwrap();
        let mut url = target.clone();
        url.set_query(Some("sslmode=disable"));
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let (armed, lost) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let proxy = Self { url: url.into(), armed: armed.clone(), lost: lost.clone() };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let socket = target.query_pairs().find(|(name, _)| name == "host");
                let (armed, lost) = (armed.clone(), lost.clone());
                match socket {
                    // Postgres' own name for its socket in that folder.
                    Some((_, folder)) => {
                        let port = target.port().unwrap_or(5432);
                        let path = format!("{folder}/.s.PGSQL.{port}");
                        let server = UnixStream::connect(path).await.unwrap();
                        tokio::spawn(relay(client, server, armed, lost));
                    }
                    None => {
                        let host = target.host_str().unwrap_or("127.0.0.1");
                        let address = (host, target.port().unwrap_or(5432));
                        let server = TcpStream::connect(address).await.unwrap();
                        tokio::spawn(relay(client, server, armed, lost));
                    }
                }
            }
        });
        proxy
    }

    /// From now on: the next acknowledgement of an update does not get through, and the
    /// connection ends.
    pub fn lose_next_update(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    /// Whether one was lost.
    pub fn lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }
}

async fn relay(
    client: TcpStream,
    server: impl AsyncRead + AsyncWrite + Send + 'static,
    armed: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let asking = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
        let _ = to_server.shutdown().await;
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
        let answer = &buffer[..read];
        let acknowledges = answer.windows(UPDATED.len()).any(|window| window == UPDATED);
        if acknowledges && armed.swap(false, Ordering::SeqCst) {
            lost.store(true, Ordering::SeqCst);
            break;
        }
        if to_client.write_all(answer).await.is_err() {
            break;
        }
    }
    asking.abort();
}
