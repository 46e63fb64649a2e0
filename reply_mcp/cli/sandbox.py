"""`reply-mcp sandbox`."""

from __future__ import annotations

import argparse
import math
import sqlite3

from reply_mcp.settings import SettingError, shown

FASTEST = 1_000_000
"""Virtual seconds a second."""


def run(options: argparse.Namespace) -> int:
    """Serves the embedded Reply until it is interrupted."""
    from reply_mcp.sandbox import serve

    if not 0 <= options.speed <= FASTEST or math.isnan(options.speed):
        raise SettingError(f"--speed {options.speed:g}: it takes a number from 0 to {FASTEST:,}")
    try:
        serve(
            options.host,
            options.port,
            database=options.db,
            seed=options.seed,
            documented=options.documented,
            rate_limits=options.rate_limits,
            speed=options.speed,
        )
    except (OSError, OverflowError) as error:
        reason = (error.strerror or type(error).__name__) if isinstance(error, OSError) else "no such port"
        raise SettingError(f"--host {options.host} --port {options.port}: cannot be listened on ({reason})") from None
    except sqlite3.Error as error:
        raise SettingError(f"--db {shown(options.db)}: cannot be used ({error})") from None
    except ValueError as error:
        raise SettingError(f"--rate-limits: {error}") from None
    return 0
