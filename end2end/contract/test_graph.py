"""Mail at Graph with Microsoft's own JavaScript client, every answer held against the models of their Python one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import test_microsoft
from graph_models import kind_of, problems
from sandbox import Sandbox

# As in test_microsoft.py.
pytestmark = pytest.mark.filterwarnings("ignore:response_mode")
SCOPES = ["Mail.ReadWrite", "Mail.Send"]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A mailbox that the client has walked through: the sandbox, the person, what it found, what was exchanged."""
    sandbox = Sandbox.start("--messages=260", "--people=2")
    try:
        yield walk(sandbox, tmp_path_factory.mktemp("graph") / "exchanges")
    finally:
        sandbox.stop()


def walk(sandbox: Sandbox, exchanges: Path) -> tuple[Sandbox, dict[str, Any], list[dict[str, Any]]]:
    """Lets the client walk with a token of the first person's."""
    trip = test_microsoft.Trip(sandbox, sandbox.people[0], scopes=SCOPES)
    token = trip.sign_in()["access_token"]
    node = shutil.which("node")
    assert node is not None, "node is missing"
    script = Path(__file__).with_name("graph_walk.mjs")
    command = [node, str(script), sandbox.microsoft_url, token, str(exchanges), sandbox.people[0]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return sandbox, json.loads(done.stdout), [json.loads(line) for line in exchanges.read_text().splitlines()]


def test_the_client_finds_every_folder_and_every_mail(walked: Any) -> None:
    """Folders, nested and hidden ones too, and the rounds of all of them make up the mailbox."""
    sandbox, found, _ = walked
    told = sandbox.at_microsoft("GET", f"mailboxes/{sandbox.people[0]}/folders")
    assert {folder["id"] for folder in found["folders"]} == {folder["id"] for folder in told}
    for folder in told:
        listed = found["rounds"][folder["id"]]
        assert listed["complete"] and "/messages/delta?$deltatoken=" in listed["delta"]
    ids = {item["id"] for listed in found["rounds"].values() for item in listed["items"]}
    assert len(ids) == 260
    truth = {mail["id"] for mail in sandbox.at_microsoft("GET", f"mailboxes/{sandbox.people[0]}/ids")}
    assert len(truth - ids) == 1, "the one that was sent later"
    assert ids <= truth


def test_the_client_follows_moves_and_changes(walked: Any) -> None:
    """The next round after a move and a change of flags."""
    _, found, _ = walked
    assert found["moved"] == {"before": found["moved"]["after"], "after": found["moved"]["before"], "read": True}
    gone = [item for item in found["later"] if "@removed" in item]
    assert [(item["id"], item["@removed"]) for item in gone] == [(found["moved"]["before"], {"reason": "changed"})]
    changed = [item for item in found["later"] if "@removed" not in item]
    assert changed and all(item["flag"]["flagStatus"] == "flagged" for item in changed)
    assert "Message-ID:" in found["mime"] and found["filtered"] >= 1
    assert found["sent"] is False


def test_the_client_is_told_of_what_changes(walked: Any) -> None:
    """A subscription: asked first, told with the secret, listed, renewed, ended."""
    _, found, _ = walked
    told = found["told"]
    assert (told["listed"], told["left"], told["longer"]) == (1, 0, True)
    [notice] = told["told"]
    assert (notice["changeType"], notice["clientState"]) == ("updated", "the-secret")
    assert (notice["subscriptionId"], notice["resourceData"]["id"]) == (told["subscription"], told["changed"])


def test_the_client_takes_batches_and_refusals_apart(walked: Any) -> None:
    """Statuses of parts, and errors as the client tells them to an app."""
    _, found, _ = walked
    assert found["batch"] == {"1": 200, "2": 400, "3": 424}
    expected = {"missing": (404, "ErrorItemNotFound"), "malformed": (400, "ErrorInvalidIdMalformed"),
                "inefficient": (400, "InefficientFilter")}
    for name, (status, code) in expected.items():
        error = found["errors"][name]
        assert (error["status"], error["code"]) == (status, code)
        assert error["request"] and error["dated"]


def test_the_client_bears_what_the_day_may_bring(walked: Any) -> None:
    """Searches; links that are too old; a wait that it heeds by itself, and one too many; pages that take too long."""
    _, found, _ = walked
    assert found["searched"] == ["From the contract"]
    assert found["waited"]["value"]["id"] and found["waited"]["ms"] >= 2_000, "Retry-After is heeded"
    expected = {"searched": (400, "ErrorInvalidUrlQuery"), "syncStateNotFound": (404, "syncStateNotFound"), "gone": (410, None),
                "throttled": (429, "ApplicationThrottled"), "large": (504, None)}
    for name, (status, code) in expected.items():
        error = found["errors"][name]
        assert error["status"] == status and code in (None, error["code"]), (name, error)
    assert found["small"] == 1, "what is too much at once comes by itself"


def test_every_answer_is_what_the_models_expect(walked: Any) -> None:
    """Nothing unknown, nothing lost, in answers and in the parts of batches."""
    _, _, exchanges = walked
    checked, wrong, unknown = 0, [], set()
    for exchange in exchanges:
        if exchange["body"] is None or exchange["path"].startswith("/v1.0/$batch"):
            continue
        kind = kind_of(exchange["method"], exchange["path"], exchange["status"])
        if kind is None:
            unknown.add(exchange["path"])
            continue
        checked += 1
        wrong.extend(f"{exchange['method']} {exchange['path'][:80]}: {problem}" for problem in problems(kind, exchange["body"]))
    assert not unknown and not wrong, "\n".join([*sorted(unknown), *wrong[:40]])
    assert checked > 60


@pytest.mark.parametrize(("change", "said"), [
    ({"shoeSize": 4}, "has no such property"),
    ({"isRead": "yes"}, "isRead"),
    ({"receivedDateTime": "yesterday"}, "receivedDateTime"),
    ({"from": {"emailAddress": {"adress": "x"}}}, "adress"),
    ({"importance": "urgent"}, "importance"),
])
def test_a_planted_fault_is_found(walked: Any, change: dict[str, Any], said: str) -> None:
    """The check of the check: a mail with one thing wrong."""
    _, found, _ = walked
    mail = next(item for listed in found["rounds"].values() for item in listed["items"] if "from" in item)
    kind = kind_of("GET", "/v1.0/me/messages/x", 200)
    assert kind is not None and not list(problems(kind, mail))
    try:
        told = list(problems(kind, {**mail, **change}))
    except ValueError as error:
        told = [f"{next(iter(change))}: {error}"]
    assert any(said in problem for problem in told), told
