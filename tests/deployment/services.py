"""The services of `manifests/compose.yaml` as processes of this machine: the same commands, variables and `nginx.conf`,
with other addresses and folders.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from reply_mcp.server.http.probe import is_well
from tests.consent import SEAL_KEY
from tests.packaging.dockerfile import FINAL
from tests.processes.command import reply_mcp

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ROOT / "manifests"
REPLICAS = ("mcp1", "mcp2")
PORTS = {"mcp1": 8000, "mcp2": 8000, "nginx": 8080, "redis": 6379}
SECRETS = {"api_key": "sandbox-master", "seal_keys": SEAL_KEY, "metrics_token": "the-token-of-metrics"}


def compose(environment: Mapping[str, str]) -> dict[str, Any]:
    """The file as Compose reads it: variables filled in, one that is needed and missing a KeyError."""

    def filled(found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        return environment[name] if default is None else environment.get(name, default)

    text = (MANIFESTS / "compose.yaml").read_text("utf-8")
    value: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{(\w+)(?::\?[^}]*|:-([^}]*))\}", filled, text))
    return value


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Services:
    """All of them.

    Args:
        folder: where volumes, secrets and temporary files are.
        variables: what the operator sets for Compose.
        more: further variables of the replicas, such as where Reply is; None takes one away.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str], more: Mapping[str, str | None]) -> None:
        for program in ("nginx", "redis-server"):
            if shutil.which(program) is None and not Path("/usr/sbin", program).exists():
                pytest.skip(f"{program} is not installed (Debian: apt-get install nginx-light redis-server)")
        self._folder = folder
        self._more = more
        self.ports = {name: _free_port() for name in PORTS}
        self.url = f"http://127.0.0.1:{self.ports['nginx']}"
        self._services = compose({"REPLY_PUBLIC_URL": f"{self.url}/mcp", **variables})["services"]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("secrets", "state", "data", "tmp"):
            (folder / name).mkdir()
        for name, value in SECRETS.items():
            (folder / "secrets" / name).write_text(value)

    def start(self, name: str) -> None:
        """Starts a service, and waits until its own health check is content."""
        command, environment = getattr(self, f"_{name.rstrip('12')}")(name)
        with self._log_of(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        for _ in range(1200):
            if self._is_healthy(name):
                return
            if self.processes[name].poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{name} did not start: {self.log(name)[-3000:]}")

    def stop(self, name: str, with_signal: int = signal.SIGTERM) -> int:
        """Stops a service as the engine does; its exit status. One that takes longer than its period of grace fails."""
        process = self.processes.pop(name)
        process.send_signal(with_signal)
        grace = str(self._services[name].get("stop_grace_period", "10s"))
        return process.wait(float(grace.removesuffix("s")))

    def log(self, name: str) -> str:
        """Everything that a service wrote, once it has ended."""
        process = self.processes.get(name)
        assert process is None or process.poll() is not None, "the log is whole when the service has ended"
        return self._log_of(name).read_text("utf-8", "replace")

    def _log_of(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _is_healthy(self, name: str) -> bool:
        test = self._services[name]["healthcheck"]["test"]
        assert test[0] == "CMD"
        if name in REPLICAS:
            assert test[1:4] == ["python3", "-m", "reply_mcp.server.http.probe"]
            return is_well(self.ports[name], test[4])
        if name == "nginx":
            assert test[-1].startswith("http://127.0.0.1:8080/")
            return is_well(self.ports[name], test[-1].removeprefix("http://127.0.0.1:8080"))
        assert test[1:] == ["redis-cli", "ping"]
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", self.ports[name])):
                return False
            asked.sendall(b"PING\r\n")
            return asked.recv(10) == b"+PONG\r\n"

    def _here(self, text: str) -> str:
        """A value of the file with what it is on this machine."""
        found = {"/run/secrets/": f"{self._folder}/secrets/", "/var/lib/state": f"{self._folder}/state"}
        found["/tmp/"] = f"{self._folder}/tmp/"
        found |= {f"{name}:{port}": f"127.0.0.1:{self.ports[name]}" for name, port in PORTS.items()}
        # All in one go: the folder may be one of /tmp itself.
        return re.sub("|".join(map(re.escape, found)), lambda there: found[there[0]], text)

    def _mcp(self, name: str) -> tuple[list[str], dict[str, str]]:
        service = self._services[name]
        coverage = {one: value for one, value in os.environ.items() if one.startswith("COVERAGE")}
        image = {one: value for one, value in FINAL.pairs("ENV").items() if one != "PATH"}
        found = {one: self._here(str(value)) for one, value in (image | service["environment"]).items()}
        found |= coverage | {"PATH": "/usr/bin:/bin"}
        for one, value in self._more.items():
            found.pop(one, None)
            if value is not None:
                found[one] = value
        return reply_mcp(*service["command"], "--port", str(self.ports[name])), found

    def _redis(self, name: str) -> tuple[list[str], dict[str, str]]:
        command = self._services[name]["command"]
        here = ["--port", str(self.ports[name]), "--bind", "127.0.0.1", "--dir", str(self._folder / "data")]
        return [*command, *here], {"PATH": "/usr/bin:/bin"}

    def _nginx(self, name: str) -> tuple[list[str], dict[str, str]]:
        text = self._here((MANIFESTS / "nginx.conf").read_text("utf-8"))
        text = text.replace("listen 8080;", f"listen {self.ports[name]};")
        assert str(self.ports[name]) in text
        assert all(str(self.ports[one]) in text for one in REPLICAS)
        file = self._folder / "nginx.conf"
        # Debian's starts as root, and its workers could not enter the folder; the image's is no one's.
        file.write_text("user root;\n" + text if os.geteuid() == 0 else text)
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        return [program, "-p", str(self._folder), "-c", str(file), "-g", "daemon off;"], {"PATH": "/usr/bin:/bin"}


@contextmanager
def services(folder: Path, variables: Mapping[str, str], more: Mapping[str, str | None]) -> Iterator[Services]:
    """The services, started in the order in which they depend on one another."""
    found = Services(folder, variables, more)
    try:
        for name in ("redis", *REPLICAS, "nginx"):
            found.start(name)
        yield found
    finally:
        for name in ("nginx", *REPLICAS, "redis"):
            if name in found.processes:
                found.stop(name)
