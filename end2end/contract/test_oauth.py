"""OAuth with `google-auth` and `google-auth-oauthlib`: a whole trip, and each way it can go wrong."""

from __future__ import annotations

import google.auth.exceptions
import oauthlib.oauth2.rfc6749.errors as oauth_errors
import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2 import id_token
from googleapiclient.errors import HttpError

from browser import Browser, Page
from consent import MODIFY, READONLY, SEND, SIGN_IN, connect, flow_for, gmail, walk
from contract import Contract
from sandbox import CLIENT_ID, REDIRECT_URI, Sandbox
from transport import recorded

SCOPES = (*SIGN_IN, READONLY)


@pytest.fixture(scope="module")
def session(contract: Contract) -> requests.Session:
    """A plain session under the contract's eyes."""
    return recorded(requests.Session(), contract)


def test_a_whole_trip(sandbox: Sandbox, contract: Contract, traveller: str, session: requests.Session) -> None:
    """Consent, code with PKCE, tokens, ID token, profile, refresh, revocation, and nothing works any more."""
    configuration = session.get(f"{sandbox.url}/.well-known/openid-configuration").json()
    flow = flow_for(sandbox, contract, SCOPES)
    back = walk(flow, contract, traveller, access_type="offline", prompt="consent", nonce="n-0S6_WzA2Mj")
    assert flow.code_verifier and back["url"].startswith(REDIRECT_URI)
    token = flow.fetch_token(code=back["code"])
    credentials = flow.credentials
    assert set(token["scope"]) == set(SCOPES) and credentials.refresh_token and credentials.valid

    claims = id_token.verify_token(
        credentials.id_token, Request(session), audience=CLIENT_ID, certs_url=configuration["jwks_uri"])
    assert claims["iss"] == configuration["issuer"] == sandbox.url
    assert claims["nonce"] == "n-0S6_WzA2Mj" and claims["email"] == traveller and claims["email_verified"]
    assert claims["exp"] - claims["iat"] == 3600
    with pytest.raises(Exception, match="[Aa]udience"):
        id_token.verify_token(
            credentials.id_token, Request(session), audience="another", certs_url=configuration["jwks_uri"])

    bearer = {"Authorization": f"Bearer {credentials.token}"}
    info = session.get(configuration["userinfo_endpoint"], headers=bearer).json()
    assert info["sub"] == claims["sub"] and info["email"] == traveller
    users = gmail(sandbox, contract, credentials).users()
    assert users.getProfile(userId="me").execute()["emailAddress"] == traveller

    first, kept = credentials.token, credentials.refresh_token
    credentials.refresh(Request(session))
    assert credentials.token != first and credentials.refresh_token == kept
    assert set(credentials.granted_scopes) == set(SCOPES)
    assert users.getProfile(userId="me").execute()["emailAddress"] == traveller

    assert session.post(configuration["revocation_endpoint"], data={"token": kept}).status_code == 200
    with pytest.raises(google.auth.exceptions.RefreshError) as refused:
        credentials.refresh(Request(session))
    assert refused.value.args[1]["error"] == "invalid_grant"
    # On a 401 the client tries to refresh by itself, which is refused as well.
    with pytest.raises(google.auth.exceptions.RefreshError):
        users.getProfile(userId="me").execute()
    assert session.post(configuration["revocation_endpoint"], data={"token": kept}).status_code == 400


def test_revoking_an_access_token_ends_its_refresh_token(
    sandbox: Sandbox, contract: Contract, traveller: str, session: requests.Session
) -> None:
    """The reach of a revocation is everything the person gave to the project."""
    one = connect(sandbox, contract, traveller, SCOPES)
    other = connect(sandbox, contract, traveller, (*SIGN_IN, SEND))
    assert session.post(f"{sandbox.url}/revoke", data={"token": one.token}).status_code == 200
    for credentials in (one, other):
        with pytest.raises(google.auth.exceptions.RefreshError, match="invalid_grant"):
            credentials.refresh(Request(session))


def test_codes_are_bound_and_single_use(sandbox: Sandbox, contract: Contract, traveller: str) -> None:
    """A code needs its verifier, its redirect URI and its client's secret, and works once."""
    def fresh() -> tuple:
        flow = flow_for(sandbox, contract, SCOPES)
        return flow, walk(flow, contract, traveller, access_type="offline", prompt="consent")["code"]

    flow, code = fresh()
    flow.code_verifier = "x" * 64
    with pytest.raises(oauth_errors.InvalidGrantError):
        flow.fetch_token(code=code)
    flow, code = fresh()
    flow.redirect_uri = REDIRECT_URI + "/"
    with pytest.raises((oauth_errors.InvalidGrantError, oauth_errors.CustomOAuth2Error), match="redirect_uri|grant"):
        flow.fetch_token(code=code)
    flow, code = fresh()
    with pytest.raises(oauth_errors.InvalidClientError):
        flow.fetch_token(code=code, client_secret="wrong")
    flow, code = fresh()
    flow.fetch_token(code=code)
    with pytest.raises(oauth_errors.InvalidGrantError):
        flow.fetch_token(code=code)


def test_refresh_tokens_come_as_documented(sandbox: Sandbox, contract: Contract, traveller: str) -> None:
    """Online never; offline on the first consent or when consent is forced."""
    sandbox.end_grants(traveller, "removed")

    def refresh_token(**params: str) -> str | None:
        flow = flow_for(sandbox, contract, SCOPES)
        return flow.fetch_token(code=walk(flow, contract, traveller, **params)["code"]).get("refresh_token")

    assert refresh_token(access_type="online") is None
    assert refresh_token(access_type="offline") is not None
    assert refresh_token(access_type="offline") is None
    assert refresh_token(access_type="offline", prompt="consent") is not None
    assert refresh_token(access_type="online", prompt="consent") is None


def test_denial_comes_back_with_the_state(sandbox: Sandbox, contract: Contract, traveller: str) -> None:
    """`Deny` sends the person back with access_denied, which the library tells apart."""
    flow = flow_for(sandbox, contract, SCOPES)
    url, state = flow.authorization_url(prompt="consent", login_hint=traveller)
    browser = Browser(recorded(requests.Session(), contract))
    back = browser.press(browser.open(url), "Deny")
    assert isinstance(back, dict) and back["error"] == "access_denied" and back["state"] == state
    with pytest.raises(oauth_errors.AccessDeniedError):
        flow.fetch_token(authorization_response=back["url"])


def test_an_unticked_scope_is_not_granted(sandbox: Sandbox, contract: Contract, traveller: str) -> None:
    """The token response names what was really granted, and the library notices the difference."""
    flow = flow_for(sandbox, contract, (*SIGN_IN, READONLY, SEND))
    back = walk(flow, contract, traveller, untick=(SEND,), prompt="consent", access_type="offline")
    assert SEND not in back["scope"]
    with pytest.raises(Warning, match="Scope has changed") as changed:
        flow.fetch_token(code=back["code"])
    assert set(changed.value.new_scope) == set(SCOPES)


def test_granted_scopes_are_included_on_request(sandbox: Sandbox, contract: Contract, traveller: str) -> None:
    """`include_granted_scopes` widens the new token to everything the project was given before."""
    connect(sandbox, contract, traveller, (*SIGN_IN, MODIFY))
    flow = flow_for(sandbox, contract, (*SIGN_IN, SEND))
    back = walk(flow, contract, traveller, prompt="consent", include_granted_scopes="true")
    with pytest.raises(Warning) as widened:
        flow.fetch_token(code=back["code"])
    assert {MODIFY, SEND} <= set(widened.value.new_scope)


@pytest.mark.parametrize(("change", "word"), [
    ({"redirect_uri": REDIRECT_URI + "/"}, "redirect_uri_mismatch"),
    ({"client_id": "nobody"}, "invalid_client"),
    ({"scope": "https://www.googleapis.com/auth/gmail.nothing"}, "invalid_scope"),
])
def test_a_wrong_request_never_reaches_the_app(
    sandbox: Sandbox, session: requests.Session, change: dict[str, str], word: str
) -> None:
    """These errors stay on Google's own page."""
    good = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, "response_type": "code", "scope": " ".join(SCOPES)}
    page = Browser(session).open(requests.Request("GET", f"{sandbox.url}/o/oauth2/v2/auth", params=good | change).prepare().url)
    assert isinstance(page, Page) and page.status >= 400 and word in page.text


@pytest.mark.parametrize(("flag", "header", "value"), [
    ("report", "cross-origin-opener-policy-report-only", "same-origin"),
    ("enforce", "cross-origin-opener-policy", "same-origin"),
    ("none", None, None),
])
def test_pages_say_what_the_flag_says_about_openers(start, contract: Contract, flag, header, value) -> None:
    """Google reports today, may enforce tomorrow."""
    sandbox = start(f"--google-coop={flag}")
    url, _ = flow_for(sandbox, contract, SCOPES).authorization_url(prompt="select_account")
    page = Browser(recorded(requests.Session(), contract)).open(url)
    assert isinstance(page, Page)
    policies = {name.lower(): text for name, text in page.headers.items() if "opener-policy" in name.lower()}
    assert set(policies) == ({header} if header else set())
    assert all(text.startswith(value) for text in policies.values())


@pytest.mark.parametrize("reason", ["removed", "password_changed", "idle", "testing_expired", "admin_policy"])
def test_ended_grants_answer_invalid_grant(start, contract: Contract, session: requests.Session, reason: str) -> None:
    """Whatever ends a mail grant, the refresh says invalid_grant."""
    sandbox = start()
    credentials = connect(sandbox, contract, sandbox.people[0], SCOPES)
    sandbox.end_grants(sandbox.people[0], reason)
    with pytest.raises(google.auth.exceptions.RefreshError) as refused:
        credentials.refresh(Request(session))
    assert refused.value.args[1]["error"] == "invalid_grant"


def test_a_changed_password_leaves_signing_in_alone(start, contract: Contract, session: requests.Session) -> None:
    """Only grants with Gmail scopes end."""
    sandbox = start()
    credentials = connect(sandbox, contract, sandbox.people[0], SIGN_IN)
    sandbox.end_grants(sandbox.people[0], "password_changed")
    credentials.refresh(Request(session))


def test_an_expired_token_is_refreshed_by_the_client(start, contract: Contract) -> None:
    """After an hour the call answers 401, the client refreshes and repeats it."""
    sandbox = start()
    credentials = connect(sandbox, contract, sandbox.people[0], SCOPES)
    users = gmail(sandbox, contract, credentials).users()
    first = credentials.token
    sandbox.advance(3601)
    assert users.getProfile(userId="me").execute()["emailAddress"] == sandbox.people[0]
    assert credentials.token != first
    sandbox.advance(3601)
    stale = gmail(sandbox, contract, type(credentials)(credentials.token)).users()
    with pytest.raises((HttpError, google.auth.exceptions.RefreshError)):
        stale.getProfile(userId="me").execute()
