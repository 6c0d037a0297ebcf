"""What Gmail leaves word of in Pub/Sub: Google's own clients and credentials, and the document of Pub/Sub beside Gmail's."""

from __future__ import annotations

import base64
import json
from typing import Any, Callable

import google.auth.exceptions
import pytest
from google.auth.transport.requests import Request
from google.oauth2 import service_account
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from consent import READONLY, SIGN_IN, connect, gmail
from contract import Contract
from discovery import Discovery
from sandbox import Sandbox
from transport import RecordingHttp

Start = Callable[..., Sandbox]
SCOPES = ["https://www.googleapis.com/auth/pubsub"]
TOPIC = "projects/gatepost/topics/mail"
SUBSCRIPTION = "projects/gatepost/subscriptions/gatepost"
LETTER = b"From: a@b.example\r\nSubject: x\r\n\r\nx\r\n"


@pytest.fixture(scope="module")
def of_pubsub() -> Contract:
    """The contract of Pub/Sub."""
    return Contract(Discovery("pubsub", "v1"))


def credentials_of(sandbox: Sandbox, **changes: str) -> service_account.Credentials:
    """What the key file of the pretend project's service account gives."""
    file = sandbox.service_account() | changes
    return service_account.Credentials.from_service_account_info(file, scopes=SCOPES)


def subscriptions(sandbox: Sandbox, of_pubsub: Contract) -> Any:
    """Google's own client of Pub/Sub, signed in as the service account."""
    http = AuthorizedHttp(credentials_of(sandbox), http=RecordingHttp(of_pubsub))
    endpoint = {"api_endpoint": f"{sandbox.url}/"}
    client = build_from_document(of_pubsub.discovery.document, http=http, client_options=endpoint)
    return client.projects().subscriptions()


def pull(client: Any) -> list[dict[str, Any]]:
    """What lies there."""
    return client.pull(subscription=SUBSCRIPTION, body={"maxMessages": 10}).execute().get("receivedMessages", [])


def test_a_word_goes_from_the_mailbox_to_whoever_acknowledges_it(
        start: Start, contract: Contract, of_pubsub: Contract) -> None:
    """Watch, deliver, pull, wait, pull again, acknowledge: each as the documents say."""
    sandbox = start()
    person = sandbox.people[0]
    users = gmail(sandbox, contract, connect(sandbox, contract, person, (*SIGN_IN, READONLY))).users()
    client = subscriptions(sandbox, of_pubsub)
    watch = users.watch(userId="me", body={"topicName": TOPIC}).execute()
    assert pull(client) == []
    sandbox.deliver(person, LETTER)
    first = pull(client)
    told = json.loads(base64.b64decode(first[0]["message"]["data"]))
    assert told["emailAddress"] == person
    history = users.history().list(userId="me", startHistoryId=watch["historyId"]).execute()
    assert str(told["historyId"]) == history["historyId"] and len(history["history"]) == 1
    assert pull(client) == [], "it is somebody's"
    sandbox.advance(11)
    again = pull(client)
    assert [one["message"]["messageId"] for one in again] == [first[0]["message"]["messageId"]]
    client.acknowledge(subscription=SUBSCRIPTION, body={"ackIds": [again[0]["ackId"]]}).execute()
    sandbox.advance(11)
    assert pull(client) == []
    assert not of_pubsub.violations, of_pubsub.violations
    assert {"pubsub.projects.subscriptions.pull", "pubsub.projects.subscriptions.acknowledge"} <= set(of_pubsub.methods)


def test_what_is_not_there(start: Start, of_pubsub: Contract) -> None:
    """Another subscription is not found, and a pull of nothing makes no sense."""
    client = subscriptions(start(), of_pubsub)
    for name, body, status in [
        ("projects/gatepost/subscriptions/other", {"maxMessages": 1}, 404),
        (SUBSCRIPTION, {"maxMessages": 0}, 400),
    ]:
        with pytest.raises(HttpError) as error:
            client.pull(subscription=name, body=body).execute()
        assert error.value.resp.status == status
    assert not of_pubsub.violations, of_pubsub.violations


def test_another_account_does_not_sign_in(start: Start) -> None:
    """A key is one account's."""
    with pytest.raises(google.auth.exceptions.RefreshError, match="invalid_grant"):
        credentials_of(start(), client_email="somebody@else.example").refresh(Request())
