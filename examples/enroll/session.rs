//! A conversation with the user: lines in, events out.

use crate::account::{Account, Login, Pending};
use crate::clock::Clock;
use crate::command::{Command, HELP};
use crate::show::{Event, Show};
use mfa_core::Ticket;
use std::error::Error;

pub struct Session<'a> {
    account: Account,
    clock: Clock,
    show: Show<'a>,
    /// The association that the next code confirms.
    awaiting: Option<Pending>,
    /// The proof of the last login: good for ten minutes, until something is removed or
    /// replaced.
    verified: Option<Ticket>,
}

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

impl<'a> Session<'a> {
    /// Associates an authenticator app if there is none, and asks for a code.
    pub fn begin(account: Account, clock: Clock, show: Show<'a>) -> Result<Self> {
        let mut session = Self { account, clock, show, awaiting: None, verified: None };
        session.associate_unless_enrolled()?;
        session.show.prompt(session.awaiting.is_some())?;
        Ok(session)
    }

    /// Answers a line, and asks for the next one.
    pub fn line(&mut self, line: &[u8]) -> Result {
        match std::str::from_utf8(line).map(str::trim) {
            Ok("") => {}
            Ok(line) => match (line.strip_prefix('@'), Command::parse(line)) {
                (Some(time), _) => self.set_clock(time)?,
                (None, None) => self.code(line)?,
                (None, Some(Ok(command))) => self.command(command)?,
                (None, Some(Err(wrong))) => self.malformed(format!("the command {wrong}"))?,
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
        let login = match &self.awaiting {
            None => self.account.log_in(code, now)?,
            Some(pending) => match self.account.confirm(pending, code, now)? {
                Some(login) => login,
                None => {
                    self.show.event(&Event::Conflict)?;
                    return self.associate_unless_enrolled();
                }
            },
        };
        let Login { event, ticket } = login;
        if let Some(ticket) = ticket {
            (self.awaiting, self.verified) = (None, Some(ticket));
        }
        self.show.event(&event)
    }

    fn command(&mut self, command: Command<'_>) -> Result {
        let now = self.clock.now()?;
        let event = match (command, &self.verified) {
            (Command::Help, _) => Event::Help { text: HELP },
            (Command::List, _) => self.account.list()?,
            (Command::Cancel, _) => {
                self.awaiting = None;
                return self.associate_unless_enrolled();
            }
            (_, None) => Event::LogInFirst,
            (Command::AddApp { label }, Some(ticket)) => {
                let added = self.account.add_app(ticket, label, now, &self.show)?;
                return self.await_first_code(added);
            }
            (Command::AddToken { seed, counter }, Some(ticket)) => {
                let added = self.account.add_token(ticket, seed, counter, now)?;
                if added.is_ok() {
                    self.show.event(&Event::Associated)?;
                }
                return self.await_first_code(added);
            }
            (Command::Remove(number), Some(ticket)) => self.account.remove(ticket, number, now)?,
            (Command::Resynchronize(number, codes), Some(ticket)) => {
                self.account.resynchronize(ticket, number, codes, now)?
            }
            (Command::Codes, Some(ticket)) => self.account.regenerate(ticket, now)?,
        };
        self.show.event(&event)?;
        match event {
            Event::Removed { .. } => self.associate_unless_enrolled(),
            _ => Ok(()),
        }
    }

    fn await_first_code(&mut self, added: std::result::Result<Pending, Event>) -> Result {
        match added {
            Ok(pending) => {
                self.awaiting = Some(pending);
                Ok(())
            }
            Err(event) => self.show.event(&event),
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
