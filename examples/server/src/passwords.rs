//! Passwords: Argon2id on threads of its own, the same work whether a user exists or not.

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::random::random;

/// Hashes and verifies passwords.
#[derive(Clone)]
pub struct Passwords {
    params: Params,
    /// The hash of a password nobody knows: for users that do not exist.
    decoy: Arc<str>,
    /// So that many logins at once take turns instead of all memory.
    turns: Arc<Semaphore>,
    /// How many may wait for their turn.
    queue: Arc<Semaphore>,
}

/// Too many passwords wait to be checked.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("too many passwords wait to be checked")]
pub struct Busy;

/// So many wait at most, for each thread: a few seconds' work.
const QUEUE: usize = 64;

impl Passwords {
    /// OWASP's recommendation: 19 MiB, two passes.
    pub fn new() -> Self {
        Self::with_params(Params::new(19_456, 2, 1, None).expect("the numbers are in range"))
    }

    /// Next to no work: for tests, which hash many.
    pub fn cheap() -> Self {
        Self::with_params(Params::new(8, 1, 1, None).expect("the numbers are in range"))
    }

    fn with_params(params: Params) -> Self {
        let decoy = hash(&params, &random::<32>()).into();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let turns = Arc::new(Semaphore::new(threads));
        Self { params, decoy, turns, queue: Arc::new(Semaphore::new(QUEUE * threads)) }
    }

    pub async fn hash(&self, password: String) -> Result<String, Busy> {
        let params = self.params.clone();
        let password = Zeroizing::new(password);
        self.work(move || hash(&params, password.as_bytes())).await
    }

    /// Whether the password is the one of this hash; of a user that does not exist it never
    /// is, after the same work.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, Busy> {
        let exists = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let password = Zeroizing::new(password);
        let matches = self
            .work(move || {
                let Ok(stored) = PasswordHash::new(&stored) else { return false };
                // The parameters are those of the hash.
                Argon2::default().verify_password(password.as_bytes(), &stored).is_ok()
            })
            .await?;
        Ok(matches && exists)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _place = self.queue.try_acquire().map_err(|_| Busy)?;
        let turn = self.turns.clone().acquire_owned().await.expect("it is never closed");
        let working = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        Ok(working.await.expect("hashing does not panic"))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn hash(params: &Params, password: &[u8]) -> String {
    let salt = SaltString::encode_b64(&random::<16>()).expect("16 bytes are a salt");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password(password, &salt)
        .expect("the parameters are in range")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[tokio::test]
    async fn only_the_right_password_of_a_user_who_exists_is_right() {
        let passwords = Passwords::cheap();
        let stored = passwords.hash("right".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$"));
        assert!(passwords.verify("right".into(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("wrong".into(), Some(stored)).await.unwrap());
        assert!(!passwords.verify("right".into(), None).await.unwrap());
        assert!(!passwords.verify("right".into(), Some("no hash".into())).await.unwrap());
    }

    #[tokio::test]
    async fn unknown_users_cost_the_same_work() {
        let passwords = Passwords::new();
        let stored = passwords.hash("right".into()).await.unwrap();
        let time = async |stored: Option<String>| {
            let mut least = Duration::MAX;
            for _ in 0..3 {
                let started = Instant::now();
                assert!(!passwords.verify("wrong".into(), stored.clone()).await.unwrap());
                least = least.min(started.elapsed());
            }
            least
        };
        let (known, unknown) = (time(Some(stored)).await, time(None).await);
        // Without the work it would be a thousandth.
        assert!(unknown > known / 3 && known > unknown / 3, "{known:?} and {unknown:?}");
    }

    #[tokio::test]
    async fn a_queue_that_is_full_is_said() {
        let passwords = Passwords::cheap();
        let places = passwords.queue.available_permits() as u32;
        let full = passwords.queue.acquire_many(places).await.unwrap();
        assert!(passwords.verify("x".into(), None).await.is_err());
        drop(full);
        assert!(passwords.verify("x".into(), None).await.is_ok());
    }
}
