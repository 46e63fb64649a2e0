"""Where a setting says that limiters are kept."""

from __future__ import annotations

import re

EXPECTED = (
    "memory:, sqlite: (a file in the state directory), sqlite:///path/to/file, redis://host:6379/0, rediss://…, "
    "redis+cluster://host:6379 or redis+sentinel://host:26379,host2:26379/name"
)
REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel")


def check_url(url: str) -> str:
    """The setting, if it names a store.

    Raises:
        ValueError: with what is expected.
    """
    scheme, colon, rest = url.strip().partition(":")
    if not colon or scheme not in ("memory", "sqlite", *REDIS_SCHEMES) or (scheme in REDIS_SCHEMES and not rest[2:]):
        raise ValueError(EXPECTED)
    if scheme == "memory" and rest:
        raise ValueError(EXPECTED)
    if scheme == "sqlite" and rest and not (rest.startswith("///") and rest[3:]):
        raise ValueError(EXPECTED)
    return url.strip()


def is_redis(url: str) -> bool:
    """Whether a setting names a Redis, which several machines share."""
    return url.strip().partition(":")[0] in REDIS_SCHEMES


def file_path(path: str) -> str:
    """The path of `sqlite:///path`, which is absolute: `/var/x`, `~/x`, and `C:/x` where there are drives."""
    path = "/" + path.lstrip("/")
    return path[1:] if re.match(r"/(~|[A-Za-z]:)", path) else path
