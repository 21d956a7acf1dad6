//! The delivery that posts messages to a URL, for whoever has a provider to send them.

use super::{Delivery, Message};
use crate::app::App;
use crate::storage::{Later, StorageError};
use std::time::Duration;

/// Posts each message as JSON; any answer of 2xx means it was taken.
pub struct Webhook {
    url: reqwest::Url,
    client: reqwest::Client,
}

impl Webhook {
    pub fn new(url: &str) -> Result<Self, String> {
        let url = url.parse().map_err(|error| format!("the webhook's URL: {error}"))?;
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| format!("the webhook's client: {error}"))?;
        Ok(Self { url, client })
    }
}

impl Delivery for Webhook {
    fn deliver<'a>(&'a self, _app: &'a App, message: &'a Message) -> Later<'a, ()> {
        Box::pin(async move {
            let sent = self.client.post(self.url.clone()).json(message).send().await;
            match sent.and_then(reqwest::Response::error_for_status) {
                Ok(_) => Ok(()),
                Err(error) => {
                    // Without its URL, which may hold a password.
                    let error = error.without_url();
                    tracing::warn!(%error, "the webhook did not take a message");
                    Err(StorageError::Delivery)
                }
            }
        })
    }
}
