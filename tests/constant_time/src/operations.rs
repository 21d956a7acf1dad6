//! What the library does with secrets, each with twins that leak.

mod account;
mod base32;
mod code;
mod ocra;
mod otpauth;
mod recovery;
mod secret;
mod token;
mod verify;

pub type Run = Box<dyn Fn()>;

pub struct Operation {
    pub name: String,
    /// Whether it makes anything of its secrets public: a verdict, the form of a text.
    pub reveals: bool,
    pub run: Run,
    pub twins: Vec<(&'static str, Run)>,
}

impl Operation {
    /// An operation that makes nothing public.
    fn silent(name: impl Into<String>, run: impl Fn() + 'static) -> Self {
        Self { name: name.into(), reveals: false, run: Box::new(run), twins: Vec::new() }
    }

    /// An operation whose verdict is public.
    fn telling(name: impl Into<String>, run: impl Fn() + 'static) -> Self {
        Self { reveals: true, ..Self::silent(name, run) }
    }

    /// Adds a twin.
    fn but(mut self, leak: &'static str, twin: impl Fn() + 'static) -> Self {
        self.twins.push((leak, Box::new(twin)));
        self
    }
}

pub fn all() -> impl Iterator<Item = Operation> {
    let groups = [
        code::operations(),
        verify::operations(),
        ocra::operations(),
        base32::operations(),
        otpauth::operations(),
        recovery::operations(),
        secret::operations(),
        account::operations(),
        token::operations(),
    ];
    groups.into_iter().flatten()
}

/// Uses a value, so that it must be computed.
fn sink<T>(value: T) {
    std::hint::black_box(&value);
}
