//! Faults on demand, for tests alone: compiled only with the feature `faults`.

/// Dies as if killed if the environment variable `MFA_FAULT` names this point.
#[cfg(feature = "faults")]
pub fn point(name: &str) {
    if std::env::var("MFA_FAULT").is_ok_and(|wanted| wanted == name) {
        std::process::abort();
    }
}

/// Does nothing.
#[cfg(not(feature = "faults"))]
pub const fn point(_name: &str) {}
