//! The words typed so far, read by the flags that clap knows, and what can follow.

use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::cli::Cli;

/// The finished words, as they stand in the tree of commands.
pub(super) struct Typed {
    /// The innermost command.
    pub(super) command: Command,
    /// What was typed for its arguments.
    pub(super) arguments: Vec<String>,
    /// The flag at the end that waits for its value.
    waiting: Option<Arg>,
    /// After `--`.
    only_arguments: bool,
}

/// What the unfinished word is.
pub(super) enum Next<'a> {
    Flag,
    /// The value of a flag, and what of it was typed.
    Value(&'a Arg, &'a str),
    Command,
    Argument(&'a Arg),
    Nothing,
}

impl Typed {
    pub(super) fn read(finished: &[String]) -> Self {
        let mut command = Cli::command();
        command.build();
        let mut typed = Self { command, arguments: Vec::new(), waiting: None, only_arguments: false };
        for word in finished {
            typed.take(word);
        }
        typed
    }

    fn take(&mut self, word: &str) {
        if self.waiting.take().is_some() {
            return;
        }
        if self.only_arguments {
            self.arguments.push(word.to_owned());
        } else if word == "--" {
            self.only_arguments = true;
        } else if let Some(flag) = word.strip_prefix("--") {
            self.waiting = self.long(flag).filter(|flag| takes_value(flag)).cloned();
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            self.waiting = self.waiting_after(letters);
        } else if let Some(command) = self.command.find_subcommand(word).filter(|_| self.arguments.is_empty()) {
            self.command = command.clone();
        } else {
            self.arguments.push(word.to_owned());
        }
    }

    fn long(&self, name: &str) -> Option<&Arg> {
        self.command.get_arguments().find(|flag| {
            flag.get_long() == Some(name) || flag.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
        })
    }

    /// Letters behind one dash: the first that takes a value takes the letters after it for that.
    fn waiting_after(&self, letters: &str) -> Option<Arg> {
        let flag = |letter| self.command.get_arguments().find(|flag| flag.get_short() == Some(letter));
        let found =
            letters.char_indices().find_map(|(at, letter)| Some((at, flag(letter).filter(|f| takes_value(f))?)));
        found.filter(|(at, _)| letters[*at..].chars().count() == 1).map(|(_, flag)| flag.clone())
    }

    pub(super) fn next<'a>(&'a self, unfinished: &'a str) -> Next<'a> {
        if let Some(flag) = &self.waiting {
            return Next::Value(flag, unfinished);
        }
        if unfinished.starts_with('-') && !self.only_arguments {
            // The shell keeps what stands before the sign itself.
            let valued = unfinished.strip_prefix("--").and_then(|flag| flag.split_once('='));
            return match valued.map(|(name, begun)| (self.long(name), begun)) {
                Some((Some(flag), begun)) => Next::Value(flag, begun),
                Some((None, _)) => Next::Nothing,
                None => Next::Flag,
            };
        }
        if self.command.has_subcommands() {
            return if self.arguments.is_empty() { Next::Command } else { Next::Nothing };
        }
        let places: Vec<_> = self.command.get_positionals().collect();
        let at_place = places.get(self.arguments.len());
        let repeated = places.last().filter(|last| matches!(last.get_action(), ArgAction::Append));
        at_place.or(repeated).map_or(Next::Nothing, |place| Next::Argument(place))
    }

    /// Whether the value of this flag or argument is the name of a service.
    pub(super) fn names_services(&self, value: &Arg) -> bool {
        match value.get_id().as_str() {
            "service" => true,
            "names" => self.command.get_name() != "runtimes",
            _ => false,
        }
    }

    /// The flags of the command, with what they mean.
    pub(super) fn flags(&self) -> Vec<(String, String)> {
        let flags = self.command.get_arguments().filter(|flag| !flag.is_hide_set());
        flags.filter_map(|flag| Some((format!("--{}", flag.get_long()?), help(flag)))).collect()
    }

    /// The commands, with what they do.
    pub(super) fn commands(&self) -> Vec<(String, String)> {
        let commands = self.command.get_subcommands().filter(|command| !command.is_hide_set());
        let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
        commands.map(|command| (command.get_name().to_owned(), about(command))).collect()
    }
}

fn takes_value(flag: &Arg) -> bool {
    flag.get_action().takes_values()
}

fn help(flag: &Arg) -> String {
    flag.get_help().map(ToString::to_string).unwrap_or_default()
}
