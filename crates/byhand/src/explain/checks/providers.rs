//! That no rule about a provider stands there untried: each has at least one reply in which it decides.
//!
//! A rule that holds, but is always outweighed by another one, says nothing: it fails here, and belongs removed.

use std::collections::HashSet;

use super::super::index::index;
use super::super::{judge, providers};
use super::{heard, lines};

#[test]
fn every_rule_of_every_provider_decides_a_reply() {
    let decided: HashSet<usize> = lines().filter_map(|line| judge::decided(&heard(&line))).collect();
    let mut untried = Vec::new();
    for (number, (rule, provider)) in index().rules.iter().enumerate() {
        if let Some(provider) = provider.filter(|_| !decided.contains(&number)) {
            let name = providers::ALL[provider].name;
            untried.push(format!("{name}: {} {:?} {:?}", rule.reason.as_str(), rule.words, rule.enhanced));
        }
    }
    assert!(untried.is_empty(), "{} rules decide no reply:\n{}", untried.len(), untried.join("\n"));
}

#[test]
fn every_provider_has_rules_and_each_of_its_reasons_a_reply() {
    let said: HashSet<(usize, &str)> =
        lines().filter_map(|line| Some((index().rules[judge::decided(&heard(&line))?].1?, line.reason))).collect();
    for (number, provider) in providers::ALL.iter().enumerate() {
        assert!(!provider.rules.is_empty(), "{}", provider.name);
        for rule in provider.rules {
            assert!(said.contains(&(number, rule.reason.as_str())), "{}: {}", provider.name, rule.reason.as_str());
        }
    }
}
