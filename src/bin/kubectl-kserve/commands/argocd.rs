//! `kubectl-kserve argocd`: Argo CD's config management plugin. It renders an application as Argo CD would and prints
//! its manifests with their runtimes pinned. The same commit gives the same bytes: no cluster is asked.

mod application;
mod child;
mod complaint;
mod directory;
mod helm;
mod knowledge;
mod kustomize;
mod parameters;
mod pins;
mod source;

use crate::output::{self, Ended};
use application::Application;
use parameters::Parameters;

/// How many lines of a failure Argo CD gets to show, and how long each may be: all of it is kept in the Application's
/// status.
const MOST_LINES: usize = 20;
const LONGEST_LINE: usize = 400;

/// Argo CD takes whatever a plugin prints with exit code 0 for all the manifests there are, so nothing is printed before
/// everything is decided.
pub(crate) fn generate() -> Ended {
    ended(rendered().and_then(|manifests| {
        let chunks = manifests.iter().map(String::as_str);
        output::write_pipeline(chunks).map_err(|error| anyhow::anyhow!("cannot write the manifests: {error}"))
    }))
}

/// Announces the parameters that the application's source brings along, as JSON.
pub(crate) fn parameters() -> Ended {
    ended(announcement().and_then(|announcement| {
        let written = output::write_pipeline([announcement.as_str(), "\n"]);
        written.map_err(|error| anyhow::anyhow!("cannot write the parameters: {error}"))
    }))
}

fn rendered() -> anyhow::Result<Vec<String>> {
    let parameters = Parameters::of_environment()?;
    let application = Application::of_environment()?;
    let texts = source::render(&application, &parameters)?;
    pins::pinned(&application, &parameters, &texts)
}

fn announcement() -> anyhow::Result<String> {
    Ok(serde_json::to_string(&parameters::announced(source::detect()))?)
}

fn ended(outcome: anyhow::Result<()>) -> Ended {
    match outcome {
        Ok(()) => Ended::Well,
        Err(error) => {
            output::say_lines(&briefly(&format!("kubectl-kserve: {}", output::in_words(&error))));
            Ended::WithFindings
        }
    }
}

/// The first lines of a message, each cut where it gets long.
fn briefly(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let shown = if lines.len() > MOST_LINES { MOST_LINES - 1 } else { lines.len() };
    let mut brief: Vec<String> = lines[..shown].iter().map(|line| cut(line)).collect();
    if shown < lines.len() {
        brief.push(format!("… and {} lines more", lines.len() - shown));
    }
    brief.join("\n")
}

/// The start of a long line, and mostly its end: kustomize says in one line how it came to what is wrong.
fn cut(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    if letters.len() <= LONGEST_LINE {
        return line.to_owned();
    }
    let (start, end) = (&letters[..LONGEST_LINE / 4], &letters[letters.len() - LONGEST_LINE * 3 / 4..]);
    start.iter().chain(&['…']).chain(end).collect()
}
