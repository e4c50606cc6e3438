//! Flags that switch something on, with a value as kubectl takes one: `--check=false`, `-A=true`. clap knows them without.

use std::ffi::OsString;

use clap::{ArgAction, Command};

/// The words with such flags as clap takes them. The last word on a flag counts.
pub(super) fn without_values(command: &Command, words: Vec<OsString>) -> Vec<OsString> {
    let switches = switches(command);
    let mut settled: Vec<OsString> = Vec::new();
    let mut words = words.into_iter();
    for word in words.by_ref() {
        if word == "--" {
            settled.push(word);
            break;
        }
        match word.to_str().and_then(|word| valued(&switches, word)) {
            Some((names, false)) => settled.retain(|earlier| !names.iter().any(|name| earlier == name.as_str())),
            Some((names, true)) => settled.extend(names.first().map(OsString::from)),
            None => settled.push(word),
        }
    }
    settled.extend(words);
    settled
}

/// How each of these flags of the command, and of those within, can be written.
fn switches(command: &Command) -> Vec<Vec<String>> {
    let own = command.get_arguments().filter(|flag| matches!(flag.get_action(), ArgAction::SetTrue));
    let names = own.map(|flag| {
        let long = flag.get_long().map(|long| format!("--{long}"));
        let short = flag.get_short().map(|short| format!("-{short}"));
        long.into_iter().chain(short).collect()
    });
    names.chain(command.get_subcommands().flat_map(switches)).collect()
}

/// The flag that a word gives a value, and the value.
fn valued<'s>(switches: &'s [Vec<String>], word: &str) -> Option<(&'s [String], bool)> {
    let (name, value) = word.split_once('=')?;
    let names = switches.iter().find(|names| names.iter().any(|one| one == name))?;
    Some((names, truth(value)?))
}

/// Go's <https://pkg.go.dev/strconv#ParseBool>.
fn truth(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
