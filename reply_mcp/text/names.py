"""Names as they are compared, however they are written."""

from __future__ import annotations

import re
from functools import lru_cache

_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """The letters and digits of a name, without regard to case: `First Name`, `first_name` and `firstName` are one, and
    so are `E-mail` and `email`."""
    return _SEPARATORS.sub("", name).casefold()
