"""The one error of settings."""

from __future__ import annotations


class SettingError(ValueError):
    """A setting is wrong. The message is one line, without any secret."""
