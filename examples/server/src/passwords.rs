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
}

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
        Self { params, decoy, turns: Arc::new(Semaphore::new(threads)) }
    }

    pub async fn hash(&self, password: String) -> String {
        let params = self.params.clone();
        let password = Zeroizing::new(password);
        self.work(move || hash(&params, password.as_bytes())).await
    }

    /// Whether the password is the one of this hash; of a user that does not exist it never
    /// is, after the same work.
    pub async fn verify(&self, password: String, stored: Option<String>) -> bool {
        let exists = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let password = Zeroizing::new(password);
        let matches = self
            .work(move || {
                let Ok(stored) = PasswordHash::new(&stored) else { return false };
                // The parameters are those of the hash.
                Argon2::default().verify_password(password.as_bytes(), &stored).is_ok()
            })
            .await;
        matches && exists
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let turn = self.turns.clone().acquire_owned().await.expect("it is never closed");
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .expect("hashing does not panic")
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
