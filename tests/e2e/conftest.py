from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.e2e.soundness import Errors


@pytest.fixture(scope="module")
def errors() -> Iterator[Errors]:
    """What is logged as an error meanwhile."""
    handler = Errors()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
