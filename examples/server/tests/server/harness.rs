//! What the tests share: a client that holds every answer against the OpenAPI document, a
//! server in this process, servers as processes.

pub mod answer;
pub mod api;
mod document;
pub mod process;
pub mod server;
