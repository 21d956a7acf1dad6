//! `mfa-server key`: the keys that seal the database.

use super::Outcome;
use crate::app::App;
use crate::storage::{SealedTable, StorageError};
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
        println!("{count} rows sealed anew");
        Ok(())
    }
}

/// How long a superseded data key stays, in seconds: a server may not have noticed yet.
const GRACE: u64 = 86_400;

/// Makes a new data key, and seals everything with it. Servers that run meanwhile go on.
/// Gives how many rows were sealed anew.
pub async fn rotate(app: &App) -> Result<usize, StorageError> {
    app.data_keys.rotate().await?;
    let current = app.data_keys.current_id().await?;
    let mut count = 0;
    for account in app.database.accounts().await? {
        // A record that changes meanwhile is looked at again.
        while let Some(row) = app.records.load(account).await? {
            if row.sealed.key_id == current {
                break;
            }
            let place = Place::Record(account, row.version);
            let bytes = app.data_keys.open_sealed(place, &row.sealed).await?;
            let sealed = app.data_keys.seal(place, &bytes).await?;
            count += usize::from(app.database.reseal_record(account, &row, &sealed).await?);
        }
    }
    for table in SealedTable::ALL {
        for (name, before) in app.database.rows_sealed_before(table, &current).await? {
            let place = table.place(&name);
            let bytes = app.data_keys.open_sealed(place, &before).await?;
            let after = app.data_keys.seal(place, &bytes).await?;
            count += usize::from(app.database.reseal_row(table, &name, &before, &after).await?);
        }
    }
    app.database.delete_unused_data_keys(app.clock.now().saturating_sub(GRACE)).await?;
    Ok(count)
}
