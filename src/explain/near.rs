//! What almost matched: another case, another namespace, a name that looks alike.

use crate::kserve::{RuntimeId, ServingRuntime};
use crate::resolve::{Failure, Mode, Outcome, Resolution, Resolver};

use super::names_format;

/// Something that almost matched. Only what was read counts.
#[derive(Clone, Debug, PartialEq)]
pub enum NearMiss<'i> {
    /// A visible runtime lists the format in another case.
    OtherCase {
        /// The runtime.
        runtime: &'i ServingRuntime,
        /// The format as the runtime spells it.
        format: &'i str,
    },
    /// A format that runtimes here list is spelled much like the one asked for.
    SimilarFormat {
        /// The format as the runtimes spell it.
        format: &'i str,
    },
    /// A runtime of another namespace would do.
    OtherNamespace {
        /// The runtime.
        runtime: &'i RuntimeId,
    },
    /// A visible runtime's name looks like the one asked for.
    SimilarName {
        /// The runtime.
        runtime: &'i RuntimeId,
    },
    /// No visible runtime lists the format; these are listed.
    FormatsHere {
        /// The formats, sorted.
        formats: Vec<&'i str>,
    },
    /// No runtime is visible at all.
    NoRuntimes,
}

/// The near misses of a failure.
pub(super) fn near_misses<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>) -> Vec<NearMiss<'i>> {
    let Some(asked) = &resolution.asked else { return Vec::new() };
    let visible: Vec<_> = resolver.visible(resolution.namespace).collect();
    let misses = match (&resolution.outcome, resolution.mode) {
        (Outcome::Failed(Failure::NotFound), _) => {
            let name = asked.model.runtime.as_ref().map_or("", |runtime| runtime.value.as_str());
            names(resolver, resolution, &visible, name)
        }
        (Outcome::Failed(Failure::NoRuntime), Mode::Automatic) => {
            formats(resolver, resolution, &visible, &asked.model.format.value)
        }
        _ => return Vec::new(),
    };
    if misses.is_empty() && visible.is_empty() { vec![NearMiss::NoRuntimes] } else { misses }
}

fn names<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    visible: &[&'i ServingRuntime],
    name: &str,
) -> Vec<NearMiss<'i>> {
    let elsewhere = elsewhere(resolver, resolution).filter(|runtime| runtime.id.name == name);
    let mut similar: Vec<_> =
        visible.iter().filter_map(|runtime| Some((distance(&runtime.id.name, name)?, runtime))).collect();
    similar.sort_by_key(|(distance, _)| *distance);
    let similar = similar.into_iter().take(1).map(|(_, runtime)| NearMiss::SimilarName { runtime: &runtime.id });
    elsewhere.map(|runtime| NearMiss::OtherNamespace { runtime: &runtime.id }).chain(similar).collect()
}

fn formats<'i>(
    resolver: &Resolver<'i>,
    resolution: &Resolution<'i>,
    visible: &[&'i ServingRuntime],
    format: &str,
) -> Vec<NearMiss<'i>> {
    let mut misses: Vec<NearMiss<'_>> = visible.iter().filter_map(|runtime| other_case(runtime, format)).collect();
    misses.extend(
        elsewhere(resolver, resolution)
            .filter(|runtime| resolver.would_support(runtime, resolution))
            .map(|runtime| NearMiss::OtherNamespace { runtime: &runtime.id }),
    );
    if misses.is_empty() && !visible.is_empty() && !visible.iter().any(|runtime| names_format(runtime, format)) {
        let mut formats: Vec<&str> = listed_formats(visible).collect();
        formats.sort_unstable();
        formats.dedup();
        let similar = formats.iter().filter_map(|listed| Some((distance(listed, format)?, *listed))).min();
        misses.extend(similar.map(|(_, format)| NearMiss::SimilarFormat { format }));
        misses.push(NearMiss::FormatsHere { formats });
    }
    misses
}

fn other_case<'i>(runtime: &'i ServingRuntime, format: &str) -> Option<NearMiss<'i>> {
    let mut names = runtime.supported_model_formats.iter().map(|entry| entry.name.as_str());
    let other = names.find(|name| *name != format && name.eq_ignore_ascii_case(format))?;
    Some(NearMiss::OtherCase { runtime, format: other })
}

fn listed_formats<'i>(visible: &[&'i ServingRuntime]) -> impl Iterator<Item = &'i str> {
    visible.iter().flat_map(|runtime| runtime.supported_model_formats.iter().map(|entry| entry.name.as_str()))
}

/// The runtimes of other namespaces.
fn elsewhere<'i>(resolver: &Resolver<'i>, resolution: &Resolution<'i>) -> impl Iterator<Item = &'i ServingRuntime> {
    let namespace = resolution.namespace;
    resolver
        .inventory()
        .runtimes()
        .filter(move |runtime| runtime.id.namespace().is_some_and(|other| other != namespace))
}

/// How many letters differ, when it is few enough for a slip.
fn distance(one: &str, other: &str) -> Option<usize> {
    let longest = one.len().max(other.len());
    let contained = other.len() >= 4 && (one.contains(other) || other.contains(one));
    if !contained && one.len().abs_diff(other.len()) > 6 || longest > 253 {
        return None;
    }
    let distance = strsim::osa_distance(one, other);
    (contained || distance <= longest / 5 + 1 && distance < longest).then_some(distance)
}
