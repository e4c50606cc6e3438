//! The manifests of an application with their runtimes pinned, or why not.

use anyhow::bail;
use kubectl_kserve::edit::{self, Splice};
use kubectl_kserve::explain;
use kubectl_kserve::inventory::Contents;
use kubectl_kserve::kserve::InferenceService;
use kubectl_kserve::manifest::Reading;
use kubectl_kserve::pin::{self, Change, Decision, Ground, Refusal, Terms, Wish};
use kubectl_kserve::rendering::{self, Document};
use kubectl_kserve::report::human::{self, Palette};
use kubectl_kserve::resolve::Resolver;

use super::application::Application;
use super::complaint::{Complaint, Complaints};
use super::knowledge;
use super::parameters::Parameters;
use crate::cli::Policy;
use crate::input::Text;
use crate::output;

const NAMESPACE_ADVICE: &str = "set spec.destination.namespace in the Application";

/// A text, which of its documents are put out, and what is written into them.
struct Rendered<'t> {
    text: &'t Text,
    documents: Vec<Document>,
    splices: Vec<Splice>,
}

/// The documents to put out, each behind a separator.
pub(super) fn pinned(
    application: &Application,
    parameters: &Parameters,
    texts: &[Text],
) -> anyhow::Result<Vec<String>> {
    let mut rendered: Vec<_> = texts.iter().map(Rendered::new).collect::<anyhow::Result<_>>()?;
    if rendered.iter().all(|text| text.documents.is_empty()) && !parameters.allow_empty {
        bail!(
            "the application renders to no manifests at all, and Argo CD would delete what it has deployed (the parameter \
             allow-empty permits it)"
        );
    }
    let contents = contents(application, texts)?;
    if !contents.services.is_empty() {
        pin_all(application, parameters, contents, &mut rendered)?;
    }
    Ok(rendered.iter().flat_map(Rendered::put_out).collect())
}

fn contents(application: &Application, texts: &[Text]) -> anyhow::Result<Contents> {
    let mut contents = Contents::default();
    for text in texts {
        contents.read(&text.name, &text.content, Reading::Found, application.namespace_or_default())?;
    }
    Ok(contents)
}

fn pin_all(
    application: &Application,
    parameters: &Parameters,
    contents: Contents,
    rendered: &mut [Rendered<'_>],
) -> anyhow::Result<()> {
    let (inventory, release) = knowledge::knowledge(application, parameters, contents)?;
    let resolver = Resolver::new(&inventory, release);
    let is_put_out = |service: &&InferenceService| rendered.iter().any(|text| text.puts_out(service));
    let services: Vec<_> = inventory.services().iter().filter(is_put_out).collect();
    let mut complaints = Complaints::default();
    let mut changes = Vec::new();
    for service in &services {
        match decide(application, parameters, &resolver, service) {
            Ok(change) => changes.extend(change.map(|change| (*service, change))),
            Err(complaint) => complaints.add(service, &inventory, complaint),
        }
    }
    for text in rendered {
        for (service, written) in text.rewrite(&resolver, &changes) {
            match written {
                Ok(splices) => text.splices.extend(splices),
                Err(refusal) => complaints.add(service, &inventory, Complaint::of(&refusal)),
            }
        }
    }
    complaints.end(services.len())?;
    output::say(&format!(
        "kubectl-kserve: pinned {} of {}",
        changes.len(),
        output::counted(services.len(), "InferenceService")
    ));
    Ok(())
}

/// What is to be written into a service, if anything is.
fn decide<'i>(
    application: &Application,
    parameters: &Parameters,
    resolver: &Resolver<'i>,
    service: &'i InferenceService,
) -> Result<Option<Change<'i>>, Complaint> {
    let resolution = resolver.resolve(service);
    let terms = Terms { allow_graph_change: parameters.allow_graph_change, ..Terms::default() };
    let decision = if service.namespace.is_none() && application.namespace.is_none() {
        pin::decide_in_any_namespace(resolver, &resolution, terms, NAMESPACE_ADVICE)
    } else {
        pin::decide(resolver, &resolution, terms)
    };
    match decision {
        Decision::Write(change) => Ok(Some(change)),
        Decision::Settled(_) | Decision::NotApplicable(_) => Ok(None),
        // Nobody reads what a plugin says of a success.
        Decision::Broken(_) | Decision::Refused(_) if parameters.skips(&decision) => Ok(None),
        Decision::Broken(broken) => Err(Complaint { line: broken.to_string(), explanation: None }),
        Decision::Refused(refusal) => {
            let is_open = refusal.ground() != Ground::Guard;
            let explain = || {
                let explanation = explain::explain(resolver, resolution, false);
                human::explanation(resolver, &explanation, false, Palette::PLAIN)
            };
            Err(Complaint { explanation: is_open.then(explain), ..Complaint::of(&refusal) })
        }
    }
}

impl Parameters {
    fn skips(&self, decision: &Decision<'_>) -> bool {
        let policy = match decision {
            Decision::Broken(_) => Some(self.on_unresolved),
            Decision::Refused(refusal) => refusal.policy(self.on_unresolved, self.on_undecided),
            _ => None,
        };
        policy == Some(Policy::Skip)
    }
}

impl<'t> Rendered<'t> {
    fn new(text: &'t Text) -> anyhow::Result<Self> {
        let documents = rendering::documents(&text.name, &text.content)?;
        Ok(Self { text, documents, splices: Vec::new() })
    }

    fn puts_out(&self, service: &InferenceService) -> bool {
        service.source.as_ref().is_some_and(|source| {
            source.file == self.text.name && self.documents.iter().any(|document| document.index == source.document)
        })
    }

    /// Makes the edits of the services of this text.
    fn rewrite<'i>(
        &self,
        resolver: &Resolver<'_>,
        changes: &[(&'i InferenceService, Change<'i>)],
    ) -> Vec<(&'i InferenceService, Result<Vec<Splice>, Refusal>)> {
        let of_this_text = changes.iter().filter(|(service, _)| self.puts_out(service));
        let (services, wishes): (Vec<_>, Vec<_>) = of_this_text
            .filter_map(|(service, change)| {
                let source = service.source.as_ref()?;
                let wish = Wish { document: source.document, path: source.path.clone(), change: change.clone() };
                Some((*service, wish))
            })
            .unzip();
        services.into_iter().zip(pin::rewrite(resolver, &self.text.content, &wishes)).collect()
    }

    fn put_out(&self) -> impl Iterator<Item = String> {
        self.documents.iter().map(|document| {
            let span = document.span;
            let within =
                self.splices.iter().filter(|splice| span.start <= splice.span.start && splice.span.end <= span.end);
            let splices: Vec<_> = within.map(|splice| splice.moved_back(span.start)).collect();
            rendering::separated(&edit::apply(span.of(&self.text.content), &splices))
        })
    }
}
