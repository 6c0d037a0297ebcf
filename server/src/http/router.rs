//! The routes and the layers around them, outermost last.

use super::{
    api, client, data, events,
    function::tell_status,
    guard, health, hooks, mail_file, mail_frame, mail_headers, oauth,
    origin::{refuse_foreign_changes, settle_address},
    pictures,
    session::{Asking, cookie_header, resolve},
    site::Site,
    tokens, typed, writing,
};
use app::{
    app::{App, shell},
    server::Cx,
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::{get, post},
};
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use std::time::Duration;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
    limit::RequestBodyLimitLayer,
    services::ServeDir,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// Largest request body: a form, with room for a long text.
pub(super) const LARGEST_BODY: usize = 1024 * 1024;
/// Longer than the longest call to a provider's token endpoint that a request may wait for (20 s, twice).
const LONGEST_ANSWER: Duration = Duration::from_mins(1);
/// How long a browser may remember what other origins may ask.
const PREFLIGHT_LIFE: Duration = Duration::from_hours(1);

/// All routes of a process that serves pages.
pub fn routes(site: Site) -> Router {
    let options = site.leptos.clone();
    let pages = Router::new()
        .leptos_routes_with_context(&site, generate_route_list(App), request_context(site.clone()), move || {
            shell(options.clone())
        })
        .route("/auth/{provider}/start", get(oauth::start))
        .route("/auth/{provider}/callback", get(oauth::callback))
        .route("/auth/google", post(oauth::connect_code))
        .route("/auth/done", get(oauth::done))
        .route("/auth/attempts/{attempt}", get(oauth::outcome).delete(oauth::cancel))
        .route("/auth/token", post(tokens::make))
        .merge(for_programs(&site))
        .route("/events", get(events::stream))
        .route("/settings/account/data", get(data::download))
        .route("/inbox/{message}/frame", get(mail_frame::frame))
        .route("/inbox/{message}/files/{file}", get(mail_file::download))
        .route("/inbox/{message}/headers", get(mail_headers::show))
        .route_layer(from_fn(tell_status))
        .route_layer(from_fn_with_state(site.clone(), typed::bring_back))
        .route_layer(from_fn_with_state(site.clone(), resolve))
        .fallback_service(files(&site))
        .route("/hooks/microsoft", post(hooks::microsoft))
        .route("/pictures/{message}/remote", get(pictures::remote))
        .route("/pictures/{message}/{file}", get(pictures::inline))
        .route("/client", get(client::told))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    let pages = around(pages.with_state(site.clone()), &site, LARGEST_BODY, LONGEST_ANSWER);
    pages.merge(with_files(&site))
}

/// The one route that takes files.
fn with_files(site: &Site) -> Router {
    let routes = Router::new()
        .route("/write/{id}", post(writing::take))
        .route_layer(DefaultBodyLimit::disable())
        .route_layer(from_fn_with_state(site.clone(), resolve));
    around(routes.with_state(site.clone()), site, writing::LARGEST_FORM, writing::LONGEST_UPLOAD)
}

/// Routes that programs ask, which pages of the configured origins may be.
fn for_programs(site: &Site) -> Router<Site> {
    let origins = site.settings.cors_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    Router::new()
        .route("/auth/refresh-token", post(tokens::refresh))
        .route("/auth/logout", post(tokens::logout))
        .route("/api/v1/me", get(api::me))
        .route("/api/v1/connections", get(api::connections))
        .layer(
            CorsLayer::new()
                .allow_origin(AllowOrigin::list(origins))
                .allow_methods([Method::GET, Method::POST])
                .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
                .max_age(PREFLIGHT_LIFE),
        )
}

/// The routes of a process that only works in the background.
pub fn health_routes(site: Site) -> Router {
    let routes = Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready));
    around(routes.with_state(site.clone()), &site, LARGEST_BODY, LONGEST_ANSWER)
}

fn around(routes: Router, site: &Site, largest: usize, longest: Duration) -> Router {
    let reports = site.reports.clone();
    routes
        .layer(RequestBodyLimitLayer::new(largest))
        .layer(from_fn_with_state(site.clone(), refuse_foreign_changes))
        .layer(from_fn_with_state(site.clone(), settle_address))
        .layer(CatchPanicLayer::custom(move |panic| guard::recover(&reports, panic)))
        .layer(from_fn_with_state(site.clone(), guard::harden))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, longest))
        .layer(trace())
}

/// A span per request, with a line at its end for those who log `debug`. The query is left out: on a callback it holds
/// the code.
fn trace() -> TraceLayer<
    tower_http::classify::SharedClassifier<tower_http::classify::ServerErrorsAsFailures>,
    impl Fn(&Request<Body>) -> tracing::Span + Clone,
> {
    TraceLayer::new_for_http().make_span_with(
        |request: &Request<Body>| tracing::info_span!("http", method = %request.method(), path = request.uri().path()),
    )
}

/// What every page and server function finds in its context: who is asking, and the page's policy.
pub(super) fn request_context(site: Site) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let asking =
            use_context::<Parts>().and_then(|parts| parts.extensions.get::<Asking>().cloned()).unwrap_or_default();
        provide_context(Cx {
            viewer: asking.viewer,
            visitor: asking.visitor,
            connections: asking.connections,
            ports: site.ports.clone(),
            client: site.client.clone(),
        });
        let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
        if let Some(typed) = use_context::<Parts>().and_then(|parts| typed::of_page(&site, &parts)) {
            provide_context(typed);
            if let Some(cookie) = cookie_header(&site.cookies.forget_typed()) {
                response.append_header(header::SET_COOKIE, cookie);
            }
        }
        let google = site.settings.google.as_ref().map(|google| &google.issuer);
        let microsoft = site.settings.microsoft.as_ref().map(|microsoft| &microsoft.authority);
        let targets: Vec<_> =
            google.into_iter().chain(microsoft).map(|url| url.origin().ascii_serialization()).collect();
        let policy = guard::page_policy(&nonce, &targets, site.watched);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// The built site's files; what is none of them is the app's page for things that are not there.
fn files(site: &Site) -> Router {
    let options = site.leptos.clone();
    let missing = leptos_axum::render_app_to_stream_in_order_with_context(request_context(site.clone()), move || {
        shell(options.clone())
    });
    let missing = Router::new()
        .fallback(move |request: Request| {
            let answer = missing(request);
            async move {
                let mut response = answer.await;
                if response.status() == StatusCode::OK {
                    *response.status_mut() = StatusCode::NOT_FOUND;
                }
                response
            }
        })
        .layer(from_fn_with_state(site.clone(), resolve));
    let folder = ServeDir::new(&*site.leptos.site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(missing);
    let hashed = site.leptos.hash_files;
    Router::new().fallback_service(folder).layer(from_fn(move |request, next| keep(hashed, request, next)))
}

/// Files named after their content never change; the others are asked after each time.
async fn keep(hashed: bool, request: Request, next: Next) -> Response {
    let package = request.uri().path().starts_with("/pkg/");
    let mut response = next.run(request).await;
    let document =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if response.status().is_success() && !document {
        let value = if hashed && package { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(value));
    }
    response
}
