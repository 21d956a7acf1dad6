//! The server's tests: the contract, the real binary, and several servers on one Postgres.

mod contract;
mod harness;
mod postgres;
mod processes;
