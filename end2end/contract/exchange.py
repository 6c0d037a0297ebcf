"""One HTTP request and its answer, as they went over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping
from urllib.parse import parse_qsl, urlsplit


def lowered(headers: Mapping[Any, Any]) -> dict[str, str]:
    """Headers under lower-case names; some clients keep names or values as bytes."""

    def text(piece: Any) -> str:
        return piece.decode("latin-1") if isinstance(piece, bytes) else str(piece)

    return {text(name).lower(): text(value) for name, value in headers.items()}


def as_bytes(body: Any) -> bytes:
    """A body in the form it is sent in."""
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else bytes(body)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; header names are lower-case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return urlsplit(self.url).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The decoded query parameters in their order."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        """The decoded fields of a form body."""
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def bearer(self) -> str | None:
        """The access token of the request."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    @property
    def media_type(self) -> str:
        """The media type of the answer, without its parameters."""
        return self.answer_headers.get("content-type", "").split(";")[0].strip().lower()

    def answer_json(self) -> Any:
        """The answer as JSON; raises `ValueError` when it is not."""
        return json.loads(self.answer)
