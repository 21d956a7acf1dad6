//! Random bytes of the operating system.

/// Fresh random bytes.
///
/// # Panics
/// If the operating system has none to give: nothing can go on without.
pub fn random<const K: usize>() -> [u8; K] {
    let mut bytes = [0; K];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
