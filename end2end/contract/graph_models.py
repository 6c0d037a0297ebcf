"""Graph's answers held against the models of `msgraph-sdk`: every property must be known to them and survive a round."""

from __future__ import annotations

import base64
import importlib
import importlib.util
import json
import re
import sys
import types
from datetime import datetime
from typing import Any, Iterator

from kiota_serialization_json.json_parse_node import JsonParseNode
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter

# The path of a request, and the model of its answer.
ITEM = "users.item.mail_folders"
KINDS: list[tuple[str, str]] = [
    (r"/me/mailFolders(\('[^']*'\)|/[^/]+)/messages/delta", f"{ITEM}.item.messages.delta.delta_get_response.DeltaGetResponse"),
    (r"/me/mailFolders/delta", f"{ITEM}.delta.delta_get_response.DeltaGetResponse"),
    (r"/me/mailFolders(/[^/]+/childFolders)?", "models.mail_folder_collection_response.MailFolderCollectionResponse"),
    (r"/me/mailFolders/[^/]+", "models.mail_folder.MailFolder"),
    (r"/me/messages", "models.message_collection_response.MessageCollectionResponse"),
    (r"/me/messages/[^/]+(/move)?", "models.message.Message"),
    (r"/me/messages/[^/]+/attachments", "models.attachment_collection_response.AttachmentCollectionResponse"),
    (r"/subscriptions", "models.subscription_collection_response.SubscriptionCollectionResponse"),
    (r"/subscriptions/[^/]+", "models.subscription.Subscription"),
    (r"/me/translateExchangeIds",
     "users.item.translate_exchange_ids.translate_exchange_ids_post_response.TranslateExchangeIdsPostResponse"),
]
# Where a request makes what another lists.
CREATED = {"/me/messages": "models.message.Message", "/subscriptions": "models.subscription.Subscription"}
ERROR = "models.o_data_errors.o_data_error.ODataError"
# What the models keep beside their properties: annotations, and how changes say that something is gone.
ANNOTATION = re.compile(r"@odata\.[A-Za-z.]+|@removed")


def _model(name: str) -> Any:
    """A class of the package; its client, which needs much more, stays unloaded."""
    if "msgraph" not in sys.modules:
        found = importlib.util.find_spec("msgraph")
        assert found is not None and found.submodule_search_locations is not None
        package = types.ModuleType("msgraph")
        package.__path__ = list(found.submodule_search_locations)
        sys.modules["msgraph"] = package
    module, _, kind = name.rpartition(".")
    return getattr(importlib.import_module(f"msgraph.generated.{module}"), kind)


def kind_of(method: str, path: str, status: int) -> str | None:
    """The model of an answer, or `None` when no model is known for its request."""
    path = re.sub(r"^/v1\.0", "", path).partition("?")[0]
    if status >= 400:
        return ERROR
    if method == "POST" and path in CREATED:
        return CREATED[path]
    return next((kind for pattern, kind in KINDS if re.fullmatch(pattern, path)), None)


def problems(kind: str, body: Any) -> Iterator[str]:
    """What is wrong with an answer: what its model does not know, and what it reads otherwise than it was written."""
    parsed = JsonParseNode(body).get_object_value(_model(kind))
    yield from _strangers(parsed, kind.rpartition(".")[2])
    writer = JsonSerializationWriter()
    parsed.serialize(writer)
    yield from _differences(body, json.loads(writer.get_serialized_content()), "$")


def _strangers(value: Any, at: str) -> Iterator[str]:
    """Properties that the model has no place for."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strangers(inner, f"{at}[{index}]")
    elif hasattr(value, "get_field_deserializers"):
        for name in value.additional_data:
            if not ANNOTATION.fullmatch(name):
                yield f"{at}.{name}: {type(value).__name__} has no such property"
        for name, inner in vars(value).items():
            if name not in ("additional_data", "backing_store"):
                yield from _strangers(inner, f"{at}.{name}")


def _differences(said: Any, read: Any, at: str) -> Iterator[str]:
    """What the model lost or read otherwise."""
    if isinstance(said, dict):
        for name, value in said.items():
            if value is None or name.startswith("@"):
                continue
            if not isinstance(read, dict) or name not in read:
                yield f"{at}.{name}: {value!r:.60} is not what the model expects"
            else:
                yield from _differences(value, read[name], f"{at}.{name}")
    elif isinstance(said, list):
        if not isinstance(read, list) or len(read) != len(said):
            yield f"{at}: a list of {len(said)} became {read!r:.60}"
        else:
            for index, (one, other) in enumerate(zip(said, read)):
                yield from _differences(one, other, f"{at}[{index}]")
    elif said != read and not _same(said, read):
        yield f"{at}: {said!r:.60} became {read!r:.60}"


def _same(said: Any, read: Any) -> bool:
    """Whether two texts are the same moment, or the same bytes."""
    if not isinstance(said, str) or not isinstance(read, str):
        return False
    try:
        moments = [datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None) for text in (said, read)]
        return moments[0] == moments[1]
    except ValueError:
        pass
    try:
        return base64.b64decode(said) == base64.b64decode(read)
    except ValueError:
        return False
