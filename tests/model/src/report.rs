//! Checking a world, and saying what was found.

use std::fmt::Debug;
use std::hash::Hash;
use std::time::Instant;

use stateright::{Checker, DiscoveryClassification, HasDiscoveries, Model};

/// Visits every state of a world, prints what was seen, and gives whether all properties
/// hold.
pub fn check<M>(title: &str, world: M) -> bool
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq + Send + Sync,
{
    let started = Instant::now();
    // Every state is visited, whatever is found on the way.
    let checker = world.checker().threads(threads()).spawn_bfs().join();
    println!(
        "{title}: {} states, {} unique, depth {}, {:.1} s",
        checker.state_count(),
        checker.unique_state_count(),
        checker.max_depth(),
        started.elapsed().as_secs_f64(),
    );
    let discoveries = checker.discoveries();
    let mut all_hold = true;
    for property in checker.model().properties() {
        let found = discoveries.get(property.name);
        let is_example = matches!(
            checker.discovery_classification(property.name),
            DiscoveryClassification::Example
        );
        let word = match (found.is_some(), is_example) {
            (false, false) => "holds",
            (true, true) => "reached",
            _ => {
                all_hold = false;
                "FAILED"
            }
        };
        println!("  {word:8} {}", property.name);
        if let (Some(path), false) = (found, is_example) {
            println!("{path}");
        }
    }
    all_hold
}

/// Looks for a counterexample to one property, and gives the actions that lead to it.
pub fn counterexample<M>(world: M, property: &'static str) -> Option<Vec<M::Action>>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq + Send + Sync,
{
    let wanted = HasDiscoveries::AnyOf([property].into());
    let checker = world.checker().threads(threads()).finish_when(wanted).spawn_bfs().join();
    checker.discovery(property).map(|path| path.into_actions())
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
