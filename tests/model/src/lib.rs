//! Model checking of `mfa-core`'s account: the real code, in worlds small enough that every
//! interleaving is visited.
//!
//! A state holds the record as the encoded bytes that the store would hold, and decisions are
//! the core's own ([`call`]); nothing of the account is implemented a second time. What must
//! always hold is an [`invariant`], a property by name; some are watched on each transition,
//! some are probed in each state by asking the core what it would answer.
//!
//! - [`race`]: two servers, one row. Requests are doubled, reordered and lost, servers crash,
//!   clocks disagree and step back, the store answers or does not. What waits for an answer is
//!   followed in a ledger of its own, from the requests alone.
//! - [`life_cycle`]: one account from its first association to a reset, used by its owner, by
//!   a thief who has the password, and once by an administrator.
//!
//! A [`fault`] breaks one rule around the core, and `tests/controls.rs` expects a
//! counterexample for each.

pub mod call;
pub mod fault;
pub mod invariant;
pub mod layout;
pub mod life_cycle;
pub mod race;
pub mod report;
pub mod setting;
pub mod verifier;
