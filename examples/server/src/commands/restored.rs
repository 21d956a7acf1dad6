//! `mfa-server restored`: what was used since a backup was made must not be usable again.

use crate::accounts::Failed;
use crate::app::App;
use crate::random::random;
use mfa_core::{Entropy, Refused, Restored, Scopes};

/// Runs the core's `Restored` on every account, and gives their number.
pub async fn restored(app: &App) -> Result<usize, Failed> {
    let accounts = app.database.accounts().await?;
    for &account in &accounts {
        app.settle(account, |record, cx| {
            let refused = |reason| Failed::Refused { reason, now: cx.now };
            let (mut bytes, mut more) = (random::<16>(), random::<16>());
            let ticket = record
                .administrator_ticket(Scopes::NONE, Entropy::new(&mut bytes), cx)
                .map_err(|error| refused(Refused::from(error)))?;
            let entropy = Entropy::new(&mut more);
            record.decide(Restored { ticket: &ticket, entropy }, cx).map_err(refused)
        })
        .await?;
    }
    Ok(accounts.len())
}
