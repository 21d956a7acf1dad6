//! A reference server for `mfa-core`: Auth0's MFA API over HTTP.
//!
//! The core decides everything about factors. What is here is HTTP, passwords, tokens,
//! storage and delivery.

pub mod accounts;
pub mod app;
pub mod clock;
pub mod commands;
pub mod delivery;
pub mod faults;
pub mod http;
pub mod ids;
pub mod metrics;
mod page;
pub mod passwords;
pub mod random;
pub mod storage;
pub mod tokens;
pub mod vault;
