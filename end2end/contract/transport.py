"""The HTTP transports of Google's libraries, with a contract that sees everything they carry."""

from __future__ import annotations

from typing import Any, Callable

import httplib2
import requests
from requests.adapters import HTTPAdapter

from contract import Contract
from exchange import Exchange, as_bytes, lowered

# May change an answer on its way: takes the exchange, gives back the bytes of the answer.
Tamper = Callable[[Exchange], bytes]


class RecordingHttp(httplib2.Http):
    """What `google-api-python-client` sends its calls through."""

    def __init__(self, contract: Contract, tamper: Tamper | None = None) -> None:
        super().__init__()
        self.contract = contract
        self.tamper = tamper

    def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **options: Any) -> Any:
        """Passes a request on and records it with its answer."""
        response, content = super().request(uri, method=method, body=body, headers=headers, **options)
        given = (method, uri, lowered(headers or {}), as_bytes(body), response.status, lowered(response))
        if self.tamper is not None:
            content = self.tamper(Exchange(*given, content))
        self.contract.record(Exchange(*given, content))
        return response, content


class RecordingAdapter(HTTPAdapter):
    """What `google-auth`, `google-auth-oauthlib` and the browser send their requests through."""

    def __init__(self, contract: Contract) -> None:
        super().__init__()
        self.contract = contract

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Passes a request on and records it with its answer."""
        response = super().send(request, *args, **options)
        self.contract.record(Exchange(
            method=request.method or "",
            url=request.url or "",
            headers=lowered(request.headers),
            body=as_bytes(request.body),
            status=response.status_code,
            answer_headers=lowered(response.headers),
            answer=response.content,
        ))
        return response


def recorded(session: requests.Session, contract: Contract) -> requests.Session:
    """The same session, with everything it carries seen by the contract."""
    session.mount("http://", RecordingAdapter(contract))
    return session
