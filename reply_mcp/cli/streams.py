"""The standard streams as commands need them: output in any encoding, and none of them missing."""

from __future__ import annotations

import io
import os
import sys


def open_streams() -> None:
    """Makes what is printed arrive whole: a pipe gets UTF-8, and a terminal that cannot show a sign its escape. A
    stream that was closed before the start holds nothing, or takes everything."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            # It goes on as long as the process.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
