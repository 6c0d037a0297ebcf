"""Google's OAuth and OpenID endpoints: what requests bring and what is answered, held against what Google documents."""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from exchange import Exchange
from schema import decoded

AUTHORIZE = "/o/oauth2/v2/auth"
# Parameter of the authorization request → its values, `None` for any.
AUTHORIZE_PARAMETERS: dict[str, set[str] | None] = {
    "client_id": None, "redirect_uri": None, "scope": None, "state": None, "nonce": None, "login_hint": None, "hd": None,
    "response_type": {"code"}, "response_mode": {"query"}, "access_type": {"online", "offline"}, "prompt": None,
    "include_granted_scopes": {"true", "false"}, "code_challenge": None, "code_challenge_method": {"S256", "plain"},
    "enable_granular_consent": {"true", "false"}, "display": None,
}
# What a service account signs is exchanged by the third (RFC 7523); Google's own library sends nothing else with it.
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GRANTS = {
    "authorization_code": {"code", "client_id", "client_secret", "redirect_uri"},
    "refresh_token": {"refresh_token", "client_id", "client_secret"},
    JWT_BEARER: {"assertion"},
}
GRANT_EXTRAS = {"authorization_code": {"code_verifier"}, "refresh_token": {"scope"}, JWT_BEARER: set()}
# Field of a token answer → its type; the numbers are the documented sizes in bytes.
TOKEN_FIELDS: dict[str, type] = {
    "access_token": str, "expires_in": int, "refresh_token": str, "refresh_token_expires_in": int, "scope": str,
    "token_type": str, "id_token": str,
}
LARGEST = {"access_token": 2048, "refresh_token": 512}
LARGEST_CODE = 256
ERROR_FIELDS = {"error", "error_description", "error_subtype", "error_uri"}
USER_CLAIMS: dict[str, type] = {
    "sub": str, "email": str, "email_verified": bool, "name": str, "given_name": str, "family_name": str,
    "picture": str, "hd": str, "locale": str,
}
# The OpenID discovery document with the host left out.
CONFIGURATION = {
    "authorization_endpoint": "/o/oauth2/v2/auth", "token_endpoint": "/token", "revocation_endpoint": "/revoke",
    "userinfo_endpoint": "/v1/userinfo", "jwks_uri": "/oauth2/v3/certs", "device_authorization_endpoint": "/device/code",
}
CONFIGURATION_LISTS = {
    "code_challenge_methods_supported": {"plain", "S256"}, "subject_types_supported": {"public"},
    "token_endpoint_auth_methods_supported": {"client_secret_post", "client_secret_basic"},
    "id_token_signing_alg_values_supported": {"RS256"}, "scopes_supported": {"openid", "email", "profile"},
}


def problems(exchange: Exchange) -> Iterator[str] | None:
    """What is wrong with an exchange of these endpoints; `None` when it belongs to none of them."""
    checks: dict[tuple[str, str], Callable[[Exchange], Iterator[str]]] = {
        ("GET", "/.well-known/openid-configuration"): configuration,
        ("GET", "/oauth2/v3/certs"): keys,
        ("GET", AUTHORIZE): authorize,
        ("POST", AUTHORIZE + "/account"): page,
        ("POST", AUTHORIZE + "/decision"): page,
        ("POST", "/token"): token,
        ("POST", "/revoke"): revoke,
        ("GET", "/v1/userinfo"): userinfo,
    }
    check = checks.get((exchange.method, exchange.path))
    return None if check is None else check(exchange)


def json_of(exchange: Exchange) -> Any:
    """The answer as JSON, or `None`."""
    try:
        return exchange.answer_json() if exchange.media_type == "application/json" else None
    except ValueError:
        return None


def field_problems(value: Any, types: Mapping[str, type], at: str) -> Iterator[str]:
    """Unknown fields and wrong types of a flat object."""
    if not isinstance(value, dict):
        yield f"{at}: no JSON object"
        return
    for name, inner in value.items():
        if name not in types:
            yield f"{at}.{name}: not a documented field"
        elif type(inner) is not types[name]:
            yield f"{at}.{name}: {inner!r:.40} is no {types[name].__name__}"


def configuration(exchange: Exchange) -> Iterator[str]:
    """The discovery document: Google's values, with another host."""
    document = json_of(exchange)
    if not isinstance(document, dict):
        yield "the configuration is no JSON object"
        return
    origin = document.get("issuer")
    if not exchange.url.startswith(f"{origin}/.well-known/"):
        yield f"configuration.issuer: {origin} is not where the document lies"
    for name, path in CONFIGURATION.items():
        if document.get(name) != f"{origin}{path}":
            yield f"configuration.{name}: {document.get(name)}"
    for name, values in CONFIGURATION_LISTS.items():
        if set(document.get(name, [])) != values:
            yield f"configuration.{name}: {document.get(name)} instead of {sorted(values)}"
    if "authorization_response_iss_parameter_supported" in document:
        yield "configuration: Google does not promise the iss parameter"


def keys(exchange: Exchange) -> Iterator[str]:
    """The key set: RSA keys for RS256 that say how long they may be kept."""
    document = json_of(exchange)
    listed = document.get("keys") if isinstance(document, dict) else None
    if not listed:
        yield "the key set has no keys"
        return
    for key in listed:
        yield from field_problems(key, dict.fromkeys(("kty", "alg", "use", "kid", "n", "e"), str), "key")
        if (key.get("kty"), key.get("alg"), key.get("use")) != ("RSA", "RS256", "sig"):
            yield f"key {key.get('kid')}: not an RS256 signing key"
        if len(decoded(key.get("n", ""))) < 256:
            yield f"key {key.get('kid')}: shorter than 2048 bits"
    if not re.search(r"max-age=[1-9]", exchange.answer_headers.get("cache-control", "")):
        yield "the key set does not say how long it may be kept"


def authorize(exchange: Exchange) -> Iterator[str]:
    """The authorization request, and what follows it."""
    given = dict(exchange.query)
    for name, value in given.items():
        if name not in AUTHORIZE_PARAMETERS:
            yield f"parameter {name}: not a documented one"
        elif (values := AUTHORIZE_PARAMETERS[name]) is not None and value not in values:
            yield f"parameter {name}: {value!r} is none of {sorted(values)}"
    if len(given) != len(exchange.query):
        yield "a parameter is repeated"
    for name in ("client_id", "redirect_uri", "response_type", "scope"):
        if name not in given:
            yield f"parameter {name}: required, but not given"
    prompts = set(given.get("prompt", "consent").split())
    if not prompts <= {"none", "consent", "select_account"} or ("none" in prompts and len(prompts) > 1):
        yield f"parameter prompt: {given['prompt']!r}"
    yield from page(exchange)


def page(exchange: Exchange) -> Iterator[str]:
    """A page of Google's, or the way back to the client."""
    location = exchange.answer_headers.get("location")
    if 300 <= exchange.status < 400:
        back = dict(parse_qsl(urlsplit(location or "").query))
        sent = dict(exchange.query) or dict(parse_qsl(dict(exchange.form).get("request", "")))
        if not (location or "").startswith(sent.get("redirect_uri", "?")):
            yield f"redirect to {location}, which the request did not name"
        if ("code" in back) == ("error" in back):
            yield "a redirect brings a code or an error"
        if len(back.get("code", "")) > LARGEST_CODE:
            yield f"a code of more than {LARGEST_CODE} bytes"
        if back.get("state") != sent.get("state"):
            yield "the state is not the one that was sent"
        if "iss" in back:
            yield "Google sends no iss parameter"
    elif exchange.media_type != "text/html":
        yield f"{exchange.status} {exchange.media_type} instead of a page"


def token(exchange: Exchange) -> Iterator[str]:
    """A code exchange or a refresh."""
    form = dict(exchange.form)
    if not exchange.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        yield "the request is no form"
    grant = form.pop("grant_type", "")
    needed = GRANTS.get(grant)
    if needed is None:
        yield f"grant_type {grant!r} is none of {sorted(GRANTS)}"
        return
    basic = exchange.headers.get("authorization", "").lower().startswith("basic ")
    missing = needed - form.keys() - ({"client_id", "client_secret"} if basic else set())
    unknown = form.keys() - needed - GRANT_EXTRAS[grant]
    if missing or unknown or len(form) + 1 != len(exchange.form):
        yield f"form of {grant}: missing {sorted(missing)}, unknown {sorted(unknown)}"
    if "no-store" not in exchange.answer_headers.get("cache-control", ""):
        yield "the answer may be stored"
    if exchange.status != 200:
        yield from refusal(exchange, {400, 401, 403})
        return
    answer = json_of(exchange)
    yield from field_problems(answer, TOKEN_FIELDS, "answer")
    if not isinstance(answer, dict):
        return
    always = {"access_token", "expires_in", "token_type"}
    for name in sorted(always | ({"scope"} if grant != JWT_BEARER else set())):
        if name not in answer:
            yield f"answer.{name}: missing"
    if answer.get("token_type") != "Bearer":
        yield f"answer.token_type: {answer.get('token_type')!r}"
    if not 0 < answer.get("expires_in", 0) <= 3600:
        yield f"answer.expires_in: {answer.get('expires_in')} is not about an hour"
    for name, most in LARGEST.items():
        if len(answer.get(name, "")) > most:
            yield f"answer.{name}: more than {most} bytes"
    if ("id_token" in answer) != ("openid" in answer.get("scope", "").split()):
        yield "answer.id_token: it comes with openid and only then"
    if grant == "refresh_token" and "refresh_token" in answer:
        yield "answer.refresh_token: Google does not rotate it"
    if "id_token" in answer:
        yield from claims(answer["id_token"], form.get("client_id"))


def claims(text: str, client: str | None) -> Iterator[str]:
    """The header and claims of an ID token; its signature is for google-auth to check."""
    try:
        header, body = (json.loads(decoded(piece)) for piece in text.split(".")[:2])
    except ValueError:
        yield "id_token: no JWT"
        return
    if header.get("alg") != "RS256" or "kid" not in header:
        yield f"id_token header: {header}"
    types = {**USER_CLAIMS, "iss": str, "azp": str, "aud": str, "iat": int, "exp": int, "nonce": str, "at_hash": str}
    yield from field_problems(body, types, "id_token")
    for name in ("iss", "aud", "azp", "sub", "iat", "exp"):
        if name not in body:
            yield f"id_token.{name}: missing"
    if client is not None and not body.get("aud") == body.get("azp") == client:
        yield f"id_token.aud: {body.get('aud')}"
    if len(body.get("sub", "")) > 255:
        yield "id_token.sub: more than 255 bytes"


def refusal(exchange: Exchange, statuses: set[int]) -> Iterator[str]:
    """An error of these endpoints."""
    if exchange.status not in statuses:
        yield f"status {exchange.status} is none of {sorted(statuses)}"
    answer = json_of(exchange)
    yield from field_problems(answer, dict.fromkeys(ERROR_FIELDS, str), "answer")
    if isinstance(answer, dict) and "error" not in answer:
        yield "answer.error: missing"


def revoke(exchange: Exchange) -> Iterator[str]:
    """A revocation: a token in a form; 200, or 400 with an error."""
    if [name for name, _ in exchange.form] != ["token"]:
        yield f"form of revoke: {[name for name, _ in exchange.form]}"
    if exchange.status != 200:
        yield from refusal(exchange, {400})


def userinfo(exchange: Exchange) -> Iterator[str]:
    """The claims about the token's person."""
    if exchange.bearer is None:
        yield "no bearer token"
    if exchange.status != 200:
        yield from refusal(exchange, {401, 403})
        return
    answer = json_of(exchange)
    yield from field_problems(answer, USER_CLAIMS, "answer")
    if isinstance(answer, dict) and "sub" not in answer:
        yield "answer.sub: missing"
