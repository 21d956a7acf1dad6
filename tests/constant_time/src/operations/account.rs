//! Deciding on a loaded record, whose secrets and hashes are secret, up to the verdict.

mod manage;
mod ocra;
mod out_of_band;
mod respond;
mod world;

use super::Operation;

pub fn operations() -> Vec<Operation> {
    [respond::operations(), manage::operations(), out_of_band::operations(), ocra::operations()]
        .into_iter()
        .flatten()
        .collect()
}
