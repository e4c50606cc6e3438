//! One live service that is to be written: its patch, and what the server makes of it.

use anyhow::bail;
use kubectl_kserve::diff;
use kubectl_kserve::inventory::plain_object;
use kubectl_kserve::object::Span;
use kubectl_kserve::pin::Patch;
use kubectl_kserve::resolve::Resolver;
use kubectl_kserve::yaml::{Node, write::document};

use super::aim;
use crate::cli::Pin;
use crate::cluster::{ClusterError, ServicePatch};
use crate::commands::pin::plan::Fate;
use crate::commands::pin::{in_words, write};
use crate::live::Answered;
use crate::output;

/// How often a service is resolved again that others keep changing.
const MOST_ATTEMPTS: usize = 5;

/// A service, and the patch for it.
#[derive(Debug)]
pub(super) struct Target {
    namespace: String,
    name: String,
    patch: Patch,
    /// What the patch changes.
    pub(super) diff: String,
}

/// What became of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The server took it.
    Done,
    /// Somebody else has done it.
    Needless,
}

/// The server, and what is wanted of it.
#[derive(Clone, Copy)]
pub(super) struct Server<'a> {
    pub(super) pin: &'a Pin,
    pub(super) asked: &'a Answered,
}

impl Target {
    pub(super) fn new(pin: &Pin, namespace: &str, name: &str, object: &Node<'_>, patch: Patch) -> Self {
        let (namespace, name) = (namespace.to_owned(), name.to_owned());
        let mut target = Self { namespace, name, patch, diff: String::new() };
        target.diff = target.diff(("live", &text(object)), (write::verb(pin), &text(&target.patch.expected)));
        target
    }

    /// `NAMESPACE/NAME`
    pub(super) fn place(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    fn request(&self) -> ServicePatch<'_> {
        ServicePatch { namespace: &self.namespace, name: &self.name, body: &self.patch.body }
    }

    /// The difference between two states of the service, each with a word for it.
    fn diff(&self, (old_word, old): (&str, &str), (new_word, new): (&str, &str)) -> String {
        let change = diff::Change { span: Span::new(0, old.len()), text: new };
        let name = |word| format!("{word}/{}.yaml", self.place());
        diff::unified(&name(old_word), &name(new_word), old, &[change])
    }
}

/// An object as YAML, without its status and what the server itself keeps about it.
fn text(object: &Node<'_>) -> String {
    document(&plain_object(object))
}

impl Server<'_> {
    /// Has the server try the patch.
    pub(super) fn try_out(&self, target: &mut Target) -> anyhow::Result<Sent> {
        self.send(target, true, false)
    }

    /// Writes what was tried.
    pub(super) fn write(&self, target: &mut Target) -> anyhow::Result<Sent> {
        self.send(target, false, true)
    }

    /// When others have changed the service meanwhile, it is read and resolved again, and tried before it is written.
    fn send(&self, target: &mut Target, mut tries: bool, writes: bool) -> anyhow::Result<Sent> {
        for _ in 0..MOST_ATTEMPTS {
            match self.attempt(target, tries, writes) {
                Err(error) if is_conflict(&error) => {}
                answer => return answer.map(|()| Sent::Done),
            }
            match self.aim_again(target)? {
                Some(again) => *target = again,
                None => return Ok(Sent::Needless),
            }
            tries = true;
        }
        bail!("InferenceService {}: others changed it {MOST_ATTEMPTS} times meanwhile; try again", target.place())
    }

    fn attempt(&self, target: &Target, tries: bool, writes: bool) -> anyhow::Result<()> {
        if tries {
            self.compare(target, &self.asked.cluster.try_patch(&target.request())?)?;
        }
        if writes {
            self.asked.cluster.patch(&target.request())?;
        }
        Ok(())
    }

    /// Webhooks can change more than what was asked for: an object that an older release has stored, for one.
    fn compare(&self, target: &Target, answer: &Node<'_>) -> anyhow::Result<()> {
        let (expected, answer) = (text(&target.patch.expected), text(answer));
        if expected == answer {
            return Ok(());
        }
        output::diff(&target.diff((write::verb(self.pin), &expected), ("stored", &answer)))?;
        let problem = format!("InferenceService {}: the server would change more than the runtime", target.place());
        if !self.pin.allow_webhook_changes {
            bail!(
                "{problem}, as the diff from {} to stored shows; --allow-webhook-changes permits it",
                write::verb(self.pin)
            );
        }
        output::warning(&problem);
        Ok(())
    }

    /// The target as it is now. A diff that nobody has seen yet is shown.
    fn aim_again(&self, target: &Target) -> anyhow::Result<Option<Target>> {
        let graphs = !self.pin.allow_graph_change;
        let (inventory, object) = self.asked.again(&target.namespace, &target.name, graphs)?;
        let resolver = Resolver::new(&inventory, self.asked.release);
        let Some(service) = inventory.services().first() else { return Ok(None) };
        let place = target.place();
        match aim(self.pin, &resolver, service, &object) {
            (_, Some(again)) => {
                if again.diff != target.diff {
                    output::diff(&again.diff)?;
                }
                Ok(Some(again))
            }
            (Fate::Refused { refusal, .. }, _) => bail!("InferenceService {place}: {}", in_words(&refusal)),
            (Fate::Broken(problem), _) => bail!("InferenceService {place}: {problem}"),
            (Fate::Write(_) | Fate::Settled, None) => Ok(None),
        }
    }
}

fn is_conflict(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ClusterError>().is_some_and(ClusterError::is_conflict)
}
