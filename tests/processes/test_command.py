"""What a test starts ends, is killed and is given its streams as the real process."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.processes.command import REAL, reply_mcp


@pytest.mark.parametrize("arguments", [("--version",), ("nothing",), ("call", "reply_whoami")])
def test_it_ends_and_writes_as_the_real_one(arguments: tuple[str, ...]) -> None:
    stand_in, real = (
        subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120)
        for command in (reply_mcp(), REAL)
    )
    assert (stand_in.returncode, stand_in.stdout, stand_in.stderr) == (real.returncode, real.stdout, real.stderr)
    assert real.stdout + real.stderr


@contextmanager
def sandbox() -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = reply_mcp("sandbox", "--port", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            yield process, found[0]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it(number: signal.Signals) -> None:
    with sandbox() as (process, url):
        assert httpx.get(f"{url}/sandbox/clock", timeout=60).status_code == 200
        process.send_signal(number)
        assert process.wait(60) == -number
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(url, timeout=60)
            except httpx.TransportError:
                return
            time.sleep(0.01)
    raise AssertionError("it still answers")
