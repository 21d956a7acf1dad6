//! `mfa-server key`: the keys that seal the database.

use super::Outcome;
use crate::app::App;
use crate::vault::Place;
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Seal everything anew, under a fresh data key and the operator's first key
    Rotate,
}

impl Keys {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let Self::Rotate = self;
        let count = rotate(app).await?;
        println!("{count} records sealed anew");
        Ok(())
    }
}

/// Makes a new data key, and seals every record with it. Servers that run meanwhile go on.
pub async fn rotate(app: &App) -> Result<usize, Box<dyn std::error::Error>> {
    app.data_keys.rotate().await?;
    let mut count = 0;
    for account in app.database.accounts().await? {
        // A record that changes meanwhile is looked at again.
        while let Some(row) = app.records.load(account).await? {
            if row.sealed.key_id == app.data_keys.current_id().await? {
                break;
            }
            let place = Place::Record(account, row.version);
            let bytes = app.data_keys.open_sealed(place, &row.sealed).await?;
            let sealed = app.data_keys.seal(place, &bytes).await?;
            count += usize::from(app.database.reseal_record(account, &row, &sealed).await?);
        }
    }
    Ok(count)
}
