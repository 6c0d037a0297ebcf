"""One contract and one sandbox for all tests. A test fails when anything it exchanged broke the contract."""

from __future__ import annotations

import os
import signal
from typing import Any, Callable, Iterator, Sequence

import pytest

from consent import MODIFY, READONLY, SIGN_IN, connect, gmail
from contract import Contract
from discovery import Discovery
from sandbox import Sandbox

# oauthlib insists on https; the sandbox is on the loopback.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

CONTRACT = pytest.StashKey[Contract]()
BEFORE = pytest.StashKey[int]()
Start = Callable[..., Sandbox]


def pytest_configure(config: pytest.Config) -> None:
    """One contract for the whole run; a termination ends the sandboxes like Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.stash[CONTRACT] = Contract(Discovery())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fails a test for the violations that were recorded since the one before, its set-up included."""
    contract = item.config.stash[CONTRACT]
    result = yield
    broken = contract.violations[item.stash[BEFORE]:]
    if broken:
        pytest.fail(f"{len(broken)} violations of the contract:\n  " + "\n  ".join(broken[:40]), pytrace=False)
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Notes where the violations of this test begin."""
    item.stash[BEFORE] = len(item.config.stash[CONTRACT].violations)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Prints how much was checked."""
    terminalreporter.section("contract")
    for line in config.stash[CONTRACT].summary():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def contract(pytestconfig: pytest.Config) -> Contract:
    """The contract of the run."""
    return pytestconfig.stash[CONTRACT]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The sandbox most tests share; its clock is never moved."""
    sandbox = Sandbox.start("--messages=600", "--people=4")
    yield sandbox
    sandbox.stop()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts sandboxes of a test's own, with its own flags."""
    started: list[Sandbox] = []

    def begin(*flags: str) -> Sandbox:
        people = () if any(flag.startswith("--people=") for flag in flags) else ("--people=2",)
        started.append(Sandbox.start("--messages=120", *people, *flags))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def reader(sandbox: Sandbox) -> str:
    """A person whose mailbox no test changes."""
    return sandbox.people[0]


@pytest.fixture(scope="session")
def writer(sandbox: Sandbox) -> str:
    """A person whose mailbox tests change."""
    return sandbox.people[1]


@pytest.fixture(scope="session")
def traveller(sandbox: Sandbox) -> str:
    """A person whose grants tests end."""
    return sandbox.people[2]


@pytest.fixture(scope="session")
def client_for(sandbox: Sandbox, contract: Contract) -> Callable[[str, Sequence[str]], Any]:
    """Makes Gmail clients of the shared sandbox for a person and scopes."""
    return lambda person, scopes: gmail(sandbox, contract, connect(sandbox, contract, person, (*SIGN_IN, *scopes)))


@pytest.fixture(scope="session")
def reading(client_for: Callable[..., Any], reader: str) -> Any:
    """The users resource for reading."""
    return client_for(reader, [READONLY]).users()


@pytest.fixture(scope="session")
def changing(client_for: Callable[..., Any], writer: str) -> Any:
    """The users resource for changing."""
    return client_for(writer, [MODIFY]).users()
