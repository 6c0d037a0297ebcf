"""Error bodies, as Google's client reads them."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.errors import HttpError

from calls import CALLS, GONE
from consent import COMPOSE, LABELS, METADATA, MODIFY, READONLY, SEND, SIGN_IN, WHOLE_MAILBOX, connect, gmail
from contract import Contract
from sandbox import Sandbox
from transport import RecordingHttp

def refusal(request: Any, **options: Any) -> HttpError:
    """The error a request ends with."""
    with pytest.raises(HttpError) as refused:
        request.execute(**options)
    return refused.value


def reason(error: HttpError) -> str:
    """The first reason in an error body."""
    return json.loads(error.content)["error"]["errors"][0]["reason"]


@pytest.mark.parametrize("call", [
    lambda users: users.messages().get(userId="me", id=GONE),
    lambda users: users.messages().modify(userId="me", id=GONE, body={"addLabelIds": ["STARRED"]}),
    lambda users: users.messages().trash(userId="me", id=GONE),
    lambda users: users.messages().untrash(userId="me", id=GONE),
    lambda users: users.threads().get(userId="me", id=GONE),
    lambda users: users.labels().get(userId="me", id="Label_999"),
    lambda users: users.labels().delete(userId="me", id="Label_999"),
    lambda users: users.drafts().get(userId="me", id="r-999"),
    lambda users: users.history().list(userId="me", startHistoryId="1"),
], ids=["get", "modify", "trash", "untrash", "thread", "label", "delete label", "draft", "history"])
def test_what_is_not_there(changing: Any, call: Callable[[Any], Any]) -> None:
    """404, also for a history id that is too old."""
    error = refusal(call(changing))
    assert error.resp.status == 404 and reason(error) == "notFound"
    assert error.reason == "Requested entity was not found."


def test_an_old_history_id_after_weeks(start: Callable[..., Sandbox], contract: Contract) -> None:
    """History is kept for at least a week, not for ever."""
    sandbox = start()
    credentials = connect(sandbox, contract, sandbox.people[0], (*SIGN_IN, READONLY))
    users = gmail(sandbox, contract, credentials).users()
    start_id = users.getProfile(userId="me").execute()["historyId"]
    assert "historyId" in users.history().list(userId="me", startHistoryId=start_id).execute()
    sandbox.deliver(sandbox.people[0], b"From: a@b.example\r\nSubject: x\r\n\r\nx\r\n")
    sandbox.advance(30 * 86_400)
    assert refusal(users.history().list(userId="me", startHistoryId=start_id)).resp.status == 404


@pytest.mark.parametrize("call", [
    lambda users: users.messages().list(userId="me", pageToken="nonsense"),
    lambda users: users.messages().list(userId="me", labelIds=["NOT_A_LABEL"]),
    lambda users: users.messages().list(userId="me", fields="nonsense"),
    lambda users: users.watch(userId="me", body={"topicName": "nonsense"}),
    lambda users: users.messages().send(userId="me", body={"raw": "bm90aGluZw=="}),
    lambda users: users.labels().create(userId="me", body={
        "name": "", "labelListVisibility": "labelShow", "messageListVisibility": "show"}),
], ids=["page token", "label", "fields", "topic", "mail without recipient", "label without name"])
def test_what_makes_no_sense(changing: Any, call: Callable[[Any], Any]) -> None:
    """400, and the client does not try again."""
    assert refusal(call(changing)).resp.status == 400


def test_an_unknown_token(sandbox: Sandbox, contract: Contract) -> None:
    """401 for a token that is not one."""
    users = gmail(sandbox, contract, Credentials("ya29.nobody")).users()
    request = users.getProfile(userId="me")
    request.http = AuthorizedHttp(Credentials("ya29.nobody"), http=RecordingHttp(contract), refresh_status_codes=())
    error = refusal(request)
    assert error.resp.status == 401 and reason(error) == "authError"


def test_a_missing_scope(client_for: Callable[..., Any], reader: str, sandbox: Sandbox) -> None:
    """403 with Google's detail, as the client shows it."""
    users = client_for(reader, [SEND]).users()
    error = refusal(users.messages().get(userId="me", id=sandbox.truth(reader)[0]["id"]))
    assert error.resp.status == 403 and reason(error) == "insufficientPermissions"
    assert error.reason == "Request had insufficient authentication scopes."
    assert error.error_details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_headers_only(client_for: Callable[..., Any], reader: str, sandbox: Sandbox) -> None:
    """`gmail.metadata` allows neither texts nor searches."""
    messages = client_for(reader, [METADATA]).users().messages()
    id = sandbox.truth(reader)[0]["id"]
    for shape in ("full", "raw"):
        assert refusal(messages.get(userId="me", id=id, format=shape)).resp.status == 403
    assert refusal(messages.list(userId="me", q="in:inbox")).resp.status == 403
    for shape in ("metadata", "minimal"):
        assert messages.get(userId="me", id=id, format=shape).execute()["id"] == id


@pytest.mark.parametrize("scope", [READONLY, METADATA, MODIFY, COMPOSE, SEND, LABELS, WHOLE_MAILBOX])
def test_each_scope_opens_the_methods_the_document_lists(
    client_for: Callable[..., Any], contract: Contract, sandbox: Sandbox, scope: str
) -> None:
    """A call is refused for its scopes exactly when the discovery document does not list them."""
    users = client_for(sandbox.people[3], [scope]).users()
    listed = {method.id: method.spec["scopes"] for method in contract.discovery.methods}
    for name, call in CALLS.items():
        try:
            call(users).execute()
            refused = False
        except HttpError as error:
            refused = b"ACCESS_TOKEN_SCOPE_INSUFFICIENT" in error.content
        assert refused == (scope not in listed[f"gmail.users.{name}"]), f"{name} with {scope}"
