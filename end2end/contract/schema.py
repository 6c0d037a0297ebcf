"""JSON values and query texts held against the schemas of a discovery document."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from typing import Any, Iterator, Mapping

BASE64_URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")
INTEGER_TEXT = re.compile(r"-?(0|[1-9][0-9]*)")
RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}

Schemas = Mapping[str, Mapping[str, Any]]


def decoded(text: str) -> bytes:
    """The bytes behind base64url with or without padding; raises `ValueError`."""
    if not BASE64_URL.fullmatch(text):
        raise ValueError("not in the base64url alphabet")
    bare = text.rstrip("=")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


def text_problems(text: str, spec: Mapping[str, Any], at: str) -> Iterator[str]:
    """What is wrong with a string: its enumeration, its pattern, its format."""
    if "enum" in spec and text not in spec["enum"]:
        yield f"{at}: {text!r} is none of {spec['enum']}"
    if "pattern" in spec and not re.search(spec["pattern"], text):
        yield f"{at}: {text!r} does not match {spec['pattern']}"
    form = spec.get("format")
    if form in RANGES:
        yield from range_problems(text, form, at)
    elif form == "byte":
        try:
            decoded(text)
        except (ValueError, binascii.Error) as error:
            yield f"{at}: not base64url ({error})"
    elif form in ("google-datetime", "date-time"):
        try:
            datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            yield f"{at}: {text!r} is no RFC 3339 time"
    elif form is not None:
        yield f"{at}: the format {form!r} is not known to this check"


def range_problems(number: int | str, form: str, at: str) -> Iterator[str]:
    """What is wrong with a whole number, in JSON or written as text."""
    if isinstance(number, str) and not INTEGER_TEXT.fullmatch(number):
        yield f"{at}: {number!r} is no {form}"
        return
    low, high = RANGES[form]
    if not low <= int(number) <= high:
        yield f"{at}: {number} is outside {form}"


def parameter_problems(text: str, spec: Mapping[str, Any], at: str) -> Iterator[str]:
    """What is wrong with a parameter, which always arrives as text."""
    kind = spec["type"]
    if kind == "boolean" and text not in ("true", "false"):
        yield f"{at}: {text!r} is no boolean"
    elif kind == "integer":
        yield from range_problems(text, spec.get("format", "int64"), at)
    elif kind == "string":
        yield from text_problems(text, spec, at)
    elif kind not in ("boolean", "integer", "string"):
        yield f"{at}: the type {kind!r} is not known to this check"


def value_problems(value: Any, spec: Mapping[str, Any], schemas: Schemas, at: str = "$") -> Iterator[str]:
    """What is wrong with a JSON value: unknown properties, wrong types, formats and enumerations, at any depth."""
    name = spec.get("$ref")
    if name is not None:
        spec = schemas[name]
    kind = spec["type"]
    if kind == "object":
        yield from object_problems(value, spec, schemas, at, name or "this object")
    elif kind == "array":
        if not isinstance(value, list):
            yield f"{at}: {value!r:.60} is no array"
            return
        for index, item in enumerate(value):
            yield from value_problems(item, spec["items"], schemas, f"{at}[{index}]")
    elif kind == "string":
        if isinstance(value, str):
            yield from text_problems(value, spec, at)
        else:
            yield f"{at}: {value!r:.60} is no string" + (f" (a JSON {spec['format']} is one)" if "format" in spec else "")
    elif kind == "integer":
        if isinstance(value, int) and not isinstance(value, bool):
            yield from range_problems(value, spec.get("format", "int64"), at)
        else:
            yield f"{at}: {value!r:.60} is no integer"
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield f"{at}: {value!r:.60} is no boolean"
    else:
        yield f"{at}: the type {kind!r} is not known to this check"


def object_problems(value: Any, spec: Mapping[str, Any], schemas: Schemas, at: str, name: str) -> Iterator[str]:
    """What is wrong with the properties of an object."""
    if not isinstance(value, dict):
        yield f"{at}: {value!r:.60} is no object"
        return
    known, others = spec.get("properties", {}), spec.get("additionalProperties")
    for key, inner in value.items():
        if key in known:
            yield from value_problems(inner, known[key], schemas, f"{at}.{key}")
        elif others is not None:
            yield from value_problems(inner, others, schemas, f"{at}.{key}")
        else:
            yield f"{at}.{key}: {name} has no such property"
