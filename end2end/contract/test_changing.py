"""Changing a mailbox with Google's own client: labels, bin, drafts, sending, watching, and the history of it all."""

from __future__ import annotations

import base64
import io
from email.message import EmailMessage
from typing import Any

import pytest
from googleapiclient.http import MediaIoBaseUpload

from consent import READONLY
from sandbox import Sandbox
from test_reading import pages


def letter(to: str, subject: str, **headers: str) -> bytes:
    """A small mail with a few letters that are not ASCII."""
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    # Seven bits only: the client cannot put other bytes into a multipart upload.
    message.set_content("Grüße aus Málaga — bis bald!\n", cte="quoted-printable")
    return message.as_bytes()


def raw(mail: bytes) -> dict[str, str]:
    """A mail as the API takes it."""
    return {"raw": base64.urlsafe_b64encode(mail).decode()}


def labels_of(users: Any, id: str) -> set[str]:
    """The labels of a mail."""
    return set(users.messages().get(userId="me", id=id, format="minimal").execute().get("labelIds", []))


def history_since(users: Any, start: str, **params: Any) -> list[dict[str, Any]]:
    """All records since a history id."""
    return pages(users.history(), "history", startHistoryId=start, **params)


def current(users: Any) -> str:
    """The mailbox's history id."""
    return users.getProfile(userId="me").execute()["historyId"]


@pytest.fixture
def mail(sandbox: Sandbox, writer: str) -> str:
    """A mail that has just arrived."""
    return sandbox.deliver(writer, letter(writer, "For the test", From="Ulla <ulla@shop.example>"))


def test_modify_and_its_history(changing: Any, mail: str) -> None:
    """Labels come and go one mail at a time, and the history tells it."""
    start = current(changing)
    answer = changing.messages().modify(
        userId="me", id=mail, body={"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}).execute()
    assert "STARRED" in answer["labelIds"] and "UNREAD" not in answer["labelIds"]
    assert labels_of(changing, mail) == set(answer["labelIds"])
    records = history_since(changing, start)
    added = [change for record in records for change in record.get("labelsAdded", [])]
    removed = [change for record in records for change in record.get("labelsRemoved", [])]
    assert [(change["message"]["id"], change["labelIds"]) for change in added] == [(mail, ["STARRED"])]
    assert [(change["message"]["id"], change["labelIds"]) for change in removed] == [(mail, ["UNREAD"])]
    assert [record["id"] for record in records] == sorted((record["id"] for record in records), key=int)
    assert history_since(changing, start, historyTypes=["messageAdded"]) == []
    assert len(history_since(changing, start, historyTypes=["labelAdded"], maxResults=1)) == 1
    # The client's own paging cannot repeat a repeated parameter.
    both = changing.history().list(userId="me", startHistoryId=start, historyTypes=["labelAdded", "labelRemoved"])
    assert both.execute()["history"] == records
    paged = history_since(changing, start, maxResults=1)
    assert paged == records


def test_arrival_and_removal_in_the_history(changing: Any, sandbox: Sandbox, writer: str) -> None:
    """A new mail is added, a removed one deleted; the cursor of the last page is the current id."""
    start = current(changing)
    id = sandbox.deliver(writer, letter(writer, "Here and gone", From="x@shop.example"))
    assert "UNREAD" in labels_of(changing, id)
    sandbox.remove(writer, id)
    answer = changing.history().list(userId="me", startHistoryId=start).execute()
    kinds = [kind for record in answer["history"] for kind in ("messagesAdded", "messagesDeleted")
             for change in record.get(kind, []) if change["message"]["id"] == id]
    assert kinds == ["messagesAdded", "messagesDeleted"]
    assert answer["historyId"] == current(changing)
    inbox = changing.history().list(userId="me", startHistoryId=start, labelId="SENT").execute()
    assert "history" not in inbox


def test_batch_modify(changing: Any, sandbox: Sandbox, writer: str) -> None:
    """Many mails at once; the answer is empty."""
    ids = [sandbox.deliver(writer, letter(writer, f"Number {number}", From="x@shop.example")) for number in range(5)]
    body = {"ids": ids, "addLabelIds": ["IMPORTANT"], "removeLabelIds": ["INBOX", "UNREAD"]}
    assert not changing.messages().batchModify(userId="me", body=body).execute()
    for id in ids:
        assert "IMPORTANT" in labels_of(changing, id) and not {"INBOX", "UNREAD"} & labels_of(changing, id)


def test_the_bin(changing: Any, mail: str) -> None:
    """Into the bin and out of it."""
    assert "TRASH" in changing.messages().trash(userId="me", id=mail).execute()["labelIds"]
    assert mail not in {found["id"] for found in pages(changing.messages(), "messages")}
    assert mail in {found["id"] for found in pages(changing.messages(), "messages", labelIds=["TRASH"])}
    assert "TRASH" not in changing.messages().untrash(userId="me", id=mail).execute().get("labelIds", [])


def test_threads_are_changed_as_a_whole(changing: Any, mail: str) -> None:
    """Modify, bin and back reach every mail of a thread."""
    thread = changing.messages().get(userId="me", id=mail, format="minimal").execute()["threadId"]
    changing.threads().modify(userId="me", id=thread, body={"addLabelIds": ["STARRED"]}).execute()
    assert "STARRED" in labels_of(changing, mail)
    changing.threads().trash(userId="me", id=thread).execute()
    assert "TRASH" in labels_of(changing, mail)
    changing.threads().untrash(userId="me", id=thread).execute()
    assert "TRASH" not in labels_of(changing, mail)


def test_own_labels(changing: Any, mail: str) -> None:
    """Create, rename, colour, use and delete a label."""
    labels = changing.labels()
    body = {"name": "Steuern/2026", "labelListVisibility": "labelShow", "messageListVisibility": "show"}
    made = labels.create(userId="me", body=body).execute()
    assert made["type"] == "user" and made["name"] == "Steuern/2026"
    color = {"textColor": "#ffffff", "backgroundColor": "#16a766"}
    patched = labels.patch(userId="me", id=made["id"], body={"name": "Steuern", "color": color}).execute()
    assert patched["name"] == "Steuern" and patched["color"] == color and patched["messageListVisibility"] == "show"
    changed = labels.update(userId="me", id=made["id"], body={**body, "id": made["id"], "labelListVisibility": "labelHide"})
    assert changed.execute()["labelListVisibility"] == "labelHide"
    changing.messages().modify(userId="me", id=mail, body={"addLabelIds": [made["id"]]}).execute()
    assert labels.get(userId="me", id=made["id"]).execute()["messagesTotal"] == 1
    labels.delete(userId="me", id=made["id"]).execute()
    assert made["id"] not in labels_of(changing, mail)


def test_drafts(changing: Any, sandbox: Sandbox, writer: str) -> None:
    """A draft keeps its id through updates; sent, it is a mail like others."""
    drafts = changing.drafts()
    draft = drafts.create(userId="me", body={"message": raw(letter("friend@elsewhere.example", "First"))}).execute()
    assert "DRAFT" in draft["message"]["labelIds"]
    again = drafts.update(
        userId="me", id=draft["id"], body={"message": raw(letter("friend@elsewhere.example", "Second"))}).execute()
    assert again["id"] == draft["id"]
    for shape in ("minimal", "metadata", "full", "raw"):
        assert drafts.get(userId="me", id=draft["id"], format=shape).execute()["id"] == draft["id"]
    assert draft["id"] in {found["id"] for found in pages(drafts, "drafts")}
    sent = drafts.send(userId="me", body={"id": draft["id"]}).execute()
    assert "SENT" in sent["labelIds"] and "DRAFT" not in sent["labelIds"]
    assert draft["id"] not in {found["id"] for found in pages(drafts, "drafts")}
    other = drafts.create(userId="me", body={"message": raw(letter("x@y.example", "Never"))}).execute()
    drafts.delete(userId="me", id=other["id"]).execute()
    assert other["message"]["id"] not in {found["id"] for found in sandbox.truth(writer)}


def test_send_and_reply(changing: Any, sandbox: Sandbox, writer: str) -> None:
    """A sent mail is found by its Message-ID; a reply lies in its thread."""
    other = sandbox.people[3]
    known = "<contract-1@gatepost.example>"
    before = len(sandbox.truth(other))
    sent = changing.messages().send(userId="me", body=raw(letter(other, "Hallo", Message_ID=known))).execute()
    assert "SENT" in sent["labelIds"]
    found = pages(changing.messages(), "messages", q=f"rfc822msgid:{known.strip('<>')} in:sent")
    assert [mail["id"] for mail in found] == [sent["id"]]
    assert len(sandbox.truth(other)) == before + 1
    reply = letter(other, "Re: Hallo", In_Reply_To=known, References=known)
    answered = changing.messages().send(userId="me", body={**raw(reply), "threadId": sent["threadId"]}).execute()
    assert answered["threadId"] == sent["threadId"]


def test_hidden_recipients_stay_hidden(changing: Any, client_for: Any, sandbox: Sandbox) -> None:
    """Bcc goes in the header, and no recipient sees it."""
    other = sandbox.people[3]
    known = "<contract-2@gatepost.example>"
    mail = letter("friend@elsewhere.example", "Hidden", Bcc=other, Message_ID=known)
    changing.messages().send(userId="me", body=raw(mail)).execute()
    users = client_for(other, [READONLY]).users()
    arrived = pages(users.messages(), "messages", q=f"rfc822msgid:{known.strip('<>')}")
    names = users.messages().get(userId="me", id=arrived[0]["id"]).execute()["payload"]["headers"]
    assert "bcc" not in {line["name"].lower() for line in names}


def test_uploads(changing: Any, writer: str) -> None:
    """The upload address takes the mail itself, alone or beside its resource."""
    mail = letter("friend@elsewhere.example", "Uploaded")
    media = MediaIoBaseUpload(io.BytesIO(mail), mimetype="message/rfc822")
    sent = changing.messages().send(userId="me", media_body=media).execute()
    assert "SENT" in sent["labelIds"]
    media = MediaIoBaseUpload(io.BytesIO(mail), mimetype="message/rfc822")
    reply = changing.messages().send(userId="me", body={"threadId": sent["threadId"]}, media_body=media).execute()
    assert reply["threadId"] == sent["threadId"]
    media = MediaIoBaseUpload(io.BytesIO(mail), mimetype="message/rfc822")
    draft = changing.drafts().create(userId="me", media_body=media).execute()
    changing.drafts().delete(userId="me", id=draft["id"]).execute()


def test_watch_and_stop(changing: Any) -> None:
    """A watch lasts seven days and starts at the current history id."""
    body = {"topicName": "projects/gatepost/topics/mail", "labelIds": ["INBOX"], "labelFilterBehavior": "include"}
    answer = changing.watch(userId="me", body=body).execute()
    assert answer["historyId"] == current(changing)
    now = int(changing.messages().get(userId="me", id=pages(changing.messages(), "messages", maxResults=500)[0]["id"],
                                      format="minimal").execute()["internalDate"])
    assert int(answer["expiration"]) - now >= 6 * 24 * 3600 * 1000
    assert not changing.stop(userId="me").execute()


def test_deleting_for_good_needs_the_whole_mailbox(client_for: Any, sandbox: Sandbox, writer: str) -> None:
    """With `https://mail.google.com/` mails and threads can be deleted, alone and in numbers."""
    users = client_for(writer, ["https://mail.google.com/"]).users()
    ids = [sandbox.deliver(writer, letter(writer, f"Delete {number}", From="x@shop.example")) for number in range(4)]
    users.messages().delete(userId="me", id=ids[0]).execute()
    users.messages().batchDelete(userId="me", body={"ids": ids[1:3]}).execute()
    thread = users.messages().get(userId="me", id=ids[3], format="minimal").execute()["threadId"]
    users.threads().delete(userId="me", id=thread).execute()
    assert not set(ids) & {mail["id"] for mail in sandbox.truth(writer)}
