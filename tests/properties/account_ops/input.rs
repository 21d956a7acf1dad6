//! Choices read from arbitrary bytes.

/// Reads choices from bytes; zeros after their end.
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn u8(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or_default()
    }

    /// One of these; the first for zero.
    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.u8()) % choices.len()].clone()
    }

    /// The latest of these in most cases, else any.
    pub fn recent<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        match self.u8() {
            0..150 => choices.last().cloned(),
            _ if choices.is_empty() => None,
            _ => Some(self.pick(choices)),
        }
    }
}
