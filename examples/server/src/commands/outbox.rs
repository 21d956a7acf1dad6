//! `mfa-server outbox`: what would have been sent.

use super::Outcome;
use crate::app::App;
use serde_json::json;

pub(super) async fn run(app: &App) -> Outcome {
    for (at, message) in app.outbox().await? {
        println!("{}", json!({ "at": at, "message": message }));
    }
    Ok(())
}
