"""The client's own batches."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from consent import READONLY, SIGN_IN, connect, gmail
from contract import Contract
from sandbox import Sandbox


@pytest.fixture(scope="module")
def client(client_for: Callable[..., Any], reader: str) -> Any:
    """A client for reading."""
    return client_for(reader, [READONLY])


def run(client: Any, requests: dict[str, Any]) -> tuple[dict[str, Any], dict[str, HttpError]]:
    """Sends requests as one batch; what each was answered, and which failed."""
    answers: dict[str, Any] = {}
    failures: dict[str, HttpError] = {}

    def keep(id: str, answer: Any, error: HttpError | None) -> None:
        if error is None:
            answers[id] = answer
        else:
            failures[id] = error

    batch = client.new_batch_http_request(callback=keep)
    for id, request in requests.items():
        batch.add(request, request_id=id)
    batch.execute()
    return answers, failures


@pytest.mark.parametrize("size", [1, 25, 100])
def test_each_part_is_answered_for_itself(client: Any, sandbox: Sandbox, reader: str, size: int) -> None:
    """A batch brings what the same calls bring alone."""
    messages = client.users().messages()
    ids = [mail["id"] for mail in sandbox.truth(reader)[:size]]
    answers, failures = run(client, {id: messages.get(userId="me", id=id, format="full") for id in ids})
    assert not failures and [answers[id]["id"] for id in ids] == ids
    assert answers[ids[0]] == messages.get(userId="me", id=ids[0], format="full").execute()


def test_a_failed_part_leaves_the_others_alone(client: Any, sandbox: Sandbox, reader: str) -> None:
    """Every part has its own status, whatever kind of call it is."""
    users = client.users()
    id = sandbox.truth(reader)[0]["id"]
    answers, failures = run(client, {
        "gone": users.messages().get(userId="me", id="00000000deadbeef"),
        "profile": users.getProfile(userId="me"),
        "forbidden": users.messages().modify(userId="me", id=id, body={"addLabelIds": ["STARRED"]}),
        "list": users.messages().list(userId="me", q="is:unread in:inbox", labelIds=["INBOX", "UNREAD"], maxResults=2),
        "labels": users.labels().list(userId="me"),
    })
    assert set(answers) == {"profile", "list", "labels"}
    assert {id: failure.resp.status for id, failure in failures.items()} == {"gone": 404, "forbidden": 403}


def test_a_batch_of_changes(client_for: Callable[..., Any], sandbox: Sandbox, writer: str) -> None:
    """Parts with bodies, and parts that are answered with nothing."""
    client = client_for(writer, ["https://www.googleapis.com/auth/gmail.modify"])
    messages = client.users().messages()
    ids = [mail["id"] for mail in sandbox.truth(writer) if "INBOX" in mail["labels"]][:3]
    answers, failures = run(client, {
        **{id: messages.modify(userId="me", id=id, body={"addLabelIds": ["STARRED"]}) for id in ids},
        "many": messages.batchModify(userId="me", body={"ids": ids, "removeLabelIds": ["UNREAD"]}),
    })
    assert not failures and not answers["many"]
    assert all("STARRED" in answers[id]["labelIds"] for id in ids)


def test_the_outer_token_covers_all_parts(client: Any) -> None:
    """Parts without a token of their own are answered under the batch's."""
    parts = {"profile": client.users().getProfile(userId="me"), "labels": client.users().labels().list(userId="me")}
    answers: dict[str, Any] = {}
    batch = client.new_batch_http_request(callback=lambda id, answer, error: answers.update({id: answer}))
    for id, request in parts.items():
        request.http = None
        batch.add(request, request_id=id)
    batch.execute(http=client._http)
    assert answers["profile"]["emailAddress"] and answers["labels"]["labels"]


def test_the_address_of_the_guide(client: Any, sandbox: Sandbox) -> None:
    """`/batch/gmail/v1` takes the same batches."""
    answers: list[Any] = []
    batch = BatchHttpRequest(lambda id, answer, error: answers.append(answer), f"{sandbox.url}/batch/gmail/v1")
    batch.add(client.users().getProfile(userId="me"))
    batch.execute()
    assert answers[0]["emailAddress"] == sandbox.people[0]


def test_a_hundred_parts_are_the_limit(sandbox: Sandbox, contract: Contract, reader: str) -> None:
    """One more and the whole batch is refused; the check knows the limit too."""
    lone = Contract(contract.discovery)
    client = gmail(sandbox, lone, connect(sandbox, lone, reader, (*SIGN_IN, READONLY)))
    with pytest.raises(HttpError) as refused:
        run(client, {str(at): client.users().getProfile(userId="me") for at in range(101)})
    assert refused.value.resp.status == 400 and "Limit: 100" in refused.value.reason
    assert any("101 parts" in problem for problem in lone.violations)


def test_too_much_at_once(start: Callable[..., Sandbox], contract: Contract) -> None:
    """Under a quota, parts beyond what a person may ask at once are refused with 429, each for itself."""
    sandbox = start("--quota=new")
    client = gmail(sandbox, contract, connect(sandbox, contract, sandbox.people[0], (*SIGN_IN, READONLY)))
    answers, failures = run(client, {str(at): client.users().getProfile(userId="me") for at in range(100)})
    assert len(answers) >= 25 and {failure.resp.status for failure in failures.values()} <= {429}
