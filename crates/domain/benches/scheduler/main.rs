//! What it costs to keep many idle mailboxes up to date: the queue and the sync as shipped, on both databases, over a
//! provider that answers "nothing new". Only the clock is another: five minutes of it go by as fast as the work is done.

#[path = "../../tests/foundations/database.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "the tests' own; the figure uses a part of it")]
mod database;
#[path = "../../../../server/benches/figures/figure.rs"]
mod figure;
mod mailboxes;
#[path = "../../../../server/benches/figures/process.rs"]
#[expect(dead_code, reason = "the other figures use the rest")]
mod process;
mod provider;

use domain::{
    Deps, Domain, DomainSettings,
    cache::{Bus, Cache},
    clock::{Clock, FixedClock, Randomness, SystemClock},
    notifications::MailSettings,
    providers::{
        budget::{GmailQuota, ProjectQuota},
        google::GoogleSettings,
    },
    reading::outside::Outside,
    users::SignUp,
    vault::Vault,
};
use figure::Figure;
use sea_orm::DatabaseConnection;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// Idle mailboxes.
const SIZES: [u32; 2] = [1_000, 100_000];
/// Looks that are measured; as many before them are not.
const LOOKS: u32 = 500;
/// Every mailbox is looked at once in this time, while nobody looks at its mail.
const ROUND: Duration = Duration::from_mins(5);

/// What one look took.
struct Look {
    /// CPU time, in microseconds.
    cpu: f64,
    statements: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let provider = provider::start();
    let mut figures = Vec::new();
    for kind in [database::Kind::Sqlite, database::Kind::Postgres] {
        let mut small: Option<Look> = None;
        for size in SIZES {
            let database = database::Database::create(kind).await;
            let look = measure(database.connection.clone(), &provider, size).await;
            database.drop().await;
            let name = |what: &str| format!("{what}: {size} idle mailboxes, {kind:?}");
            let how = format!("{LOOKS} looks in virtual time, the provider's own CPU time not counted");
            let cpu = Figure::new(name("CPU a look"), look.cpu, "µs", how.clone());
            let statements = Figure::new(name("statements a look"), look.statements, "", how);
            match &small {
                None => figures.extend([cpu, statements]),
                Some(small) => figures.extend([
                    cpu.beside(small.cpu, "the few mailboxes"),
                    statements.beside(small.statements, "the few mailboxes"),
                ]),
            }
            figure::keep("scheduler", &figures);
            small.get_or_insert(look);
        }
    }
}

async fn measure(mut db: DatabaseConnection, provider: &provider::Provider, size: u32) -> Look {
    let clock = FixedClock::at(SystemClock.now());
    let vault = mailboxes::vault();
    mailboxes::make(&db, &vault, provider, size, ROUND, clock.now()).await;
    let statements = Arc::new(AtomicU32::new(0));
    let counted = statements.clone();
    db.set_metric_callback(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let domain = domain(db, vault, clock.clone(), provider);
    // The first looks warm what a process that runs for weeks has warm.
    work(&domain, &clock, size).await;
    let (asked, cpu, all) = (provider.asked(), own_cpu(provider), statements.load(Ordering::Relaxed));
    let done = work(&domain, &clock, size).await;
    let cpu = own_cpu(provider).saturating_sub(cpu);
    assert_eq!(provider.asked() - asked, done, "every look asked the provider once");
    Look {
        cpu: cpu.as_secs_f64() * 1e6 / f64::from(done),
        statements: f64::from(statements.load(Ordering::Relaxed) - all) / f64::from(done),
    }
}

/// CPU time of this process without the provider's thread.
fn own_cpu(provider: &provider::Provider) -> Duration {
    process::cpu(std::process::id()).saturating_sub(provider.cpu())
}

/// Lets time go by, second after second, and does what falls due, until [`LOOKS`] are done.
async fn work(domain: &Domain, clock: &FixedClock, size: u32) -> u32 {
    let mut done = 0;
    let step = Duration::from_secs(1).min(ROUND / size.max(1) * 16);
    while done < LOOKS {
        clock.advance(step);
        while done < LOOKS && while_time_goes_by(clock, domain.run_one_job()).await {
            done += 1;
        }
    }
    done
}

/// Calls are spread over time: the clock goes on a little while a job waits for its turn.
async fn while_time_goes_by<T>(clock: &FixedClock, work: impl Future<Output = T>) -> T {
    let keep_going = async {
        let mut tick = tokio::time::interval(Duration::from_millis(1));
        loop {
            tick.tick().await;
            clock.advance(Duration::from_micros(100));
        }
    };
    tokio::select! {
        biased;
        done = work => done,
        () = keep_going => unreachable!("time does not end"),
    }
}

fn domain(db: DatabaseConnection, vault: Vault, clock: FixedClock, provider: &provider::Provider) -> Domain {
    let clock: Arc<dyn Clock> = Arc::new(clock);
    let google = GoogleSettings {
        client_id: "bench".to_owned(),
        client_secret: "bench".into(),
        issuer: provider.url.clone(),
        api_url: Some(provider.url.parse().expect("an address")),
        redirect_uri: "http://localhost/auth/google/callback".parse().expect("an address"),
        quota: GmailQuota::NEW,
        project_quota: ProjectQuota::USUAL,
        pubsub: None,
    };
    Domain::new(Deps {
        db: db.into(),
        cache: Cache::in_process(clock.clone()),
        bus: Bus::in_process(),
        clock,
        randomness: Randomness::system(),
        vault,
        outside: Outside::internet(),
        settings: DomainSettings {
            google: Some(google),
            microsoft: None,
            sign_up: SignUp::Open,
            mail: MailSettings {
                smtp_url: None,
                from: "gatepost@localhost".to_owned(),
                outbox: std::env::temp_dir().join("gatepost-bench"),
                // Nobody reads it.
                wording: |_, _| String::new(),
            },
            public_url: "http://localhost/".parse().expect("an address"),
        },
    })
    .expect("a domain")
}
