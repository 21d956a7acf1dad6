//! Writes that conflict, fail, or end nobody knows how: nothing is granted, nothing forgotten.

use crate::harness::server::*;
use mfa_core::{AccountId, Version, Write};
use mfa_server::app::Mfa;
use mfa_server::storage::{Later, Records, SealedRecord, StorageError};
use mfa_server::tokens::SigningAlgorithm;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A storage that does what the test says.
struct Fickle {
    records: Arc<dyn Records>,
    mood: Arc<AtomicU8>,
}

const FINE: u8 = 0;
const STORED_BUT_UNKNOWN: u8 = 1;
const LOST_AND_UNKNOWN: u8 = 2;
const ALWAYS_A_CONFLICT: u8 = 3;
const OUT_OF_REACH: u8 = 4;

impl Records for Fickle {
    fn load(&self, account: AccountId) -> Later<'_, Option<SealedRecord>> {
        self.records.load(account)
    }

    fn compare_and_swap<'a>(
        &'a self,
        account: AccountId,
        expected: Version,
        next: &'a SealedRecord,
    ) -> Later<'a, Write> {
        Box::pin(async move {
            match self.mood.load(Ordering::SeqCst) {
                LOST_AND_UNKNOWN => Ok(Write::Unknown),
                ALWAYS_A_CONFLICT => Ok(Write::Conflict),
                OUT_OF_REACH => Err(StorageError::Database(sqlx::Error::PoolTimedOut)),
                mood => {
                    let written = self.records.compare_and_swap(account, expected, next).await?;
                    Ok(if mood == FINE { written } else { Write::Unknown })
                }
            }
        })
    }

    fn insert<'a>(&'a self, account: AccountId, first: &'a SealedRecord) -> Later<'a, bool> {
        self.records.insert(account, first)
    }
}

async fn start() -> (Server, Arc<AtomicU8>) {
    let mood = Arc::new(AtomicU8::new(FINE));
    let theirs = mood.clone();
    let server = Server::start_altered(Mfa::Always, SigningAlgorithm::Es256, |app| {
        app.records = Arc::new(Fickle { records: app.records.clone(), mood: theirs });
    });
    (server.await, mood)
}

#[tokio::test]
async fn after_a_write_that_may_have_happened_nothing_is_granted_and_the_next_code_works() {
    let (server, mood) = start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    for unknown in [STORED_BUT_UNKNOWN, LOST_AND_UNKNOWN] {
        server.later(30);
        let code = server.code(&app.totp, 0);
        mood.store(unknown, Ordering::SeqCst);
        let answer = server.otp(&mfa_token, &code).await;
        answer.expect(503, "temporarily_unavailable");
        assert_eq!(answer.retry_after(), Some(1));
        assert!(answer.body["access_token"].is_null());
        mood.store(FINE, Ordering::SeqCst);
        if unknown == STORED_BUT_UNKNOWN {
            server.otp(&mfa_token, &code).await.expect(403, "invalid_grant");
        }
        server.otp(&mfa_token, &server.code(&app.totp, 1)).await.ok();
        server.later(30);
    }
}

#[tokio::test]
async fn races_that_are_lost_again_and_again_and_databases_out_of_reach_are_said() {
    let (server, mood) = start().await;
    let app = server.enroll_otp().await;
    let mfa_token = server.mfa_token().await;
    for bad in [ALWAYS_A_CONFLICT, OUT_OF_REACH] {
        mood.store(bad, Ordering::SeqCst);
        let answer = server.otp(&mfa_token, &server.code(&app.totp, 0)).await;
        answer.expect(503, "temporarily_unavailable");
        assert_eq!(answer.retry_after(), Some(1));
    }
    mood.store(FINE, Ordering::SeqCst);
    server.otp(&mfa_token, &server.code(&app.totp, 0)).await.ok();
}

#[tokio::test]
async fn a_number_whose_association_may_have_been_stored_is_kept() {
    use serde_json::json;
    let (server, mood) = start().await;
    let mfa_token = server.mfa_token().await;
    let body = json!({
        "authenticator_types": ["oob"], "oob_channels": ["sms"], "phone_number": "+15555559167",
    });
    let references = async || {
        let account = server.app.database.accounts().await.unwrap()[0];
        let record = server.app.account(account).await.unwrap();
        record.authenticators().iter().filter_map(|one| one.reference()).collect::<Vec<_>>()
    };
    mood.store(STORED_BUT_UNKNOWN, Ordering::SeqCst);
    server.associate(&mfa_token, body.clone()).await.expect(503, "temporarily_unavailable");
    let kept = references().await[0];
    assert!(server.app.database.contact(kept).await.unwrap().is_some());
    // The next association takes its place, and the number of the first goes.
    mood.store(FINE, Ordering::SeqCst);
    server.associate(&mfa_token, body).await.ok();
    assert!(!references().await.contains(&kept));
    assert!(server.app.database.contact(kept).await.unwrap().is_none());
}
