"""Gmail's search operators: each finds the mail its value was taken from, and nothing that does not match."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import Any, Callable, Iterable
from zoneinfo import ZoneInfo

import pytest

from consent import READONLY
from sandbox import Sandbox
from test_batches import run
from test_reading import pages, parts_of

HIDDEN = {"SPAM", "TRASH"}
PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass
class Mail:
    """What a search can know about a mail."""

    id: str
    labels: set[str]
    headers: list[tuple[str, str]]
    size: int
    received: datetime
    files: list[str]

    def all(self, *names: str) -> str:
        """All headers of these names, decoded, in lower case."""
        return " ".join(value for name, value in self.headers if name in names).lower()

    def addresses(self, *names: str) -> set[str]:
        """The addresses in these headers."""
        return {address.lower() for _, address in getaddresses([value for name, value in self.headers if name in names])}


def read(message: dict[str, Any]) -> Mail:
    """A mail from the format `full`."""
    headers = [(line["name"].lower(), str(make_header(decode_header(line["value"])))) for line in message["payload"]["headers"]]
    return Mail(
        id=message["id"],
        labels=set(message.get("labelIds", [])),
        headers=headers,
        size=message["sizeEstimate"],
        received=datetime.fromtimestamp(int(message["internalDate"]) / 1000, PACIFIC),
        files=[part["filename"] for part in parts_of(message["payload"]) if part["filename"]],
    )


@pytest.fixture(scope="module")
def mails(client_for: Callable[..., Any], sandbox: Sandbox, reader: str) -> list[Mail]:
    """All mails that are neither spam nor binned, newest first."""
    client = client_for(reader, [READONLY])
    ids = [mail["id"] for mail in sandbox.truth(reader) if not HIDDEN & set(mail["labels"])]
    read_mails: list[Mail] = []
    for at in range(0, len(ids), 100):
        chunk = ids[at:at + 100]
        answers, failures = run(client, {id: client.users().messages().get(userId="me", id=id) for id in chunk})
        assert not failures
        read_mails.extend(read(answers[id]) for id in chunk)
    return read_mails


@pytest.fixture(scope="module")
def finds(reading: Any) -> Callable[[str], list[str]]:
    """The ids a query finds, in the order of the answer."""
    return lambda query: [found["id"] for found in pages(reading.messages(), "messages", q=query, maxResults=500)]


def ids(mails: Iterable[Mail]) -> list[str]:
    """Their ids."""
    return [mail.id for mail in mails]


def test_dates_are_midnights_on_the_pacific(mails: list[Mail], finds: Callable[[str], list[str]]) -> None:
    """`after:` includes its day, `before:` does not; seconds are exact."""
    for mail in mails[:: max(1, len(mails) // 6)]:
        day = mail.received.replace(hour=0, minute=0, second=0, microsecond=0)
        next_day = (day + timedelta(hours=36)).replace(hour=0)
        assert finds(f"after:{day:%Y/%m/%d} before:{next_day:%Y/%m/%d}") == ids(
            other for other in mails if day <= other.received < next_day)
        seconds = int(mail.received.timestamp())
        assert mail.id in finds(f"after:{seconds - 1} before:{seconds + 1}")


def test_ages(mails: list[Mail], finds: Callable[[str], list[str]]) -> None:
    """`newer_than` and `older_than` divide the mailbox."""
    for age in ("3d", "2m", "1y"):
        newer, older = finds(f"newer_than:{age}"), finds(f"older_than:{age}")
        assert newer + older == ids(mails), age


def test_sizes(mails: list[Mail], finds: Callable[[str], list[str]]) -> None:
    """`larger` and `smaller` go by the size of the whole mail."""
    sizes = sorted(mail.size for mail in mails)
    for size in (sizes[len(sizes) // 10], sizes[len(sizes) // 2], sizes[-2]):
        # Whether a limit includes itself is not documented.
        larger, smaller = set(finds(f"larger:{size}")), set(finds(f"smaller:{size}"))
        assert {mail.id for mail in mails if mail.size > size} <= larger <= {mail.id for mail in mails if mail.size >= size}
        assert {mail.id for mail in mails if mail.size < size} <= smaller <= {mail.id for mail in mails if mail.size <= size}
    assert finds("larger:10K") == finds(f"larger:{10 * 1024}") and finds("larger:1M") == finds(f"larger:{1024 * 1024}")


# Operator → the headers that count, and those that may count too: whether `to:` reaches copies is not documented.
ADDRESSED = {
    "from": (("from",), ()), "to": (("to",), ("cc", "bcc")), "cc": (("cc",), ()), "deliveredto": (("delivered-to",), ()),
}


@pytest.mark.parametrize("operator", ADDRESSED)
def test_addresses(mails: list[Mail], finds: Callable[[str], list[str]], operator: str) -> None:
    """An address finds the mails that name it; braces gather several."""
    names, others = ADDRESSED[operator]
    source = [mail for mail in mails if mail.addresses(*names)]
    assert source, f"no mail has the header of {operator}:"
    chosen = sorted({sorted(mail.addresses(*names))[0] for mail in source[:5]})
    together: set[str] = set()
    for address in chosen:
        found = finds(f"{operator}:{address}")
        certain = {mail.id for mail in mails if address in mail.all(*names)}
        possible = {mail.id for mail in mails if address in mail.all(*names, *others)}
        assert found and certain <= set(found) <= possible, address
        together |= set(found)
    either = finds("{" + " ".join(f"{operator}:{address}" for address in chosen) + "}")
    assert either == [mail.id for mail in mails if mail.id in together]


def test_subjects_and_phrases(mails: list[Mail], finds: Callable[[str], list[str]]) -> None:
    """A word and a phrase of a subject find it; a minus excludes it."""
    for mail in mails[:: max(1, len(mails) // 8)]:
        words = re.findall(r"[^\W_]{4,}", mail.all("subject"))
        if not words:
            continue
        found = finds(f"subject:{words[0]}")
        assert mail.id in found and mail.id not in finds(f"-subject:{words[0]}")
        by_id = {other.id: other for other in mails}
        assert all(words[0] in by_id[id].all("subject") for id in found)
        phrase = re.search(r"\b[^\W_]+ [^\W_]+\b", mail.all("subject"))
        if phrase:
            assert mail.id in finds(f'subject:"{phrase[0]}"')
            assert mail.id in finds(f"subject:({phrase[0]})")


def test_message_ids_and_lists(mails: list[Mail], finds: Callable[[str], list[str]]) -> None:
    """`rfc822msgid` finds one mail, `list` those of a list."""
    for mail in mails[:10]:
        known = mail.all("message-id").strip("<>")
        assert mail.id in finds(f"rfc822msgid:{known}")
    from_lists = [mail for mail in mails if mail.all("list-id")]
    assert from_lists, "no mail comes from a list"
    name = re.search(r"<([^>]+)>", from_lists[0].all("list-id"))
    assert name and from_lists[0].id in finds(f"list:{name[1]}")


def test_files(mails: list[Mail], finds: Callable[[str], list[str]]) -> None:
    """Attachments by presence, name and ending."""
    with_files = [mail for mail in mails if mail.files]
    assert with_files, "no mail has a file"
    found = finds("has:attachment")
    assert found and set(found) <= set(ids(with_files))
    by_id = {mail.id: mail for mail in mails}
    ending = by_id[found[0]].files[0].rpartition(".")[2]
    named = finds(f"filename:{ending}")
    assert found[0] in named and all(any(ending.lower() in file.lower() for file in by_id[id].files) for id in named)


def test_own_labels(mails: list[Mail], reading: Any, finds: Callable[[str], list[str]]) -> None:
    """`label:` takes the name, with dashes for spaces and slashes."""
    own = [label for label in reading.labels().list(userId="me").execute()["labels"] if label["type"] == "user"]
    used = 0
    for label in own:
        name = re.sub(r"[ /]", "-", label["name"]).lower()
        expected = ids(mail for mail in mails if label["id"] in mail.labels)
        assert finds(f"label:{name}") == expected, label["name"]
        used += bool(expected)
    assert used, "no mail carries a label of the person's own"


def test_combinations(mails: list[Mail], finds: Callable[[str], list[str]]) -> None:
    """OR binds closer than AND; parentheses and braces group."""
    def by(predicate: Callable[[set[str]], bool]) -> list[str]:
        return ids(mail for mail in mails if predicate(mail.labels))

    assert finds("in:inbox is:unread OR is:starred") == by(lambda labels: "INBOX" in labels and bool({"UNREAD", "STARRED"} & labels))
    assert finds("in:inbox -(is:unread is:starred)") == by(lambda labels: "INBOX" in labels and not {"UNREAD", "STARRED"} <= labels)
    assert finds("-{in:inbox in:sent}") == by(lambda labels: not {"INBOX", "SENT"} & labels)
    assert finds("is:read in:inbox") == by(lambda labels: "INBOX" in labels and "UNREAD" not in labels)
