"""The way through Google's consent with Google's own libraries, and the Gmail client behind it."""

from __future__ import annotations

import json
from typing import Any, Sequence

import requests
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from google_auth_oauthlib.flow import Flow
from googleapiclient.discovery import build_from_document

from browser import Browser, Page
from contract import Contract
from sandbox import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Sandbox
from transport import RecordingHttp, Tamper, recorded

SIGN_IN = ("openid", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/userinfo.profile")
GMAIL = "https://www.googleapis.com/auth/gmail."
READONLY, MODIFY, SEND = GMAIL + "readonly", GMAIL + "modify", GMAIL + "send"
METADATA, COMPOSE, LABELS = GMAIL + "metadata", GMAIL + "compose", GMAIL + "labels"
WHOLE_MAILBOX = "https://mail.google.com/"


def flow_for(sandbox: Sandbox, contract: Contract, scopes: Sequence[str]) -> Flow:
    """Google's own flow for a web app, pointed at the sandbox by its configuration alone."""
    config = {"web": {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "auth_uri": f"{sandbox.url}/o/oauth2/v2/auth",
        "token_uri": f"{sandbox.url}/token",
        "redirect_uris": [REDIRECT_URI],
    }}
    flow = Flow.from_client_config(config, scopes=list(scopes), redirect_uri=REDIRECT_URI)
    recorded(flow.oauth2session, contract)
    return flow


def walk(flow: Flow, contract: Contract, person: str, untick: tuple[str, ...] = (), **params: str) -> dict[str, str]:
    """Goes through chooser and consent as a person without scripts; the parameters that come back to the app."""
    url, state = flow.authorization_url(**params)
    browser = Browser(recorded(requests.Session(), contract))
    page = browser.open(url)
    if isinstance(page, Page) and person in page.forms[0].buttons:
        page = browser.press(page, person)
    if isinstance(page, Page):
        page = browser.press(page, "Allow", untick)
    assert isinstance(page, dict), f"no way back to the app, but {page.text[-400:]}"
    assert page["state"] == state
    return page


def connect(sandbox: Sandbox, contract: Contract, person: str, scopes: Sequence[str], **params: str) -> Credentials:
    """A whole trip, from the authorization page to credentials with a refresh token."""
    flow = flow_for(sandbox, contract, scopes)
    params = {"access_type": "offline", "prompt": "consent select_account", **params}
    back = walk(flow, contract, person, **params)
    flow.fetch_token(code=back["code"])
    return flow.credentials


def gmail(sandbox: Sandbox, contract: Contract, credentials: Credentials, tamper: Tamper | None = None) -> Any:
    """Google's own Gmail client, built from the document inside its package."""
    document = json.loads(contract.discovery.text)
    # `api_endpoint` moves the methods; the client takes the address of batches from the document alone.
    document["rootUrl"] = f"{sandbox.url}/"
    http = AuthorizedHttp(credentials, http=RecordingHttp(contract, tamper))
    return build_from_document(document, http=http, client_options={"api_endpoint": f"{sandbox.url}/"})
