"""What is logged: where it went wrong and of what class, never what somebody wrote, an address or a token."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")  # of the request or socket that is being served


class Routes(logging.Filter):
    """A request is logged by its route (`join/confirm/<str:token>/`), not by its path, which may hold a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        request = getattr(record, "request", None)
        if request is not None:
            record.msg, record.args = (
                "%s %s answered %s",
                (getattr(request, "method", "?"), route_of(request), getattr(record, "status_code", "?")),
            )
        return True


class Lines(logging.Formatter):
    """One record, one line, and below it the frames of an exception without its message."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage().replace("\n", "\\n").replace("\r", "\\r")
        record.asctime = self.formatTime(record)
        line = self.formatMessage(record)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line

    def formatException(self, info: tuple) -> str:  # noqa: N802
        return describe(info[1])


class Json(Lines):
    """The same as one JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", ""),
            "message": record.getMessage(),
            **{name: getattr(record, name) for name in ("route", "status", "ms") if hasattr(record, name)},
        }
        if record.exc_info:
            said["frames"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def route_of(request: Any) -> str:
    """The pattern of the address that was asked for, as it stands in a urls.py."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no such page)"


def describe(error: BaseException | None) -> str:
    """The classes and frames of an exception and of what caused it. Messages are left out: they quote data."""
    parts: list[str] = []
    while error is not None:
        parts.append(frames(error.__traceback__) + type(error).__name__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\ncaused by\n".join(parts)


def frames(trace: TracebackType | None) -> str:
    return "".join(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in traceback.extract_tb(trace))
