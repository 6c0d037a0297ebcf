"""What Gmail's documentation promises about answers beyond the types in the discovery document."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from schema import decoded

# What every answer of a schema brings, unless `fields` asks for less.
ALWAYS = {
    "Profile": ("emailAddress", "messagesTotal", "threadsTotal", "historyId"),
    "Message": ("id", "threadId"),
    "Thread": ("id",),
    "Draft": ("id", "message"),
    "Label": ("id", "name"),
    "ListLabelsResponse": ("labels",),
    "ListMessagesResponse": ("resultSizeEstimate",),
    "ListThreadsResponse": ("resultSizeEstimate",),
    "ListHistoryResponse": ("historyId",),
    "WatchResponse": ("historyId", "expiration"),
    "MessagePartBody": ("size", "data"),
}
# What each message format brings beside ids and labels: from thin to thick, and the whole text apart.
WITH_PAYLOAD = ("full", "metadata")
COUNTS = ("messagesTotal", "messagesUnread", "threadsTotal", "threadsUnread")


def answer_problems(value: Mapping[str, Any], schema: str, method: str, query: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with an answer whose types are right."""
    if "fields" in query:
        return
    for name in ALWAYS.get(schema, ()):
        if name not in value:
            yield f"answer.{name}: always there, but missing"
    shape = query.get("format", "full").lower()
    if method == "gmail.users.messages.get":
        yield from message_problems(value, shape, "answer")
    elif method == "gmail.users.drafts.get":
        yield from message_problems(value["message"], shape, "answer.message")
    elif method == "gmail.users.threads.get":
        yield from thread_problems(value, shape)
    elif method == "gmail.users.messages.list":
        yield from thin_problems(value.get("messages", []), "answer.messages", {"id", "threadId"})
    elif method == "gmail.users.threads.list":
        yield from thin_problems(value.get("threads", []), "answer.threads", {"id", "snippet", "historyId"})
    elif method == "gmail.users.labels.list":
        for label in value["labels"]:
            if any(count in label for count in COUNTS):
                yield f"answer.labels: {label['id']} has counts, which only labels.get brings"
    elif method == "gmail.users.labels.get":
        for count in COUNTS:
            if count not in value:
                yield f"answer.{count}: labels.get brings it"
    elif method == "gmail.users.messages.attachments.get":
        yield from body_problems(value, "answer")


def thin_problems(items: list[Mapping[str, Any]], at: str, wanted: set[str]) -> Iterator[str]:
    """Lists bring ids, not contents; an empty list is left out."""
    for index, item in enumerate(items):
        if set(item) != wanted:
            yield f"{at}[{index}]: has {sorted(item)} instead of {sorted(wanted)}"


def thread_problems(thread: Mapping[str, Any], shape: str) -> Iterator[str]:
    """A thread brings all its messages, each in the format asked for."""
    messages = thread.get("messages", [])
    if not messages:
        yield "answer.messages: a thread has at least one"
    for index, message in enumerate(messages):
        at = f"answer.messages[{index}]"
        yield from message_problems(message, shape, at)
        if message.get("threadId") != thread["id"]:
            yield f"{at}.threadId: not the thread's"


def message_problems(message: Mapping[str, Any], shape: str, at: str) -> Iterator[str]:
    """A message brings what its format names and nothing more."""
    for name in ("id", "threadId", "historyId", "internalDate", "sizeEstimate", "snippet"):
        if name not in message:
            yield f"{at}.{name}: missing from format {shape}"
    if ("raw" in message) != (shape == "raw"):
        yield f"{at}.raw: format {shape}"
    if ("payload" in message) != (shape in WITH_PAYLOAD):
        yield f"{at}.payload: format {shape}"
    elif shape == "metadata":
        extra = {"parts", "body"} & set(message["payload"])
        if extra - {"body"} or message["payload"].get("body", {}).get("data"):
            yield f"{at}.payload: metadata brings headers, not {sorted(extra)}"
    elif shape == "full":
        yield from part_problems(message["payload"], f"{at}.payload")


def part_problems(part: Mapping[str, Any], at: str) -> Iterator[str]:
    """A part is a container with parts, or a leaf with a body."""
    for name in ("partId", "mimeType", "filename", "headers", "body"):
        if name not in part:
            yield f"{at}.{name}: missing"
    if "parts" not in part:
        yield from body_problems(part.get("body", {}), f"{at}.body")
    for index, inner in enumerate(part.get("parts", [])):
        yield from part_problems(inner, f"{at}.parts[{index}]")


def body_problems(body: Mapping[str, Any], at: str) -> Iterator[str]:
    """Bytes come inline or under an attachment id, never both; the size is theirs."""
    if "data" in body and "attachmentId" in body:
        yield f"{at}: both data and attachmentId"
    size = body.get("size", 0)
    if "data" in body and len(decoded(body["data"])) != size:
        yield f"{at}.size: {size}, but the data has {len(decoded(body['data']))} bytes"
    if size and "data" not in body and "attachmentId" not in body:
        yield f"{at}: {size} bytes that are nowhere"
