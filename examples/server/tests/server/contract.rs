//! The contract, call by call, over HTTP against a server in this process.

mod associate;
mod authenticators;
mod bodies;
mod challenge;
mod clients;
mod discovery;
mod mfa_audience;
mod operations;
mod otp;
mod out_of_band;
mod password;
mod push;
mod recovery;
mod tokens;
mod twins;
mod webhook;
mod writes;
