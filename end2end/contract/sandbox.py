"""The sandbox under test: starting it on free ports, its own routes, stopping it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import Any

import requests

CLIENT_ID = "contract-test"
CLIENT_SECRET = "contract-test-secret"
REDIRECT_URI = "http://localhost:3000/auth/google/callback"


@dataclass
class Sandbox:
    """A running sandbox; its control routes are not part of the contract and go unrecorded."""

    url: str
    microsoft_url: str
    people: list[str]
    process: subprocess.Popen[str]
    control: requests.Session = field(default_factory=requests.Session)

    @staticmethod
    def start(*flags: str) -> Sandbox:
        """Starts one and waits until it has told its address and its people."""
        client = f"{CLIENT_ID}:{CLIENT_SECRET}:{REDIRECT_URI}"
        command = [os.environ["SANDBOX_BIN"], "--google-port=0", "--microsoft-port=0", f"--client={client}", *flags]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        url, microsoft_url, people, wanted = "", "", [], 3
        for flag in flags:
            wanted = int(flag.removeprefix("--people=")) if flag.startswith("--people=") else wanted
        assert process.stdout is not None
        while len(people) < wanted:
            line = process.stdout.readline()
            assert line, f"the sandbox ended early: {command}"
            kind, _, value = line.strip().partition(" ")
            if kind == "Google":
                url = value.strip()
            elif kind == "Microsoft":
                microsoft_url = value.strip()
            elif kind == "Person":
                people.append(value.strip())
        return Sandbox(url, microsoft_url, people, process)

    def stop(self) -> None:
        """Ends it and waits until it is gone."""
        self.control.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _control(self, verb: str, path: str, **options: Any) -> requests.Response:
        response = self.control.request(verb, f"{self.url}/_sandbox/{path}", timeout=30, **options)
        response.raise_for_status()
        return response

    def truth(self, person: str) -> list[dict[str, Any]]:
        """Every mail of a person: `id`, `thread_id`, `labels`."""
        return self._control("GET", f"mailboxes/{person}/ids").json()

    def deliver(self, person: str, mail: bytes) -> str:
        """A new mail arrives; its id."""
        return self._control("POST", f"mailboxes/{person}/deliver", data=mail).json()["id"]

    def remove(self, person: str, message: str) -> None:
        """A mail disappears for good."""
        self._control("DELETE", f"mailboxes/{person}/messages/{message}")

    def service_account(self) -> dict[str, str]:
        """The key file of the pretend project's service account."""
        return self._control("GET", "service-account").json()

    def end_grants(self, person: str, reason: str) -> None:
        """The provider ends a person's grants."""
        self._control("POST", f"people/{person}/revoke", json={"reason": reason})

    def end_grants_at_microsoft(self, person: str, reason: str) -> None:
        """Microsoft ends a person's grants."""
        url = f"{self.microsoft_url}/_sandbox/people/{person}/revoke"
        self.control.post(url, json={"reason": reason}, timeout=30).raise_for_status()

    def at_microsoft(self, verb: str, path: str, **options: Any) -> Any:
        """One of its own routes, on Microsoft's port."""
        response = self.control.request(verb, f"{self.microsoft_url}/_sandbox/{path}", timeout=30, **options)
        response.raise_for_status()
        return response.json() if response.content else None

    def requests(self) -> list[dict[str, Any]]:
        """What was asked so far: `method`, `path`, `person`, `units`, `status`."""
        return self._control("GET", "requests").json()

    def advance(self, seconds: int) -> None:
        """Moves the sandbox's clock on."""
        self._control("POST", "clock", json={"advance_s": seconds})
