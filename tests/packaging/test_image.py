"""The container image without a container engine: the Dockerfile's own steps, run as a script in a folder.

What the last stage would run is then run by an unprivileged user with a home that nobody can write to, and talked to
by a real client. Needs the package index, as building the image does.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

import reply_mcp
from tests.packaging.dockerfile import BUILD, FINAL, PYTHON, ROOT

LONG = bool(os.environ.get("IMAGE_LONG"))
FOLDERS = re.compile(r"(?<![\w./])/(?=(?:src|build|wheels|opt)\b)")
"""The start of a path that the Dockerfile names; everything else is the machine's own."""


@dataclass(frozen=True)
class Image:
    """The image's files below `root`, and how to run as its user."""

    root: Path
    as_user: tuple[str, ...]

    def path(self, text: str) -> str:
        return FOLDERS.sub(f"{self.root}/", text)


def unprivileged(interpreters: list[str]) -> tuple[tuple[str, ...], str]:
    """How to run as the image's user, and an interpreter that this user may run.

    Where only root may read the interpreter, the user is root without any of root's powers.
    """
    if os.geteuid() != 0:
        return (), interpreters[0]
    user, group = FINAL.last("USER").split(":")
    prefix = ("setpriv", "--reuid", user, "--regid", group, "--clear-groups")
    works = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    for interpreter in interpreters:
        if (
            Path(interpreter).exists()
            and not subprocess.run([*prefix, interpreter, "-c", works], cwd="/", capture_output=True).returncode
        ):
            return prefix, interpreter
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"), interpreters[0]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """The build stage, done step by step. Not in pytest's own folder, which other users cannot enter."""
    if not LONG:
        pytest.skip("`make deployment` builds the image")
    own = str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    as_user, interpreter = unprivileged([own, "/usr/local/bin/python3", "/usr/bin/python3"])
    root = Path(tempfile.mkdtemp(prefix="reply-mcp-image-"))
    root.chmod(0o755)
    try:
        image = Image(root, as_user)
        (root / "bin").mkdir()
        python = root / "bin" / "python3"
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(interpreter)} "$@"\n')
        python.chmod(0o755)
        build(image)
        yield image
    finally:
        shutil.rmtree(root)


def build(image: Image) -> None:
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    here = image.root
    environment = {**os.environ, "PATH": f"{image.root}/bin:/usr/local/bin:/usr/bin:/bin"}
    environment.pop("PYTHONPATH", None)
    environment["PIP_NO_COMPILE"] = "1"  # most of the build's time, and nothing here asks how fast the image starts
    for instruction, rest in BUILD.instructions:
        if instruction == "WORKDIR":
            here = Path(image.path(rest))
            here.mkdir(parents=True)
        elif instruction == "COPY":
            *sources, target = rest.split()
            for source in sources:
                assert f"!{source}" in allowed, f".dockerignore keeps {source} out of the build"
                place = here / target
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, place / source if target.endswith("/") else place)
        elif instruction == "RUN" and rest.startswith("apt-get"):
            pass  # Debian's packages: the interpreter of this machine stands in for them
        elif instruction == "RUN":
            done = subprocess.run(
                ["sh", "-euc", image.path(rest)], cwd=here, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"
        else:
            assert instruction == "ENV", f"this test does not know {instruction}"


async def test_serves_as_an_unprivileged_user_with_a_read_only_home(image: Image) -> None:
    home = image.root / "home"
    home.mkdir(mode=0o555)
    environment = {name: image.path(value) for name, value in FINAL.pairs("ENV").items()}
    path, _, rest = environment["PATH"].partition(":")
    assert rest == "$PATH"
    command, *arguments = [*json.loads(FINAL.last("ENTRYPOINT")), *json.loads(FINAL.last("CMD"))]
    assert FINAL.all("COPY")[0] == "--from=build /opt/reply-mcp /opt/reply-mcp", "a virtual environment cannot move"
    line = [*image.as_user, f"{path}/{command}", *arguments]
    server = StdioServerParameters(
        command=line[0], args=line[1:], cwd="/", env={**environment, "PATH": f"{path}:/usr/bin:/bin", "HOME": str(home)}
    )
    async with Client(server, read_timeout_seconds=30) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        answer = await client.call_tool("reply_run_read", {"tool": "reply_whoami"})
    assert "reply_find_tools" in names
    # There is no key: the server still answers, and says what is missing.
    assert "REPLY_API_KEY" in answer.content[0].text
    assert list(home.iterdir()) == []


def test_the_home_cannot_be_written(image: Image) -> None:
    """Or else the test above would show nothing."""
    home = image.root / "locked"
    home.mkdir(mode=0o555)
    done = subprocess.run([*image.as_user, "touch", str(home / "file")], cwd="/", capture_output=True)
    assert done.returncode != 0


def test_nothing_can_be_installed_into_the_image(image: Image) -> None:
    done = subprocess.run([image.path("/opt/reply-mcp/bin/python"), "-m", "pip"], capture_output=True, text=True)
    assert "No module named pip" in done.stderr


def test_no_stage_of_what_is_kept_has_pip() -> None:
    """Debian's Python has none unless it is asked for; what a later layer removes is still in the image."""
    assert PYTHON.base == "debian:13-slim AS python"
    assert BUILD.base == "python AS build"
    assert FINAL.base == "python"
    assert "pip" not in " ".join(PYTHON.all("RUN"))
    assert "venv" not in " ".join(PYTHON.all("RUN"))
    assert FINAL.all("RUN") == []


def test_its_health_is_asked_as_it_says(image: Image) -> None:
    """Over stdio nothing listens; here no server is process 1, so the same command is content."""
    _, _, command = FINAL.last("HEALTHCHECK").partition("CMD ")
    program, *arguments = json.loads(command)
    assert program == "python3"
    done = subprocess.run(
        [*image.as_user, image.path("/opt/reply-mcp/bin/python3"), *arguments], cwd="/", capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_user_is_a_number_and_not_root() -> None:
    user, group = FINAL.last("USER").split(":")
    assert int(user) > 0
    assert int(group) > 0


def test_labels_name_the_server_as_the_registry_does() -> None:
    registry = json.loads((ROOT / "manifests/server.json").read_text("utf-8"))
    labels = FINAL.pairs("LABEL")
    assert labels["io.modelcontextprotocol.server.name"] == registry["name"]
    assert labels["org.opencontainers.image.licenses"] == "MIT"


def test_the_wheel_holds_the_package_and_nothing_else(image: Image) -> None:
    (wheel,) = (image.root / "wheels").iterdir()
    assert wheel.name == f"reply_mcp-{reply_mcp.__version__}-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    assert {"reply_mcp/py.typed", "reply_mcp/catalog/generated/index.json", "reply_mcp/workflows/index.json"} <= set(
        names
    )
    assert {name.split("/")[0] for name in names} == {"reply_mcp", f"reply_mcp-{reply_mcp.__version__}.dist-info"}
    sources = {
        path.relative_to(image.root / "src").as_posix() for path in (image.root / "src" / "reply_mcp").rglob("*.py")
    }
    assert sources <= set(names)
