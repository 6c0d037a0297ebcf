"""One call for every method under test that changes nothing: what it names is not there, or makes no sense."""

from __future__ import annotations

from typing import Any, Callable

GONE = "00000000deadbeef"
LABEL = {"name": " ", "labelListVisibility": "labelShow", "messageListVisibility": "show"}
# Method of the discovery document (without `gmail.users.`) → a request of the client's.
CALLS: dict[str, Callable[[Any], Any]] = {
    "getProfile": lambda users: users.getProfile(userId="me"),
    "stop": lambda users: users.stop(userId="me"),
    "watch": lambda users: users.watch(userId="me", body={"topicName": "nonsense"}),
    "history.list": lambda users: users.history().list(userId="me", startHistoryId="1"),
    "messages.list": lambda users: users.messages().list(userId="me", maxResults=1),
    "messages.get": lambda users: users.messages().get(userId="me", id=GONE, format="minimal"),
    "messages.send": lambda users: users.messages().send(userId="me", body={"raw": "bm90aGluZw=="}),
    "messages.modify": lambda users: users.messages().modify(userId="me", id=GONE, body={"addLabelIds": ["STARRED"]}),
    "messages.batchModify": lambda users: users.messages().batchModify(userId="me", body={"ids": [GONE]}),
    "messages.batchDelete": lambda users: users.messages().batchDelete(userId="me", body={"ids": [GONE]}),
    "messages.delete": lambda users: users.messages().delete(userId="me", id=GONE),
    "messages.trash": lambda users: users.messages().trash(userId="me", id=GONE),
    "messages.untrash": lambda users: users.messages().untrash(userId="me", id=GONE),
    "messages.attachments.get": lambda users: users.messages().attachments().get(userId="me", messageId=GONE, id="x"),
    "threads.list": lambda users: users.threads().list(userId="me", maxResults=1),
    "threads.get": lambda users: users.threads().get(userId="me", id=GONE, format="minimal"),
    "threads.modify": lambda users: users.threads().modify(userId="me", id=GONE, body={"addLabelIds": ["STARRED"]}),
    "threads.trash": lambda users: users.threads().trash(userId="me", id=GONE),
    "threads.untrash": lambda users: users.threads().untrash(userId="me", id=GONE),
    "threads.delete": lambda users: users.threads().delete(userId="me", id=GONE),
    "labels.list": lambda users: users.labels().list(userId="me"),
    "labels.get": lambda users: users.labels().get(userId="me", id="INBOX"),
    "labels.create": lambda users: users.labels().create(userId="me", body=LABEL),
    "labels.update": lambda users: users.labels().update(userId="me", id="Label_999", body={**LABEL, "id": "Label_999"}),
    "labels.patch": lambda users: users.labels().patch(userId="me", id="Label_999", body={"name": "x"}),
    "labels.delete": lambda users: users.labels().delete(userId="me", id="Label_999"),
    "drafts.list": lambda users: users.drafts().list(userId="me"),
    "drafts.get": lambda users: users.drafts().get(userId="me", id="r-999"),
    "drafts.create": lambda users: users.drafts().create(userId="me", body={"message": {"raw": ""}}),
    "drafts.update": lambda users: users.drafts().update(userId="me", id="r-999", body={"message": {"raw": "eA=="}}),
    "drafts.delete": lambda users: users.drafts().delete(userId="me", id="r-999"),
    "drafts.send": lambda users: users.drafts().send(userId="me", body={"id": "r-999"}),
}
