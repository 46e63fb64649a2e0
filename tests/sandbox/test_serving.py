"""The sandbox as a process of its own, as newcomers start it."""

from __future__ import annotations

import re
import subprocess
import sys

import httpx


def test_it_says_where_it_is_and_which_keys_it_takes() -> None:
    program = "from reply_mcp.sandbox import serve; serve(port=0, rate_limits='5/minute')"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", first)
            assert found, first
            keys = [process.stdout.readline().split()[0] for _ in range(5)]
            assert keys[0] == "sandbox-full-access"
            headers = {"Authorization": f"Bearer {keys[0]}"}
            with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as client:
                answer = client.get(f"{found[0]}/v3/whoami", headers=headers)
            assert answer.json()["username"] == "Maria Silva"
            assert answer.headers["X-Rate-Limit-Remaining"] == "4"
        finally:
            process.terminate()
    assert process.returncode is not None
