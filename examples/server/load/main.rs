//! How many logins by app code a server answers, and how much of each is `mfa-core`'s part.
//!
//! The server runs in this process behind a loopback port, with a clock that stands, so that
//! nobody waits half a minute for the next code. See LOAD.md.

mod core_share;
mod server;
mod user;

use self::server::Server;
use self::user::User;
use clap::Parser;
use mfa_server::tokens::SigningAlgorithm;
use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How many logins by app code a server answers.
#[derive(Parser)]
struct Load {
    /// An empty database: sqlite:FILE?mode=rwc, sqlite::memory: or postgres://…
    #[arg(long, default_value = "sqlite::memory:")]
    database: String,
    /// How many users log in, all in each round
    #[arg(long, default_value_t = 500)]
    users: usize,
    /// How often
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    /// How many requests are under way at once
    #[arg(long, value_delimiter = ',', default_value = "1,8")]
    connections: Vec<usize>,
    /// How tokens are signed
    #[arg(long, default_value = "rs256")]
    signing: SigningAlgorithm,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let load = Load::parse();
    let server = Server::start(&load.database, load.signing).await?;
    let http = reqwest::Client::new();
    let mut users = Vec::new();
    for number in 0..load.users {
        users.push(User::enroll(&server, &http, number).await?);
    }
    println!("mfa-otp on {}, {:?}, {} users", server.kind, load.signing, load.users);
    println!("connections  per second     p50      p90      p99      max");
    for &connections in &load.connections {
        let mut all = Vec::new();
        let mut took = Duration::ZERO;
        for _ in 0..load.rounds {
            let (latencies, round) = round(&server, &http, &mut users, connections).await?;
            all.extend(latencies);
            took += round;
        }
        report(connections, all, took);
    }
    core_share::measure(&server, &http, &mut users).await
}

/// Everybody's first factor, not measured, and then everybody's code: each latency, and how long
/// all took together.
async fn round(
    server: &Server,
    http: &reqwest::Client,
    users: &mut [User],
    connections: usize,
) -> Result<(Vec<Duration>, Duration), Box<dyn Error>> {
    server.next_step();
    let mut logins = VecDeque::new();
    for user in users {
        logins.push_back(user.login(server, http).await?);
    }
    let logins = Arc::new(Mutex::new(logins));
    let started = Instant::now();
    let workers: Vec<_> =
        (0..connections).map(|_| tokio::spawn(work(logins.clone(), http.clone()))).collect();
    let mut latencies = Vec::new();
    for worker in workers {
        latencies.extend(worker.await??);
    }
    Ok((latencies, started.elapsed()))
}

/// Sends prepared requests until there are none left. Whatever is not a login ends the run.
async fn work(
    logins: Arc<Mutex<VecDeque<reqwest::Request>>>,
    http: reqwest::Client,
) -> Result<Vec<Duration>, String> {
    let mut latencies = Vec::new();
    loop {
        let next = logins.lock().map_err(|error| error.to_string())?.pop_front();
        let Some(request) = next else { return Ok(latencies) };
        let started = Instant::now();
        let answer = http.execute(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| error.to_string())?;
        latencies.push(started.elapsed());
        if status != 200 {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body)));
        }
    }
}

fn report(connections: usize, mut latencies: Vec<Duration>, took: Duration) {
    latencies.sort_unstable();
    let at = |share: f64| {
        let rank = (latencies.len() as f64 * share).ceil() as usize;
        latencies[rank.clamp(1, latencies.len()) - 1].as_secs_f64() * 1e3
    };
    let per_second = latencies.len() as f64 / took.as_secs_f64();
    println!(
        "{connections:>11}  {per_second:>10.0} {:>7.2}  {:>7.2}  {:>7.2}  {:>7.2} ms",
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
}
