"""The discovery document of an API: which method a request names, and whether request and answer are as it says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any, Iterator, Mapping
from urllib.parse import unquote

from googleapiclient import discovery_cache

import gmail_facts
from exchange import Exchange
from schema import parameter_problems, value_problems


def joined(method: Method, path: str) -> dict[str, str]:
    """The path parameter that is a whole name with slashes, which the flat path takes apart: `{+subscription}`."""
    name, rest = re.fullmatch(r"v1/\{\+(\w+)\}(.*)", method.spec["path"]).groups()
    return {name: unquote(path.removeprefix("/v1/").removesuffix(rest))}


@dataclass(frozen=True)
class Method:
    """One method of the API, under its plain path or its upload path."""

    spec: Mapping[str, Any]
    path: re.Pattern[str]
    upload: bool

    @property
    def id(self) -> str:
        """Its name in the document, such as `gmail.users.messages.get`."""
        return self.spec["id"]


class Discovery:
    """A discovery document from inside the package `google-api-python-client`."""

    def __init__(self, name: str = "gmail", version: str = "v1") -> None:
        text = discovery_cache.get_static_doc(name, version)
        if text is None:
            raise LookupError(f"the package has no document {name}.{version}")
        self.text: str = text
        self.document: dict[str, Any] = json.loads(text)
        self.schemas: dict[str, Any] = self.document["schemas"]
        self.methods: list[Method] = list(self._collect(self.document))

    def _collect(self, resource: Mapping[str, Any]) -> Iterator[Method]:
        for spec in resource.get("methods", {}).values():
            yield Method(spec, pattern("/" + spec["flatPath"]), upload=False)
            if "mediaUpload" in spec:
                yield Method(spec, pattern(spec["mediaUpload"]["protocols"]["simple"]["path"]), upload=True)
        for inner in resource.get("resources", {}).values():
            yield from self._collect(inner)

    def find(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method a request line names, with its path parameters. A literal segment goes before a parameter."""
        found = [(method, match) for method in self.methods if method.spec["httpMethod"] == verb
                 if (match := method.path.fullmatch(path))]
        if not found:
            return None
        method, match = min(found, key=lambda pair: len(pair[1].groups()))
        parts = {name: unquote(value) for name, value in match.groupdict().items()}
        return method, parts if parts.keys() <= method.spec.get("parameters", {}).keys() else joined(method, path)

    def request_problems(self, exchange: Exchange, method: Method, in_path: Mapping[str, str]) -> Iterator[str]:
        """What is wrong with a request: parameters, body, authorization."""
        known = {**self.document["parameters"], **method.spec.get("parameters", {})}
        seen: dict[str, list[str]] = {name: [value] for name, value in in_path.items()}
        for name, value in exchange.query:
            seen.setdefault(name, []).append(value)
        for name, values in seen.items():
            spec = known.get(name)
            if spec is None:
                yield f"parameter {name}: {method.id} has no such parameter"
                continue
            if len(values) > 1 and not spec.get("repeated"):
                yield f"parameter {name}: given {len(values)} times, but is not repeated"
            for value in values:
                yield from parameter_problems(value, spec, f"parameter {name}")
        for name, spec in known.items():
            if spec.get("required") and name not in seen:
                yield f"parameter {name}: required, but not given"
        if "authorization" not in exchange.headers:
            yield "no Authorization header"
        yield from self._body_problems(exchange, method)

    def _body_problems(self, exchange: Exchange, method: Method) -> Iterator[str]:
        wanted = method.spec.get("request")
        if wanted is None:
            if exchange.body:
                yield f"{method.id} takes no body, but there is one"
            return
        body, has_media = exchange.body, False
        if method.upload:
            body, problems = opened_upload(exchange, method.spec["mediaUpload"])
            yield from problems
            if body is None:
                return
            has_media = True
        elif not exchange.headers.get("content-type", "").startswith("application/json"):
            yield "the body is not declared as application/json"
        try:
            value = json.loads(body)
        except ValueError:
            yield "the body is no JSON"
            return
        yield from value_problems(value, wanted, self.schemas, "body")
        properties = self.schemas[wanted["$ref"]]["properties"]
        for name, spec in properties.items():
            required = method.id in spec.get("annotations", {}).get("required", [])
            # The media of an upload stands for `raw`; a draft to be sent may bring a new message instead of an id.
            if required and not has_media and name not in value and "message" not in value:
                yield f"body.{name}: required by {method.id}, but not given"

    def answer_problems(self, exchange: Exchange, method: Method) -> Iterator[str]:
        """What is wrong with a successful answer."""
        wanted = method.spec.get("response")
        if wanted is None:
            if exchange.answer or exchange.status != 204:
                yield f"{method.id} answers nothing, but this is {exchange.status} with {len(exchange.answer)} bytes"
            return
        if exchange.status != 200 or exchange.media_type != "application/json":
            yield f"{exchange.status} {exchange.media_type} instead of 200 application/json"
            return
        try:
            value = exchange.answer_json()
        except ValueError:
            yield "the answer is no JSON"
            return
        found = list(value_problems(value, wanted, self.schemas, "answer"))
        yield from found
        if not found:
            yield from gmail_facts.answer_problems(value, wanted["$ref"], method.id, dict(exchange.query))


def pattern(path: str) -> re.Pattern[str]:
    """A path with `{parameters}` as a regular expression with named groups."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def opened_upload(exchange: Exchange, media: Mapping[str, Any]) -> tuple[bytes | None, list[str]]:
    """The JSON beside uploaded media (`None` when there is none), and what is wrong with the upload."""
    kind = dict(exchange.query).get("uploadType")
    declared = exchange.headers.get("content-type", "")
    json_part, problems = None, []
    if kind == "multipart":
        head = f"Content-Type: {declared}\r\n\r\n".encode()
        whole = message_from_bytes(head + exchange.body, policy=policy.HTTP)
        parts = list(whole.iter_parts()) if whole.is_multipart() else []
        if len(parts) != 2 or parts[0].get_content_type() != "application/json":
            return None, ["a multipart upload is JSON followed by the media"]
        json_part, declared = parts[0].get_payload(decode=True), parts[1].get_content_type()
    elif kind != "media":
        problems.append(f"uploadType {kind!r} is neither media nor multipart")
    accepted = [re.compile(re.escape(accept).replace(r"\*", ".+")) for accept in media["accept"]]
    if not any(accept.match(declared) for accept in accepted):
        problems.append(f"media of the type {declared!r}, accepted: {media['accept']}")
    if len(exchange.body) > int(media["maxSize"]):
        problems.append(f"{len(exchange.body)} bytes, at most {media['maxSize']}")
    return json_part, problems
