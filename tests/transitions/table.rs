//! A table of transitions as the JSON has it, and the one row that fits a case.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
pub struct Table {
    /// What the user has.
    pub subject: String,
    /// What each phase is, in the order in which an account meets them.
    pub phases: Map<String, Value>,
    pub authorities: Vec<String>,
    pub operations: Vec<String>,
    pub transitions: Vec<Transition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    phase: Vec<String>,
    operation: Vec<String>,
    authority: Vec<String>,
    generation: String,
    scopes: String,
    pub refused: Option<String>,
    pub outcome: Option<String>,
    to: Option<String>,
}

/// What a transition depends on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub phase: &'a str,
    pub operation: &'a str,
    pub authority: &'a str,
    pub generation: &'a str,
    pub scopes: &'a str,
}

impl Table {
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap()
    }

    /// Every combination.
    pub fn cases(&self) -> Vec<Case<'_>> {
        let mut cases = Vec::new();
        for phase in self.phases.keys() {
            for operation in &self.operations {
                for authority in &self.authorities {
                    for generation in ["current", "outdated"] {
                        for scopes in ["all", "none"] {
                            cases.push(Case { phase, operation, authority, generation, scopes });
                        }
                    }
                }
            }
        }
        cases
    }

    /// The one row that fits.
    pub fn row(&self, case: Case<'_>) -> &Transition {
        let fits = |row: &&Transition| {
            row.phase.iter().any(|one| one == case.phase)
                && row.operation.iter().any(|one| one == case.operation)
                && row.authority.iter().any(|one| one == case.authority)
                && [case.generation, "any"].contains(&&*row.generation)
                && [case.scopes, "any"].contains(&&*row.scopes)
        };
        let rows: Vec<_> = self.transitions.iter().filter(fits).collect();
        assert_eq!(rows.len(), 1, "rows that fit {case:?}");
        rows[0]
    }
}

impl Transition {
    /// Where it leads; `None` if the operation is refused.
    pub fn to<'a>(&'a self, case: Case<'a>) -> Option<&'a str> {
        match self.to.as_deref() {
            Some("same") => Some(case.phase),
            other => other,
        }
    }
}
