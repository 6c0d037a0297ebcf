"""The loop that the guides show: list the ids, get every message by itself, commit it by itself. With Google's own client
library, against a sandbox of its own. Prints messages a second.

    straightforward.py MESSAGES LATENCY_MS
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "end2end" / "contract"))
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

from googleapiclient.discovery import build_from_document  # noqa: E402

from consent import READONLY, connect  # noqa: E402
from contract import Contract  # noqa: E402
from discovery import Discovery  # noqa: E402
from sandbox import Sandbox  # noqa: E402


def main(messages: int, latency: int) -> float:
    """Messages a second."""
    sandbox = Sandbox.start(f"--messages={messages}", f"--latency-ms={latency}")
    try:
        contract = Contract(Discovery())
        credentials = connect(sandbox, contract, sandbox.people[0], ["openid", READONLY])
        document = json.loads(contract.discovery.text)
        gmail = build_from_document(document, credentials=credentials, client_options={"api_endpoint": f"{sandbox.url}/"})
        with tempfile.TemporaryDirectory() as folder:
            database = sqlite3.connect(Path(folder) / "mail.db")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE messages (id TEXT PRIMARY KEY, body TEXT)")
            started = time.monotonic()
            stored = copy_all(gmail.users().messages(), database)
            seconds = time.monotonic() - started
        assert stored == messages, f"{stored} of {messages}"
        return messages / seconds
    finally:
        sandbox.stop()


def copy_all(api: object, database: sqlite3.Connection) -> int:
    """Copies every message; how many."""
    stored, token = 0, None
    while True:
        page = api.list(userId="me", maxResults=500, includeSpamTrash=True, pageToken=token).execute()
        for name in page.get("messages", []):
            message = api.get(userId="me", id=name["id"], format="full").execute()
            database.execute("INSERT INTO messages VALUES (?, ?)", (message["id"], json.dumps(message)))
            database.commit()
            stored += 1
        token = page.get("nextPageToken")
        if token is None:
            return stored


if __name__ == "__main__":
    print(f"{main(int(sys.argv[1]), int(sys.argv[2])):.1f}")
