//! What `mfa-core` does for one login, by itself: read the record, decide, write the next one.

use crate::server::Server;
use crate::user::User;
use mfa_core::{Respond, Response, Verdict, Write};
use mfa_server::accounts::Record;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often one decision is timed: it is the same each time, since nothing is stored.
const REPEATS: u32 = 20;

/// Times everybody's next login in the core alone, and prints the mean.
pub async fn measure(
    server: &Server,
    http: &reqwest::Client,
    users: &mut [User],
) -> Result<(), Box<dyn Error>> {
    server.next_step();
    let cx = server.app.context();
    let mut took = Duration::ZERO;
    let mut times = 0;
    for user in users {
        let token = user.mfa_token(server, http).await?;
        let token = server.app.tokens.open_mfa_token(&token).map_err(|_| "not an mfa_token")?;
        let (code, ticket) = (user.code(server), token.ticket);
        let mut stored = vec![0; Record::MAX_ENCODED_LEN];
        let len = server.app.account(user.account).await?.encode(&mut stored)?;
        let mut next = vec![0; Record::MAX_ENCODED_LEN];
        for _ in 0..REPEATS {
            let started = Instant::now();
            let record = Record::decode(user.account, black_box(&stored[..len]))?;
            let response = Response::Otp(black_box(&code));
            let step = record.decide(Respond { ticket: &ticket, response }, &cx)?;
            black_box(step.next().encode(&mut next)?);
            let settled = step.settle(Write::Stored).map_err(|_| "not settled")?;
            took += started.elapsed();
            times += 1;
            if !matches!(settled.1, Verdict::Accepted(_)) {
                return Err("a right code was rejected".into());
            }
        }
    }
    let mean = took.as_secs_f64() * 1e6 / f64::from(times);
    println!("mfa-core's part of one: {mean:.1} µs (decode, decide, encode, settle)");
    Ok(())
}
