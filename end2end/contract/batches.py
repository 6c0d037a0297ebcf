"""Batches: one exchange taken apart into the exchanges inside it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import Message
from typing import Iterator
from urllib.parse import urljoin

from exchange import Exchange, lowered

MOST_PARTS = 100


def parts_of(body: bytes, content_type: str) -> list[Message]:
    """The parts of a multipart body; none when it is not one."""
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body, policy=policy.HTTP)
    return list(whole.iter_parts()) if whole.is_multipart() else []


def content(part: Message) -> tuple[str, dict[str, str], bytes]:
    """First line, headers and body of the HTTP message inside a part."""
    line, _, rest = part.get_payload(decode=True).lstrip(b"\r\n").partition(b"\n")
    head, gap, body = re.split(rb"(\r?\n\r?\n|\A\r?\n)", rest, maxsplit=1) if re.search(rb"\r?\n\r?\n|\A\r?\n", rest) \
        else (rest, b"", b"")
    headers = [text.partition(":") for text in head.decode("latin-1").splitlines() if text]
    return line.decode("latin-1").strip(), lowered({name: value.strip() for name, _, value in headers}), body


def id_of(part: Message) -> str:
    """A part's Content-ID without brackets and folds."""
    return re.sub(r"\s+", " ", str(part.get("Content-ID", ""))).strip().strip("<>")


def inner_exchanges(exchange: Exchange) -> tuple[list[Exchange], list[str]]:
    """The exchanges inside a batch, and what is wrong with the batch itself."""
    problems: list[str] = []
    asked = parts_of(exchange.body, exchange.headers.get("content-type", ""))
    if not 0 < len(asked) <= MOST_PARTS:
        problems.append(f"{len(asked)} parts, allowed are 1 to {MOST_PARTS}")
    if exchange.status != 200 or exchange.media_type != "multipart/mixed":
        return [], [*problems, f"a batch answered {exchange.status} {exchange.media_type}"]
    answered = parts_of(exchange.answer, exchange.answer_headers["content-type"])
    problems.extend(kind_problems([*asked, *answered]))
    by_id = {id_of(part): part for part in answered}
    if len(by_id) != len(answered) or set(by_id) != {f"response-{id_of(part)}" for part in asked}:
        return [], [*problems, f"answers {sorted(by_id)} do not belong to the parts that were asked"]
    return [joined(exchange, part, by_id[f"response-{id_of(part)}"]) for part in asked], problems


def kind_problems(parts: list[Message]) -> Iterator[str]:
    """Every part is an HTTP message with an id."""
    for part in parts:
        if part.get_content_type() != "application/http":
            yield f"a part of the type {part.get_content_type()}"
        if not id_of(part):
            yield "a part without Content-ID"


def joined(outer: Exchange, asked: Message, answered: Message) -> Exchange:
    """One request of a batch with its answer; the outer Authorization covers it."""
    line, headers, body = content(asked)
    verb, target, _ = line.split(" ", 2)
    headers.setdefault("authorization", outer.headers.get("authorization", ""))
    status_line, answer_headers, answer = content(answered)
    length = answer_headers.get("content-length")
    if length is not None:
        answer = answer[: int(length)]
    return Exchange(
        method=verb,
        url=urljoin(outer.url, target),
        headers=headers,
        body=body.strip(b"\r\n"),
        status=int(status_line.split(" ")[1]),
        answer_headers=answer_headers,
        answer=answer,
    )
