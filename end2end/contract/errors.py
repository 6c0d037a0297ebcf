"""The error body of Google's APIs."""

from __future__ import annotations

from typing import Iterator

from exchange import Exchange

# HTTP status → gRPC status names, and the reasons documented for Gmail (or `None`: any).
KNOWN: dict[int, tuple[set[str], set[str] | None]] = {
    400: ({"INVALID_ARGUMENT", "FAILED_PRECONDITION"}, {"badRequest", "failedPrecondition", "invalidArgument"}),
    401: ({"UNAUTHENTICATED"}, {"authError"}),
    403: ({"PERMISSION_DENIED", "RESOURCE_EXHAUSTED"}, {
        "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "domainPolicy", "insufficientPermissions",
        "forbidden"}),
    404: ({"NOT_FOUND"}, {"notFound"}),
    409: ({"ABORTED", "ALREADY_EXISTS"}, None),
    413: ({"INVALID_ARGUMENT"}, {"uploadTooLarge"}),
    429: ({"RESOURCE_EXHAUSTED"}, {"rateLimitExceeded"}),
    500: ({"INTERNAL", "UNKNOWN"}, {"backendError"}),
    503: ({"UNAVAILABLE"}, {"backendError"}),
}
LIMITS = {"rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"}
SCOPE_MISSING = "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def error_of(exchange: Exchange) -> dict | None:
    """The object under `error`, or `None`."""
    try:
        error = exchange.answer_json().get("error")
    except (ValueError, AttributeError):
        return None
    return error if isinstance(error, dict) else None


def says_scope_missing(exchange: Exchange) -> bool:
    """Whether a call was refused because its token lacks the scope."""
    details = (error_of(exchange) or {}).get("details", [])
    return exchange.status == 403 and any(detail.get("reason") == SCOPE_MISSING for detail in details)


def problems(exchange: Exchange) -> Iterator[str]:
    """What is wrong with an error answer."""
    error = error_of(exchange)
    if exchange.media_type != "application/json" or error is None:
        yield f"{exchange.status} {exchange.media_type} without an error object"
        return
    if exchange.status not in KNOWN:
        yield f"status {exchange.status} is not among the documented ones"
        return
    statuses, reasons = KNOWN[exchange.status]
    if set(exchange.answer_json()) != {"error"} or set(error) - {"details"} != {"code", "message", "errors", "status"}:
        yield f"error: has {sorted(error)}"
    if error.get("code") != exchange.status:
        yield f"error.code: {error.get('code')} in an answer {exchange.status}"
    if not isinstance(error.get("message"), str) or not error["message"]:
        yield "error.message: missing"
    if error.get("status") not in statuses:
        yield f"error.status: {error.get('status')} is none of {sorted(statuses)}"
    listed = error.get("errors")
    if not isinstance(listed, list) or not listed:
        yield "error.errors: empty"
        return
    for item in listed:
        if not {"domain", "reason", "message"} <= set(item) <= {"domain", "reason", "message", "locationType", "location"}:
            yield f"error.errors: has {sorted(item)}"
        reason = item.get("reason")
        if reasons is not None and reason not in reasons:
            yield f"error.errors: reason {reason!r} is none of {sorted(reasons)}"
        if (reason in LIMITS) != (item.get("domain") == "usageLimits"):
            yield f"error.errors: {reason} in the domain {item.get('domain')}"
    for detail in error.get("details", []):
        if not str(detail.get("@type", "")).startswith("type.googleapis.com/google.rpc."):
            yield f"error.details: of the type {detail.get('@type')}"
    if exchange.status == 401 and "www-authenticate" not in exchange.answer_headers:
        yield "a 401 without WWW-Authenticate"
