"""The check itself: violations that are planted are found, each of them."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Callable

import pytest

from consent import READONLY, SIGN_IN, connect, gmail
from contract import Contract
from discovery import Discovery
from exchange import Exchange
from sandbox import Sandbox
from transport import RecordingHttp


@pytest.fixture(scope="module")
def good(sandbox: Sandbox, reader: str) -> dict[str, Exchange]:
    """Exchanges of every kind that a contract of their own finds nothing wrong with."""
    kept: dict[str, Exchange] = {}

    class Keeping(Contract):
        def record(self, exchange: Exchange) -> None:
            super().record(exchange)
            found = self.discovery.find(exchange.method, exchange.path)
            kept[found[0].id.removeprefix("gmail.users.") if found else exchange.path] = exchange

    contract = Keeping(Discovery())
    client = gmail(sandbox, contract, connect(sandbox, contract, reader, (*SIGN_IN, READONLY)))
    users = client.users()
    id = users.messages().list(userId="me", maxResults=5).execute()["messages"][0]["id"]
    users.messages().get(userId="me", id=id).execute()
    users.getProfile(userId="me").execute()
    users.labels().get(userId="me", id="INBOX").execute()
    batch = client.new_batch_http_request()
    batch.add(users.labels().list(userId="me"))
    batch.execute()
    with pytest.raises(Exception):
        users.threads().get(userId="me", id="00000000deadbeef").execute()
    assert contract.violations == [] and contract.requests == contract.answers > 8
    return kept


def found_in(exchange: Exchange) -> list[str]:
    """What a fresh contract finds in one exchange."""
    contract = Contract(Discovery())
    contract.record(exchange)
    return contract.violations


def answered(change: Callable[[Any], Any]) -> Callable[[Exchange], Exchange]:
    """Changes the JSON of an answer in place."""
    def apply(exchange: Exchange) -> Exchange:
        value = json.loads(exchange.answer)
        change(value)
        return dataclasses.replace(exchange, answer=json.dumps(value).encode())
    return apply


def asked(query: str) -> Callable[[Exchange], Exchange]:
    """Adds to the query of a request."""
    return lambda exchange: dataclasses.replace(exchange, url=f"{exchange.url}&{query}")


PLANTED: dict[str, tuple[str, Callable[[Exchange], Exchange], str]] = {
    "unknown property": ("messages.get", answered(lambda mail: mail.update(subject="x")), "no such property"),
    "unknown property deep inside": (
        "messages.get", answered(lambda mail: mail["payload"]["headers"][0].update(key="x")), "no such property"),
    "64-bit number as a number": ("messages.get", answered(lambda mail: mail.update(historyId=12)), "is no string"),
    "64-bit number with a fraction": ("messages.get", answered(lambda mail: mail.update(historyId="1.5")), "is no uint64"),
    "negative unsigned number": ("getProfile", answered(lambda profile: profile.update(historyId="-1")), "outside uint64"),
    "number as text": ("getProfile", answered(lambda profile: profile.update(messagesTotal="3")), "is no integer"),
    "number too large": ("getProfile", answered(lambda profile: profile.update(messagesTotal=2**31)), "outside int32"),
    "array as an object": ("messages.list", answered(lambda page: page.update(messages={})), "is no array"),
    "null": ("messages.list", answered(lambda page: page.update(nextPageToken=None)), "is no string"),
    "another enumeration": ("labels.get", answered(lambda label: label.update(type="own")), "is none of"),
    "plain base64": ("messages.get", answered(lambda mail: mail.update(raw="a+b/")), "not base64url"),
    "raw in the wrong format": ("messages.get", answered(lambda mail: mail.update(raw="YQ")), "answer.raw"),
    "list with contents": ("messages.list", answered(lambda page: page["messages"][0].update(snippet="x")), "instead of"),
    "missing property": ("getProfile", answered(lambda profile: profile.pop("historyId")), "missing"),
    "error with another code": ("threads.get", answered(lambda body: body["error"].update(code=400)), "error.code"),
    "error without a reason": ("threads.get", answered(lambda body: body["error"]["errors"].clear()), "empty"),
    "rotated refresh token": ("/token", lambda exchange: dataclasses.replace(
        exchange, body=b"grant_type=refresh_token&refresh_token=x&client_id=c&client_secret=s"), "does not rotate"),
    "token of another type": ("/token", answered(lambda token: token.update(token_type="bearer")), "token_type"),
    "token that may be stored": ("/token", lambda exchange: dataclasses.replace(
        exchange, answer_headers={"content-type": "application/json"}), "may be stored"),
    "no JSON": ("getProfile", lambda exchange: dataclasses.replace(exchange, answer=b"<html>"), "no JSON"),
    "unknown parameter": ("messages.list", asked("limit=3"), "no such parameter"),
    "parameter of another type": ("messages.list", asked("includeSpamTrash=yes"), "is no boolean"),
    "parameter outside its range": ("messages.get", asked("format=everything"), "is none of"),
    "parameter given twice": ("messages.list", asked("maxResults=5&maxResults=6"), "is not repeated"),
    "no token": ("getProfile", lambda exchange: dataclasses.replace(exchange, headers={}), "no Authorization"),
    "body where none belongs": ("getProfile", lambda exchange: dataclasses.replace(exchange, body=b"{}"), "takes no body"),
    "unknown path": ("getProfile", lambda exchange: dataclasses.replace(
        exchange, url=exchange.url.replace("/profile", "/profiles")), "no document knows"),
    "part without an answer": ("/batch", lambda exchange: dataclasses.replace(
        exchange, answer=exchange.answer.replace(b"response-", b"reply-")), "do not belong"),
    "wrong answer in a batch": ("/batch", lambda exchange: dataclasses.replace(
        exchange, answer=exchange.answer.replace(b'"system"', b'"sYstem"')), "is none of"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found(good: dict[str, Exchange], name: str) -> None:
    """The same exchange passes unchanged and fails changed, for the reason that was planted."""
    kind, plant, words = PLANTED[name]
    assert found_in(good[kind]) == []
    assert any(words in problem for problem in found_in(plant(good[kind]))), found_in(plant(good[kind]))


def test_a_call_beyond_its_scopes_is_found(good: dict[str, Exchange]) -> None:
    """An answer that the token's scopes do not allow is a violation, whatever it says."""
    contract = Contract(Discovery())
    narrow = answered(lambda token: token.update(scope="openid https://www.googleapis.com/auth/gmail.send"))
    contract.record(narrow(good["/token"]))
    contract.record(good["messages.get"])
    assert any("although none of" in problem for problem in contract.violations)


def test_a_change_on_the_wire_is_found(sandbox: Sandbox, reader: str) -> None:
    """Through the transport the other tests use: an answer that is changed on its way, and a request of our own."""
    contract = Contract(Discovery())
    credentials = connect(sandbox, contract, reader, (*SIGN_IN, READONLY))
    assert contract.violations == []
    changed = gmail(sandbox, contract, credentials, lambda exchange: exchange.answer.replace(b'"historyId"', b'"historyid"'))
    changed.users().getProfile(userId="me").execute()
    assert any("historyid" in problem for problem in contract.violations)
    contract.violations.clear()
    address = f"{sandbox.url}/gmail/v1/users/me/messages?limit=3"
    RecordingHttp(contract).request(address, headers={"Authorization": f"Bearer {credentials.token}"})
    assert any("limit" in problem for problem in contract.violations)
