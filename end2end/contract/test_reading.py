"""Reading a mailbox with Google's own client: every answer, and the truth the sandbox tells beside it."""

from __future__ import annotations

import email
import email.utils
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any, Iterator

import pytest

from sandbox import Sandbox
from schema import decoded

HIDDEN = {"SPAM", "TRASH"}


def pages(collection: Any, name: str, **params: Any) -> list[dict[str, Any]]:
    """All items of a list, page after page as the client walks them."""
    found, request = [], collection.list(userId="me", **params)
    while request is not None:
        answer = request.execute()
        found.extend(answer.get(name, []))
        request = collection.list_next(request, answer)
    return found


def parts_of(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A part and all parts inside it."""
    yield part
    for inner in part.get("parts", []):
        yield from parts_of(inner)


def leaves(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a payload without parts of their own."""
    return (inner for inner in parts_of(part) if "parts" not in inner)


def header(message: dict[str, Any], name: str) -> str:
    """The first header of a name."""
    return next(line["value"] for line in message["payload"]["headers"] if line["name"].lower() == name.lower())


@pytest.fixture(scope="module")
def truth(sandbox: Sandbox, reader: str) -> list[dict[str, Any]]:
    """The reader's mails, newest first."""
    return sandbox.truth(reader)


def test_profile(reading: Any, truth: list[dict[str, Any]], reader: str) -> None:
    """The totals count everything, spam and bin included."""
    profile = reading.getProfile(userId="me").execute()
    assert profile["emailAddress"] == reader
    assert profile["messagesTotal"] == len(truth)
    assert profile["threadsTotal"] == len({mail["thread_id"] for mail in truth})
    assert reading.getProfile(userId=reader).execute() == profile


def test_listing_is_complete_without_doubles_newest_first(reading: Any, truth: list[dict[str, Any]]) -> None:
    """Every page size brings the same list; spam and bin only on request."""
    shown = [mail["id"] for mail in truth if not HIDDEN & set(mail["labels"])]
    for size in (37, 100, 500):
        assert [mail["id"] for mail in pages(reading.messages(), "messages", maxResults=size)] == shown
    everything = pages(reading.messages(), "messages", includeSpamTrash=True, maxResults=500)
    assert [mail["id"] for mail in everything] == [mail["id"] for mail in truth]
    assert [mail["threadId"] for mail in everything] == [mail["thread_id"] for mail in truth]
    dates = [int(reading.messages().get(userId="me", id=id, format="minimal").execute()["internalDate"]) for id in shown[:20]]
    assert dates == sorted(dates, reverse=True)


def test_page_sizes(reading: Any) -> None:
    """100 by default, 500 at most."""
    assert len(reading.messages().list(userId="me").execute()["messages"]) == 100
    assert len(reading.messages().list(userId="me", maxResults=1000).execute()["messages"]) <= 500
    first = reading.messages().list(userId="me", maxResults=2).execute()
    second = reading.messages().list(userId="me", maxResults=2, pageToken=first["nextPageToken"]).execute()
    assert not {mail["id"] for mail in first["messages"]} & {mail["id"] for mail in second["messages"]}


def test_labels_narrow_a_list_together(reading: Any, truth: list[dict[str, Any]]) -> None:
    """`labelIds` is an AND; asking for spam or bin shows it."""
    for wanted in (["INBOX"], ["INBOX", "UNREAD"], ["SENT"], ["SPAM"], ["TRASH"]):
        found = {mail["id"] for mail in pages(reading.messages(), "messages", labelIds=wanted, includeSpamTrash=True)}
        assert found == {mail["id"] for mail in truth if set(wanted) <= set(mail["labels"])}, wanted


QUERIES = {
    "in:inbox": lambda labels: "INBOX" in labels,
    "is:unread in:inbox": lambda labels: {"UNREAD", "INBOX"} <= labels,
    "is:starred": lambda labels: "STARRED" in labels and not HIDDEN & labels,
    "in:sent": lambda labels: "SENT" in labels and not HIDDEN & labels,
    "in:trash": lambda labels: "TRASH" in labels,
    "in:spam": lambda labels: "SPAM" in labels,
    "category:promotions": lambda labels: "CATEGORY_PROMOTIONS" in labels and not HIDDEN & labels,
    "in:inbox -is:unread": lambda labels: "INBOX" in labels and "UNREAD" not in labels,
    "{is:starred in:sent}": lambda labels: bool({"STARRED", "SENT"} & labels) and not HIDDEN & labels,
    "is:starred OR in:sent": lambda labels: bool({"STARRED", "SENT"} & labels) and not HIDDEN & labels,
}


@pytest.mark.parametrize("query", QUERIES)
def test_queries_by_label(reading: Any, truth: list[dict[str, Any]], query: str) -> None:
    """What a query about labels finds is what carries them."""
    found = {mail["id"] for mail in pages(reading.messages(), "messages", q=query)}
    assert found == {mail["id"] for mail in truth if QUERIES[query](set(mail["labels"]))}
    assert found or query in ("is:starred",)


def test_queries_by_content(reading: Any, truth: list[dict[str, Any]]) -> None:
    """Sender, subject, Message-ID, time and attachments of a mail find that mail."""
    id = next(mail["id"] for mail in truth if "INBOX" in mail["labels"])
    mail = reading.messages().get(userId="me", id=id).execute()
    seconds = int(mail["internalDate"]) // 1000
    sender = email.utils.parseaddr(header(mail, "From"))[1]

    def finds(query: str) -> set[str]:
        return {found["id"] for found in pages(reading.messages(), "messages", q=query)}

    assert id in finds(f"from:{sender}")
    assert id in finds(f"from:{sender.rpartition('@')[2]}")
    assert finds(f"rfc822msgid:{header(mail, 'Message-ID').strip('<>')}") == {id}
    assert id in finds(f"after:{seconds - 1} before:{seconds + 1}")
    assert id not in finds(f"before:{seconds - 1}") and id not in finds(f"after:{seconds + 1}")
    assert id not in finds(f"-from:{sender}")
    attached = finds("has:attachment")
    assert attached and attached < finds("larger:100")
    assert finds("from:nobody@nowhere.invalid") == set()


@pytest.mark.parametrize("shape", ["minimal", "metadata", "full", "raw"])
def test_every_mail_in_every_format(reading: Any, truth: list[dict[str, Any]], shape: str) -> None:
    """Each format of the newest hundred mails, every kind of mail among them."""
    for mail in truth[:100]:
        message = reading.messages().get(userId="me", id=mail["id"], format=shape).execute()
        assert (message["id"], message["threadId"]) == (mail["id"], mail["thread_id"])
        assert set(message.get("labelIds", [])) == set(mail["labels"])


def test_the_formats_tell_of_the_same_mail(reading: Any, truth: list[dict[str, Any]]) -> None:
    """Headers of metadata and full are those of raw, and so are the leaves."""
    for mail in truth[:40]:
        def get(**params: Any) -> dict[str, Any]:
            return reading.messages().get(userId="me", id=mail["id"], **params).execute()

        full, raw = get(format="full"), decoded(get(format="raw")["raw"])
        parsed = email.message_from_bytes(raw, policy=policy.compat32)
        assert [line["name"] for line in full["payload"]["headers"]] == parsed.keys()
        assert full["payload"]["mimeType"] == parsed.get_content_type()
        metadata = get(format="metadata", metadataHeaders=["Subject", "From"])
        assert {line["name"].lower() for line in metadata["payload"]["headers"]} <= {"subject", "from"}
        assert header(metadata, "From") == header(full, "From")
        subject = email.message_from_bytes(raw, policy=policy.default)["Subject"]
        if subject is not None:
            assert str(make_header(decode_header(header(full, "Subject")))).split() == str(subject).split()
        payloads = [part.get_payload(decode=True) for part in parsed.walk() if not part.is_multipart()]
        inline = [decoded(part["body"]["data"]) for part in leaves(full["payload"]) if "data" in part["body"]]
        assert all(text in payloads for text in inline)


def test_partial_answers(reading: Any, truth: list[dict[str, Any]]) -> None:
    """`fields` brings what it names."""
    answer = reading.messages().list(userId="me", maxResults=3, fields="messages(id),nextPageToken").execute()
    assert set(answer) == {"messages", "nextPageToken"} and all(set(mail) == {"id"} for mail in answer["messages"])
    fields = "id,threadId,historyId,labelIds,internalDate,sizeEstimate,snippet,payload(mimeType,filename,headers,body(size,attachmentId),parts)"
    mail = reading.messages().get(userId="me", id=truth[0]["id"], fields=fields).execute()
    assert "partId" not in mail["payload"] and "data" not in mail["payload"].get("body", {})


def test_threads(reading: Any, truth: list[dict[str, Any]]) -> None:
    """The list names every thread that is shown; a thread brings all its mails, oldest first."""
    listed = pages(reading.threads(), "threads", maxResults=50)
    shown = {mail["thread_id"] for mail in truth if not HIDDEN & set(mail["labels"])}
    assert len(listed) == len(shown) and {thread["id"] for thread in listed} == shown
    longest = max(shown, key=lambda id: sum(mail["thread_id"] == id for mail in truth))
    for shape in ("full", "metadata", "minimal"):
        thread = reading.threads().get(userId="me", id=longest, format=shape).execute()
        members = [mail["id"] for mail in truth if mail["thread_id"] == longest]
        assert [mail["id"] for mail in thread["messages"]] == members[::-1]


def test_labels(reading: Any, truth: list[dict[str, Any]]) -> None:
    """The system's labels and the person's own; counts are those of the truth."""
    labels = {label["id"]: label for label in reading.labels().list(userId="me").execute()["labels"]}
    assert {"INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "UNREAD", "STARRED", "IMPORTANT"} <= set(labels)
    assert {label for mail in truth for label in mail["labels"]} <= set(labels)
    for id in ("INBOX", "SPAM", next(id for id, label in labels.items() if label["type"] == "user")):
        label = reading.labels().get(userId="me", id=id).execute()
        marked = [mail for mail in truth if id in mail["labels"]]
        assert label["messagesTotal"] == len(marked)
        assert label["messagesUnread"] == sum("UNREAD" in mail["labels"] for mail in marked)
        assert label["threadsTotal"] == len({mail["thread_id"] for mail in marked})


def test_an_odd_mail_arrives_as_it_is(changing: Any, sandbox: Sandbox, writer: str) -> None:
    """Files with names that are not ASCII, a mail inside a mail, an old charset: bytes are the sender's."""
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Ida <ida@shop.example>", "Inside"
    inner.set_content("Inner text\n")
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "Zoë <zoe@shop.example>", writer, "Änderung – Größe"
    outer.set_content("Übersicht für März\n", charset="windows-1252", cte="quoted-printable")
    outer.add_alternative("<p>Übersicht für März</p>", subtype="html")
    outer.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="pdf", filename="Auszug März.pdf")
    outer.add_attachment(inner)
    id = sandbox.deliver(writer, outer.as_bytes(policy=policy.SMTP))
    mail = changing.messages().get(userId="me", id=id).execute()
    assert str(make_header(decode_header(header(mail, "Subject")))) == "Änderung – Größe"
    parts = list(leaves(mail["payload"]))
    assert [part["mimeType"] for part in parts][:3] == ["text/plain", "text/html", "application/pdf"]
    # The transfer encoding is undone, the charset is not promised to be.
    assert decoded(parts[0]["body"]["data"]).decode("windows-1252") == "Übersicht für März\r\n" or (
        decoded(parts[0]["body"]["data"]).decode("utf-8") == "Übersicht für März\r\n")
    assert parts[2]["filename"] == "Auszug März.pdf"
    attachments = changing.messages().attachments()
    body = attachments.get(userId="me", messageId=id, id=parts[2]["body"]["attachmentId"]).execute()
    assert decoded(body["data"]) == bytes(range(256)) * 40
    raw = decoded(changing.messages().get(userId="me", id=id, format="raw").execute()["raw"])
    assert outer.as_bytes(policy=policy.SMTP) in raw
    assert id in {found["id"] for found in pages(changing.messages(), "messages", q="has:attachment filename:pdf")}


def test_attachments(reading: Any) -> None:
    """The bytes behind an attachment id are the part's; a mail inside a mail has parts and bytes."""
    seen = 0
    for found in pages(reading.messages(), "messages", q="has:attachment"):
        message = reading.messages().get(userId="me", id=found["id"]).execute()
        raw = decoded(reading.messages().get(userId="me", id=found["id"], format="raw").execute()["raw"])
        payloads = [part.get_payload(decode=True) for part in email.message_from_bytes(raw).walk()]
        for part in parts_of(message["payload"]):
            if "attachmentId" in part["body"]:
                attachments = reading.messages().attachments()
                body = attachments.get(userId="me", messageId=found["id"], id=part["body"]["attachmentId"]).execute()
                data = decoded(body["data"])
                assert body["size"] == part["body"]["size"]
                assert data in (raw if part["mimeType"] == "message/rfc822" else payloads)
                seen += 1
    assert seen
