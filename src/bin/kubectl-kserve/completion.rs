//! What `kubectl kserve …` can go on with, for kubectl's completion: Cobra's protocol, from clap's own tree of commands.
//!
//! A line for each way to go on, with a tab before what it means, and at the end `:` and what the shell may do besides.

mod values;
mod words;

use std::io::Write;

use clap::Arg;

use crate::cli::SERVICE_KINDS;
use crate::output::{self, Ended};
use kubectl_kserve::report::human::escaped;
use values::{Offer, Shell};
use words::{Next, Typed};

/// Answers on standard output alone, and always well: an error would end up in what the user types.
pub(crate) fn run(words: &[String]) -> anyhow::Result<Ended> {
    output::be_silent();
    let (unfinished, finished) = words.split_last().map_or(("", words), |(last, before)| (last.as_str(), before));
    let typed = Typed::read(finished);
    let (prefix, offer) = match typed.next(unfinished) {
        Next::Flag => (unfinished, Offer::of_words(typed.flags())),
        Next::Value(flag, begun) => (begun, values(flag, &typed, finished, begun)),
        Next::Command => (unfinished, Offer::of_words(typed.commands())),
        Next::Argument(argument) => (unfinished, values(argument, &typed, finished, unfinished)),
        Next::Nothing => (unfinished, Offer::of_words(Vec::new())),
    };
    output::answer(Ended::Well, |out| tell(out, prefix, &offer))
}

/// A service's name can have the kind before it.
fn values(value: &Arg, typed: &Typed, finished: &[String], begun: &str) -> Offer {
    let offer = values::of(value, typed, finished);
    match begun.split_once('/') {
        Some((kind, _)) if SERVICE_KINDS.contains(&kind) && typed.names_services(value) => offer.of_kind(kind),
        _ => offer,
    }
}

fn tell(out: &mut dyn Write, prefix: &str, offer: &Offer) -> std::io::Result<()> {
    for (word, meaning) in offer.words.iter().filter(|(word, _)| word.starts_with(prefix)) {
        let (word, first_line) = (escaped(word), escaped(meaning.lines().next().unwrap_or_default()));
        let tab = if first_line.is_empty() { "" } else { "\t" };
        writeln!(out, "{word}{tab}{first_line}")?;
    }
    let directive = match offer.shell {
        Shell::Files => 0,
        Shell::Nothing => 4,
        Shell::Folders => 16,
    };
    writeln!(out, ":{directive}")
}
