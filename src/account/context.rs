//! What every operation is decided in: a time and a policy.

use crate::Policy;

/// What an operation is decided in.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it for each operation")]
pub struct Context<'a> {
    /// The present time, in seconds since the Unix epoch, from a clock the caller trusts.
    pub now: u64,
    /// The policy.
    pub policy: &'a Policy,
}
