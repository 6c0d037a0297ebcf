"""Entra with Microsoft's own library: a whole trip of each kind of account, and how it understands the refusals."""

from __future__ import annotations

from typing import Any

import msal
import pytest
import requests
from requests.adapters import HTTPAdapter

from browser import Browser, Page
from sandbox import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Sandbox

# The library recommends form_post; the app asks for query, whose answer its cookies can follow.
pytestmark = pytest.mark.filterwarnings("ignore:response_mode")
LOGIN = "https://login.microsoftonline.com"
SCOPES = ["User.Read", "Mail.Read"]
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
PERSONAL, WORK = 0, 2


class Detour(HTTPAdapter):
    """Carries what is meant for Microsoft's login to the sandbox, and its addresses back: the library insists on https."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.url = sandbox.microsoft_url

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Sends it elsewhere."""
        request.url = (request.url or "").replace(LOGIN, self.url)
        response = super().send(request, *args, **options)
        response._content = response.content.replace(self.url.encode(), LOGIN.encode())
        return response


class Trip:
    """An app that uses the library, and a person on their way through the pages."""

    def __init__(self, sandbox: Sandbox, person: str, secret: str = CLIENT_SECRET, tenant: str = "common",
                 scopes: list[str] | None = None) -> None:
        self.sandbox, self.person, self.scopes = sandbox, person, scopes or SCOPES
        session = requests.Session()
        session.mount(LOGIN, Detour(sandbox))
        self.app = msal.ConfidentialClientApplication(
            CLIENT_ID, client_credential=secret, authority=f"{LOGIN}/{tenant}", instance_discovery=False,
            http_client=session)
        self.flow: dict[str, Any] = {}

    def walk(self, words: str = "Allow", untick: tuple[str, ...] = (), **params: str) -> dict[str, str]:
        """From the library's address through chooser and consent; what comes back to the app."""
        self.flow = self.app.initiate_auth_code_flow(
            self.scopes, redirect_uri=REDIRECT_URI, response_mode="query", prompt="select_account", **params)
        browser = Browser(requests.Session())
        page = browser.open(self.flow["auth_uri"].replace(LOGIN, self.sandbox.microsoft_url))
        page = browser.press(page, self.person)
        if isinstance(page, Page):
            page = browser.press(page, words, untick)
        assert isinstance(page, dict), f"no way back to the app, but {page.text[-400:]}"
        page.pop("url")
        return page

    def sign_in(self, **params: str) -> dict[str, Any]:
        """The whole trip: tokens, or an error."""
        back = self.walk(**params)
        return self.app.acquire_token_by_auth_code_flow(self.flow, back)

    def refresh(self) -> dict[str, Any]:
        """Asks for a new access token although the old one is still good."""
        account = self.app.get_accounts(username=self.person)[0]
        return self.app.acquire_token_silent_with_error(self.scopes, account, force_refresh=True)


@pytest.mark.parametrize("kind", [PERSONAL, WORK])
def test_a_whole_trip(start, kind: int) -> None:
    """Consent, code with PKCE and nonce, ID token, Graph, a refresh with a new token."""
    sandbox = start("--people=3")
    person = sandbox.people[kind]
    trip = Trip(sandbox, person)
    result = trip.sign_in()
    assert "error" not in result, result
    claims = result["id_token_claims"]
    assert claims["preferred_username"] == person and claims["ver"] == "2.0"
    assert (claims["tid"] == PERSONAL_TENANT) == (kind == PERSONAL)
    assert claims["iss"] == f"{sandbox.microsoft_url}/{claims['tid']}/v2.0"
    assert "Mail.Read" in result["scope"] and "refresh_token" in result

    def me(token: str) -> requests.Response:
        return requests.get(f"{sandbox.microsoft_url}/v1.0/me", headers={"Authorization": f"Bearer {token}"}, timeout=30)

    assert me(result["access_token"]).json()["mail"] == person
    again = trip.refresh()
    assert again["access_token"] != result["access_token"] and me(again["access_token"]).status_code == 200
    tokens = list(trip.app.token_cache.search(msal.TokenCache.CredentialType.REFRESH_TOKEN))
    assert [token["secret"] for token in tokens] != [result["refresh_token"]], "the library keeps the newest"


def test_a_refusal_comes_back_as_the_library_expects_it(start) -> None:
    """`Deny` is access_denied with the library's own state check passed."""
    sandbox = start()
    trip = Trip(sandbox, sandbox.people[PERSONAL])
    back = trip.walk(words="Deny")
    assert trip.app.acquire_token_by_auth_code_flow(trip.flow, back)["error"] == "access_denied"


def test_a_wrong_verifier_and_a_second_use_are_refused(start) -> None:
    """Codes are bound and work once."""
    sandbox = start()
    trip = Trip(sandbox, sandbox.people[PERSONAL])
    back = trip.walk()
    good = trip.flow["code_verifier"]
    wrong = trip.app.acquire_token_by_auth_code_flow({**trip.flow, "code_verifier": "x" * 43}, back)
    assert wrong["error_codes"] == [501481]
    assert "access_token" in trip.app.acquire_token_by_auth_code_flow({**trip.flow, "code_verifier": good}, back)
    assert trip.app.acquire_token_by_auth_code_flow(trip.flow, back)["error_codes"] == [54005]


@pytest.mark.parametrize(("reason", "code", "classification"), [
    ("removed", 65001, "consent_required"),
    ("sessions_revoked", 50173, ""),
    ("idle", 700082, ""),
    ("admin_policy", 53003, ""),
    ("interaction_required", 50076, "basic_action"),
])
def test_the_library_classifies_what_ended_a_grant(start, reason: str, code: int, classification: str) -> None:
    """What a refresh is answered with, as the library tells it to an app."""
    sandbox = start("--people=3")
    trip = Trip(sandbox, sandbox.people[WORK])
    trip.sign_in()
    sandbox.end_grants_at_microsoft(trip.person, reason)
    refused = trip.refresh()
    assert refused["error_codes"] == [code], refused
    assert refused.get("classification", "") == classification
    assert ("claims" in refused) == (reason == "interaction_required")


def test_a_changed_password_and_a_wrong_secret_end_nothing(start) -> None:
    """Confidential clients' tokens survive a change of password; a wrong secret is invalid_client."""
    sandbox = start()
    trip = Trip(sandbox, sandbox.people[PERSONAL])
    trip.sign_in()
    sandbox.end_grants_at_microsoft(trip.person, "password_changed")
    assert "access_token" in trip.refresh()
    other = Trip(sandbox, sandbox.people[PERSONAL], secret="wrong")
    assert other.sign_in()["error"] == "invalid_client"


def test_the_library_knows_a_tenant_that_does_not_exist(start) -> None:
    """Discovery of an unknown tenant is an error it understands."""
    sandbox = start()
    with pytest.raises(ValueError, match="tenant"):
        Trip(sandbox, sandbox.people[PERSONAL], tenant="nowhere.example").sign_in()
