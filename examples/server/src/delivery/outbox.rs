//! The delivery that sends nothing: messages go to a table, and `mfa-server outbox` shows them.

use super::{Delivery, Message};
use crate::app::App;
use crate::storage::{Later, MessageRow};
use crate::vault::Place;

/// Keeps messages in the database, sealed; says in the log that there is one.
#[derive(Default)]
pub struct Outbox {
    /// Print what is in them, too: for the demo, whose database nobody else sees.
    pub show: bool,
}

impl Delivery for Outbox {
    fn deliver<'a>(&'a self, app: &'a App, message: &'a Message) -> Later<'a, ()> {
        Box::pin(async move {
            let id = crate::tokens::token_id();
            let json = serde_json::to_vec(message).expect("plain data is JSON");
            let sealed = app.data_keys.seal(Place::Message(&id), &json).await?;
            let (created, channel) = (app.clock.now(), message.channel());
            tracing::info!(channel, "a message is in the outbox");
            if self.show {
                println!("# would have been sent: {}", String::from_utf8_lossy(&json));
            }
            let row = MessageRow { id, created, channel: channel.into(), sealed };
            app.database.insert_message(&row).await
        })
    }
}

impl App {
    /// The messages in the outbox, oldest first.
    pub async fn outbox(&self) -> Result<Vec<(u64, Message)>, crate::storage::StorageError> {
        let mut messages = Vec::new();
        for row in self.database.messages().await? {
            let json = self.data_keys.open_sealed(Place::Message(&row.id), &row.sealed).await?;
            let message = serde_json::from_slice(&json)
                .map_err(|_| crate::storage::StorageError::Impossible("a message"))?;
            messages.push((row.created, message));
        }
        Ok(messages)
    }
}
