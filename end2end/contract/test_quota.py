"""Quota: what each method costs, what happens when it is used up, and how Google's client gets over it."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest
from googleapiclient.errors import HttpError

from calls import CALLS
from consent import READONLY, SIGN_IN, WHOLE_MAILBOX, connect, gmail
from contract import Contract
from sandbox import Sandbox

# Method → units in the table of 2026 and in the one before, as far as they are published.
UNITS = {
    "getProfile": (1, 1), "history.list": (2, 2), "labels.list": (1, 1), "labels.get": (1, 1), "labels.create": (5, 5),
    "labels.patch": (5, 5), "labels.delete": (5, 5), "messages.list": (5, 5), "messages.get": (20, 5),
    "messages.attachments.get": (20, 5), "messages.modify": (5, 5), "messages.untrash": (5, 5), "messages.trash": (20, 5),
    "messages.delete": (10, 10), "messages.batchModify": (50, 50), "messages.batchDelete": (50, 50),
    "messages.send": (100, 100), "threads.get": (40, 10), "threads.list": (10, 10), "drafts.send": (100, 100),
    "drafts.create": (10, 10), "drafts.update": (15, 15), "drafts.get": (20, 5), "watch": (100, 100), "stop": (50, 50),
}


@pytest.mark.parametrize(("profile", "column"), [("new", 0), ("legacy", 1)])
def test_units(start: Callable[..., Sandbox], contract: Contract, profile: str, column: int) -> None:
    """Every method costs what is published, whatever it answers."""
    sandbox = start(f"--quota={profile}")
    users = gmail(sandbox, contract, connect(sandbox, contract, sandbox.people[0], (*SIGN_IN, WHOLE_MAILBOX))).users()
    cost = {}
    for name in UNITS:
        try:
            CALLS[name](users).execute()
        except HttpError as error:
            assert error.resp.status in (400, 404), name
        cost[name] = sandbox.requests()[-1]["units"]
    assert cost == {name: units[column] for name, units in UNITS.items()}


def test_used_up_and_got_over(start: Callable[..., Sandbox], contract: Contract) -> None:
    """300 mails a minute, then 403 until the window has moved; the client's own back-off gets over it."""
    sandbox = start("--quota=new")
    person = sandbox.people[0]
    users = gmail(sandbox, contract, connect(sandbox, contract, person, (*SIGN_IN, READONLY))).users()
    id = sandbox.truth(person)[0]["id"]
    for _ in range(300):
        users.messages().get(userId="me", id=id, format="minimal").execute()
    with pytest.raises(HttpError) as refused:
        users.messages().get(userId="me", id=id, format="minimal").execute()
    reason = json.loads(refused.value.content)["error"]["errors"][0]["reason"]
    assert refused.value.resp.status == 403 and reason in ("rateLimitExceeded", "userRateLimitExceeded")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        sandbox.advance(61)

    request = users.messages().get(userId="me", id=id, format="minimal")
    request._sleep = wait
    assert request.execute(num_retries=2)["id"] == id
    assert len(waited) == 1
