//! Accounts: load, decide, store, settle, and only then answer.

use crate::app::App;
use crate::faults;
use crate::random::random;
use crate::storage::{SealedRecord, StorageError};
use crate::vault::Place;
use mfa_core::{
    AccountId, Context, Entropy, Policy, RecordId, Reference, Refused, Step, Unsettled,
};
use zeroize::Zeroizing;

/// An account's record: as many authenticators and recovery codes as anybody needs.
pub type Record = mfa_core::Account<16, 10>;

/// What every decision is taken by.
pub const POLICY: Policy = Policy::AUTH0;

/// How often a lost race is run again before the client is told to.
const TRIES: usize = 8;

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error("{reason}")]
    Refused {
        reason: Refused,
        /// When it was refused, in seconds since the Unix epoch.
        now: u64,
    },
    #[error("there is no such account")]
    NoAccount,
    #[error("too many others change the account at the same time")]
    Contended,
    #[error("it is not known whether the decision was stored")]
    Unknown,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl App {
    /// Creates the record of a new account.
    pub async fn create_account(&self, account: AccountId) -> Result<(), Failed> {
        let mut bytes = random::<16>();
        let record = RecordId::draw(&mut Entropy::new(&mut bytes))
            .map_err(|reason| self.refused(reason.into()))?;
        let first = self.seal(&Record::new(account, record)).await?;
        self.records.insert(account, &first).await?;
        Ok(())
    }

    /// An account as it is now.
    pub async fn account(&self, account: AccountId) -> Result<Record, Failed> {
        let SealedRecord { version, sealed } =
            self.records.load(account).await?.ok_or(Failed::NoAccount)?;
        let bytes = self.data_keys.open_sealed(Place::Record(account, version), &sealed).await?;
        let record = Record::decode(account, &bytes)
            .map_err(|_| StorageError::Impossible("an account's record"))?;
        if record.version() != version {
            return Err(StorageError::Impossible("an account's version").into());
        }
        Ok(record)
    }

    /// Decides on an account, stores the decision, and gives its outcome. A lost race is run
    /// again on what the winner stored.
    pub async fn settle<T: Send, E: From<Failed>>(
        &self,
        account: AccountId,
        mut decide: impl FnMut(&Record, &Context<'_>) -> Result<Step<Record, T>, E> + Send,
    ) -> Result<(Record, T), E> {
        for _ in 0..TRIES {
            let before = self.account(account).await?;
            let step = decide(&before, &self.context())?;
            let next = self.seal(step.next()).await.map_err(Failed::from)?;
            faults::point("before-write");
            let written = self
                .records
                .compare_and_swap(account, step.expected(), &next)
                .await
                .map_err(Failed::from)?;
            faults::point("before-answer");
            match step.settle(written) {
                Ok((after, outcome)) => {
                    self.forget_references(&before, &after).await;
                    return Ok((after, outcome));
                }
                Err(Unsettled::Conflict) => self.metrics.conflict(),
                Err(Unsettled::Unknown) => {
                    self.metrics.unknown_write();
                    return Err(Failed::Unknown.into());
                }
            }
        }
        Err(Failed::Contended.into())
    }

    fn refused(&self, reason: Refused) -> Failed {
        Failed::Refused { reason, now: self.clock.now() }
    }

    /// What is decided in now.
    pub fn context(&self) -> Context<'static> {
        Context { now: self.clock.now(), policy: &POLICY }
    }

    async fn seal(&self, record: &Record) -> Result<SealedRecord, StorageError> {
        let mut bytes = Zeroizing::new(vec![0; Record::MAX_ENCODED_LEN]);
        let len = record
            .encode(&mut bytes)
            .map_err(|_| StorageError::Impossible("an account's record"))?;
        let version = record.version();
        let place = Place::Record(record.account(), version);
        Ok(SealedRecord { version, sealed: self.data_keys.seal(place, &bytes[..len]).await? })
    }

    /// Numbers, addresses and devices go when no authenticator names them any more.
    async fn forget_references(&self, before: &Record, after: &Record) {
        let kept: Vec<_> = references(after).collect();
        let gone: Vec<_> = references(before).filter(|one| !kept.contains(one)).collect();
        if let Err(error) = self.database.forget(&gone).await {
            tracing::warn!(%error, "what an account no longer names was not forgotten");
        }
    }
}

fn references(record: &Record) -> impl Iterator<Item = Reference> {
    record.authenticators().iter().filter_map(mfa_core::Authenticator::reference)
}
