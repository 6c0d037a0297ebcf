//! How a trip to a provider ended, as the screens know it.

use super::{feature_for_screen, provider_for_screen};
use app::features::connections::{AttemptOutcome, AttemptProblem, Consent, Failure, Feature, Mailboxes, Success};
use domain::{
    Domain,
    connections::{Outcome, Problem, Purpose, Report},
    providers::Features,
};

/// What became of an attempt, for the page that made it. `admin_link` is where an administrator allows this server.
pub fn outcome_for_screen(domain: &Domain, report: Report) -> AttemptOutcome {
    let provider = provider_for_screen(report.provider);
    match report.outcome {
        Outcome::Pending => AttemptOutcome::Pending { provider },
        Outcome::Succeeded { connection, address, purpose, granted, refused } => AttemptOutcome::Succeeded {
            provider,
            connection_id: connection,
            success: Success {
                address,
                consent: match purpose {
                    Purpose::SignIn | Purpose::Connect => Consent::First,
                    Purpose::Repair => Consent::Again,
                    Purpose::Grant => Consent::More { granted: features_for_screen(granted) },
                },
                refused: features_for_screen(refused),
            },
        },
        Outcome::Failed { problem, mailboxes } => {
            let wants_admin = matches!(problem, Problem::AdminConsent | Problem::NotAssigned);
            let link = domain.connections().admin_consent_url(report.provider).filter(|_| wants_admin);
            let failure = Failure {
                problem: problem_for_screen(problem),
                mailboxes: mailboxes.map(|(chosen, meant)| Mailboxes { chosen, meant }),
                admin_link: link.map(Into::into),
            };
            AttemptOutcome::Failed { provider, failure }
        }
    }
}

fn features_for_screen(features: Features) -> Vec<Feature> {
    features.0.into_iter().map(feature_for_screen).collect()
}

/// Why an attempt failed, as the screens say it.
pub fn problem_for_screen(problem: Problem) -> AttemptProblem {
    match problem {
        Problem::Denied => AttemptProblem::Denied,
        Problem::Cancelled => AttemptProblem::Cancelled,
        Problem::TimedOut => AttemptProblem::TimedOut,
        Problem::WrongState => AttemptProblem::WrongState,
        Problem::ForeignBrowser => AttemptProblem::ForeignBrowser,
        Problem::Replayed => AttemptProblem::Replayed,
        Problem::ScopeMissing => AttemptProblem::ScopeMissing,
        Problem::ProviderDown => AttemptProblem::ProviderDown,
        Problem::CodeRefused => AttemptProblem::CodeRefused,
        Problem::IdentityUnproven => AttemptProblem::IdentityUnproven,
        Problem::NotSetUp => AttemptProblem::NotSetUp,
        Problem::SignedOut => AttemptProblem::SignedOut,
        Problem::OtherMailbox => AttemptProblem::OtherMailbox,
        Problem::BeingRemoved => AttemptProblem::BeingRemoved,
        Problem::AdminConsent => AttemptProblem::AdminConsent,
        Problem::NotAssigned => AttemptProblem::NotAssigned,
        Problem::WrongTenant => AttemptProblem::WrongTenant,
        Problem::NoAddress => AttemptProblem::NoAddress,
        Problem::SignUpClosed => AttemptProblem::SignUpClosed,
        Problem::SlowDown => AttemptProblem::SlowDown,
        Problem::NotFresh => AttemptProblem::NotFresh,
        Problem::SomebodyElses => AttemptProblem::SomebodyElses,
        Problem::BadStart => AttemptProblem::BadStart,
        Problem::Unexpected => AttemptProblem::Unexpected,
    }
}
