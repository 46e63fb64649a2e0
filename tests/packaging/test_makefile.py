"""What make says before anything is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_without_a_recent_python_one_line_says_what_to_do(tmp_path: Path) -> None:
    done = make("UV=", f"VENV={tmp_path}/venv", "PYTHON=/nowhere/python", "test")
    said, *rest = done.stderr.splitlines()
    assert done.returncode != 0
    assert "Python 3.11 or newer" in said
    assert "/nowhere/python" in said
    # make's own word about the target that failed.
    assert len(rest) == 1
    assert not (tmp_path / "venv").exists()


def test_a_python_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("UV=", f"VENV={tmp_path}/venv", f"PYTHON={old}", "test")
    assert done.returncode != 0
    assert "none of these is" in done.stderr


def test_help_tells_of_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    assert {line.split()[0] for line in make().stdout.splitlines()} == targets
