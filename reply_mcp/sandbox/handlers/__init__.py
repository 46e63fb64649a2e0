"""What answers v3's operations: a package for each area of the catalog, and in it a module for each kind of thing."""

from __future__ import annotations

import pkgutil
from importlib import import_module


def load_handlers() -> None:
    """Imports every module below this package: each registers its handlers (see `sandbox.http.handler`)."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        import_module(module.name)
