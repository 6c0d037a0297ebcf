"""The contract: every recorded exchange is held against the documents, and counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Iterator

import errors
import oauth_facts
from batches import inner_exchanges
from discovery import Discovery, Method
from exchange import Exchange


@dataclass
class Contract:
    """What was exchanged so far, and what was wrong with it."""

    discovery: Discovery
    requests: int = 0
    answers: int = 0
    methods: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    scopes: dict[str, set[str]] = field(default_factory=dict)

    def record(self, exchange: Exchange) -> None:
        """Checks one exchange; what is wrong with it joins the violations."""
        self.requests += 1
        self.answers += 1
        where = f"{exchange.method} {exchange.path} → {exchange.status}"
        self.violations.extend(f"{where}: {problem}" for problem in self._problems(exchange))
        self._learn_scopes(exchange)

    def _problems(self, exchange: Exchange) -> Iterator[str]:
        if exchange.path in self._batch_paths() and exchange.method == "POST":
            self.methods["batch"] += 1
            inner, problems = inner_exchanges(exchange)
            yield from problems
            for one in inner:
                self.record(one)
            return
        found = self.discovery.find(exchange.method, exchange.path)
        if found is not None:
            yield from self._api_problems(exchange, *found)
            return
        by_oauth = oauth_facts.problems(exchange)
        if by_oauth is None:
            yield "no document knows this request"
        else:
            self.methods[f"oauth {exchange.path}"] += 1
            yield from by_oauth

    def _batch_paths(self) -> set[str]:
        """Where batches go: the document's address, and the one of the guide."""
        document = self.discovery.document
        return {f"/{document['batchPath']}", f"/{document['batchPath']}/{document['name']}/{document['version']}"}

    def _api_problems(self, exchange: Exchange, method: Method, in_path: dict[str, str]) -> Iterator[str]:
        self.methods[method.id] += 1
        yield from self.discovery.request_problems(exchange, method, in_path)
        if exchange.status < 300:
            yield from self.discovery.answer_problems(exchange, method)
        else:
            yield from errors.problems(exchange)
        granted = self.scopes.get(exchange.bearer or "")
        if granted is None:
            return
        allowed = bool(granted & set(method.spec["scopes"]))
        if exchange.status < 300 and not allowed:
            yield f"answered, although none of {sorted(granted)} allows {method.id}"
        if allowed and errors.says_scope_missing(exchange):
            yield f"refused for its scopes, although {sorted(granted)} allow {method.id}"

    def _learn_scopes(self, exchange: Exchange) -> None:
        if exchange.path == "/token" and exchange.status == 200:
            answer = exchange.answer_json()
            # A service account is not told its scopes; whoever else is not breaks a rule of OAuth's.
            if "access_token" in answer and "scope" in answer:
                self.scopes[answer["access_token"]] = set(answer["scope"].split())

    def summary(self) -> list[str]:
        """The counts, a line each."""
        revision = self.discovery.document["revision"]
        gmail = [name for name in self.methods if name.startswith("gmail.")]
        every = {method.id for method in self.discovery.methods}
        return [
            f"contract: {self.requests} requests and {self.answers} answers checked, {len(self.violations)} violations",
            f"contract: {len(gmail)} of the {len(every)} methods of gmail.v1 (revision {revision}) were called, "
            f"{sum(self.methods[name] for name in gmail)} times; batches: {self.methods['batch']}; "
            f"OAuth: {sum(count for name, count in self.methods.items() if name.startswith('oauth'))}",
        ]
