//! A conversation with the user: lines in, events out.

use crate::account::{Account, Pending};
use crate::clock::Clock;
use crate::show::{Event, Show};
use std::error::Error;

pub struct Session<'a> {
    account: Account,
    clock: Clock,
    show: Show<'a>,
    /// The association that the next code confirms; `None` once there is an authenticator.
    awaiting: Option<Pending>,
}

type Result = std::result::Result<(), Box<dyn Error>>;

impl<'a> Session<'a> {
    /// Associates an authenticator app if there is none, and asks for a code.
    pub fn begin(
        account: Account,
        clock: Clock,
        show: Show<'a>,
    ) -> std::result::Result<Self, Box<dyn Error>> {
        let mut session = Self { account, clock, show, awaiting: None };
        session.associate_unless_enrolled()?;
        session.show.prompt(session.awaiting.is_some())?;
        Ok(session)
    }

    /// Answers a line, and asks for the next one.
    pub fn line(&mut self, line: &[u8]) -> Result {
        match std::str::from_utf8(line).map(str::trim) {
            Ok("") => {}
            Ok(line) => match line.strip_prefix('@') {
                Some(time) => self.set_clock(time)?,
                None => self.code(line)?,
            },
            Err(_) => self.malformed("the line is not UTF-8".into())?,
        }
        self.show.prompt(self.awaiting.is_some())
    }

    fn set_clock(&mut self, time: &str) -> Result {
        match self.clock.set(time.trim()) {
            Ok(()) => Ok(()),
            Err(detail) => self.malformed(detail),
        }
    }

    fn code(&mut self, code: &str) -> Result {
        let now = self.clock.now()?;
        let Some(pending) = &self.awaiting else {
            return self.show.event(&self.account.log_in(code, now)?);
        };
        match self.account.confirm(pending, code, now)? {
            Some(event) => {
                self.show.event(&event)?;
                if matches!(event, Event::Confirmed { .. }) {
                    self.awaiting = None;
                }
                Ok(())
            }
            None => {
                self.show.event(&Event::Conflict)?;
                self.associate_unless_enrolled()
            }
        }
    }

    fn associate_unless_enrolled(&mut self) -> Result {
        self.awaiting = self.account.associate(self.clock.now()?, &self.show)?;
        Ok(())
    }

    fn malformed(&self, detail: String) -> Result {
        self.show.event(&Event::Malformed { detail })
    }
}
