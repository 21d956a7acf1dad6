//! Lines that are commands: what a user does beyond logging in.

/// Shown by `help`.
pub const HELP: &str = "\
list                       the authenticators and how many recovery codes are left
add app [LABEL]            another authenticator app
add token SEED [COUNTER]   an HOTP token, by its seed in base32 and its counter [default: 0]
cancel                     forget the association that waits for its first code
remove NUMBER              an authenticator, by its number in the list
resync NUMBER CODE CODE    a token or clock that went astray, by two codes in a row
codes                      fresh recovery codes, which end the old ones
@UNIX                      sets the time
All but list and cancel need a login in this session, not long ago.";

pub enum Command<'a> {
    Help,
    List,
    AddApp {
        label: &'a str,
    },
    AddToken {
        seed: &'a str,
        counter: u64,
    },
    Cancel,
    /// From 1.
    Remove(usize),
    Resynchronize(usize, [&'a str; 2]),
    Codes,
}

impl<'a> Command<'a> {
    /// A command, or what is wrong with it; `None` if the line is none.
    pub fn parse(line: &'a str) -> Option<Result<Self, &'static str>> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let alone = |command| if rest.is_empty() { Ok(command) } else { Err("is too long") };
        Some(match word {
            "help" => alone(Self::Help),
            "list" => alone(Self::List),
            "cancel" => alone(Self::Cancel),
            "codes" => alone(Self::Codes),
            "add" => Self::add(rest),
            "remove" => number(rest).map(Self::Remove),
            "resync" => match rest.split_whitespace().collect::<Vec<_>>()[..] {
                [slot, first, second] => {
                    number(slot).map(|slot| Self::Resynchronize(slot, [first, second]))
                }
                _ => Err("needs a number and two codes without spaces"),
            },
            _ => return None,
        })
    }

    fn add(rest: &'a str) -> Result<Self, &'static str> {
        let (what, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        match (what, rest.trim()) {
            ("app", "") => Ok(Self::AddApp { label: "authenticator app" }),
            ("app", label) => Ok(Self::AddApp { label }),
            ("token", rest) => match rest.split_whitespace().collect::<Vec<_>>()[..] {
                [seed] => Ok(Self::AddToken { seed, counter: 0 }),
                [seed, counter] => counter
                    .parse()
                    .map(|counter| Self::AddToken { seed, counter })
                    .map_err(|_| "needs a counter from 0 to 2^64-1"),
                _ => Err("needs a seed in base32, and perhaps a counter"),
            },
            _ => Err("needs `app` or `token`"),
        }
    }
}

fn number(text: &str) -> Result<usize, &'static str> {
    text.parse().ok().filter(|number| *number > 0).ok_or("needs a number from the list")
}
