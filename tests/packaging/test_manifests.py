"""The manifests are current, say the truth about the server, and start it."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from mcp import Client, StdioServerParameters

import reply_mcp
from reply_mcp.cli.install.entry import command_line
from reply_mcp.cli.install.hosts import HOSTS as HOSTS_TABLE
from reply_mcp.settings import all_settings
from tests.processes.command import reply_mcp as started

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ROOT / "manifests"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
HOSTS = ("claude-desktop", "claude-code", "cursor", "vscode")
# Of a server that a host starts; those of HTTP are its operator's.
VARIABLES = {setting.metadata["env"] for setting in all_settings() if not setting.metadata.get("http")}


def read(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((MANIFESTS / name).read_text("utf-8"))
    return value


def host_entry(name: str) -> dict[str, Any]:
    """The one server that a host's configuration names."""
    configuration = read(f"{name}.json")
    servers = configuration.get("mcpServers") or configuration["servers"]
    (entry,) = servers.values()
    return dict(entry)


async def listed(command: list[str], environment: dict[str, str], folder: Path = ROOT) -> list[str]:
    """The tools that a server lists which is started so."""
    server = StdioServerParameters(command=command[0], args=command[1:], env=environment, cwd=folder)
    async with Client(server, read_timeout_seconds=30) as client:
        return [tool.name for tool in (await client.list_tools()).tools]


def test_every_generated_file_is_current() -> None:
    done = subprocess.run([sys.executable, MANIFESTS / "build.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_page_on_hosts_shows_the_manifests_as_they_are() -> None:
    page = (ROOT / "docs" / "hosts.md").read_text("utf-8").partition("## As files")[2]
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    assert shown == [read(f"{name}.json") for name in HOSTS]


@pytest.mark.parametrize("name", HOSTS)
async def test_a_host_started_as_configured_gets_the_tools(name: str) -> None:
    entry = host_entry(name)
    package, *arguments = entry["args"]
    assert entry["command"] == "uvx"
    assert package == PROJECT["name"]
    assert PROJECT["scripts"][package] == "reply_mcp.cli:main", "uvx runs the script that is named as the package"
    assert set(entry["env"]) <= VARIABLES
    assert "reply_find_tools" in await listed(started(*arguments), entry["env"])


def test_no_configuration_that_is_shared_holds_the_key() -> None:
    assert host_entry("claude-code")["env"]["REPLY_API_KEY"] == "${REPLY_API_KEY:-}"
    (question,) = read("vscode.json")["inputs"]
    assert question["password"] is True
    assert host_entry("vscode")["env"]["REPLY_API_KEY"] == f"${{input:{question['id']}}}"


def test_the_command_for_claude_code_is_that_of_the_file() -> None:
    page = (ROOT / "docs" / "hosts.md").read_text("utf-8")
    (line,) = re.findall(r"^claude mcp add .*", page, re.MULTILINE)
    options, _, command = line.partition(" -- ")
    entry = host_entry("claude-code")
    assert command.split() == [entry["command"], *entry["args"]]
    # The name comes first: `--env` takes every word that follows it.
    assert re.fullmatch(r"claude mcp add reply --env REPLY_API_KEY=\S+", options)


def query(link: str) -> dict[str, str]:
    return {name: one for name, (one,) in parse_qs(urlsplit(link).query).items()}


def test_links_carry_the_entry_and_no_key() -> None:
    readme, page = ((ROOT / name).read_text("utf-8") for name in ("README.md", "docs/hosts.md"))
    cursor, vscode = re.findall(r"\]\((https://(?:cursor|insiders)[^)]+)\)", readme)
    assert cursor in page
    assert vscode in page
    assert query(cursor)["name"] == query(vscode)["name"] == "reply"
    assert json.loads(base64.b64decode(query(cursor)["config"])) == {"command": "uvx", "args": ["reply-mcp", "serve"]}
    asked = read("vscode.json")
    assert json.loads(query(vscode)["config"]) == asked["servers"]["reply"]
    assert json.loads(query(vscode)["inputs"]) == asked["inputs"]


def test_every_host_has_a_section_with_its_entry() -> None:
    page = (ROOT / "docs" / "hosts.md").read_text("utf-8")
    for host in HOSTS_TABLE:
        section = page.partition(f"## {host.title}\n")[2].partition("\n## ")[0]
        assert f"`reply-mcp install {host.id}`" in section
        (block,) = re.findall(r"```\w+\n(.*?)```", section, re.DOTALL)
        data = host.format.load(block)
        for name in host.container:
            data = data[name]
        assert command_line(data["reply"]) == ["uvx", "reply-mcp", "serve"]


class TestRegistry:
    """`server.json`, against the limits of schema 2025-12-11 and what the registry asks of packages."""

    server = read("server.json")

    def test_facts(self) -> None:
        assert self.server["$schema"].endswith("/schemas/2025-12-11/server.schema.json")
        assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", self.server["name"])
        assert len(self.server["name"]) <= 200
        assert 1 <= len(self.server["description"]) <= 100
        assert self.server["version"] == reply_mcp.__version__
        assert set(self.server) <= {"$schema", "_meta", "name", "title", "description", "version", "packages"}

    def test_the_readme_proves_who_owns_the_package(self) -> None:
        names = re.findall(r"mcp-name: (\S+)", (ROOT / "README.md").read_text("utf-8"))
        assert names == [self.server["name"]]

    def test_packages(self) -> None:
        pypi, oci = self.server["packages"]
        assert (pypi["registryType"], pypi["identifier"], pypi["version"]) == (
            "pypi",
            PROJECT["name"],
            reply_mcp.__version__,
        )
        assert oci["registryType"] == "oci"
        # An image says its version in its tag, and the registry refuses a second one.
        assert oci["identifier"].endswith(f":{reply_mcp.__version__}")
        assert "version" not in oci
        for package in (pypi, oci):
            assert package["transport"] == {"type": "stdio"}
            assert [argument["value"] for argument in package["packageArguments"]] == ["serve"]

    def test_variables_are_the_settings_and_the_key_is_the_secret(self) -> None:
        pypi, oci = self.server["packages"]
        assert {variable["name"] for variable in pypi["environmentVariables"]} == VARIABLES
        assert {variable["name"] for variable in oci["environmentVariables"]} == VARIABLES - {"REPLY_API_KEY_FILE"}
        for variable in pypi["environmentVariables"]:
            assert variable.get("isSecret", False) == (variable["name"] == "REPLY_API_KEY")
            assert variable["format"] in {"string", "number", "boolean", "filepath"}
            assert isinstance(variable.get("default", ""), str)

    async def test_defaults_are_what_the_server_takes(self) -> None:
        variables = self.server["packages"][0]["environmentVariables"]
        defaults = {variable["name"]: variable["default"] for variable in variables if "default" in variable}
        assert await listed(started("serve"), defaults) == self.tools()

    def tools(self) -> list[str]:
        names: list[str] = self.server["_meta"]["io.modelcontextprotocol.registry/publisher-provided"]["tools"]
        return names


class TestBundle:
    """The MCPB manifest and the archive. Its schema is checked by the bundle's own command line in CI."""

    manifest = read("mcpb/manifest.json")

    def environment(self, **given: str) -> dict[str, str]:
        """The environment as a host makes it: a field that was not filled in has its default, or its placeholder."""
        env: dict[str, str] = self.manifest["server"]["mcp_config"]["env"]
        form = self.manifest["user_config"]
        defaults = {
            name: str(field["default"]).lower() if isinstance(field["default"], bool) else field["default"]
            for name, field in form.items()
            if "default" in field
        }
        fields = {name: value.removeprefix("${user_config.").removesuffix("}") for name, value in env.items()}
        return {name: {**defaults, **given}.get(field, env[name]) for name, field in fields.items()}

    def test_only_the_key_can_reach_the_server_unfilled(self) -> None:
        """A placeholder in any other setting stops the start."""
        unfilled = {name for name, value in self.environment().items() if value.startswith("${")}
        assert unfilled == {"REPLY_API_KEY"}

    def test_the_form_asks_for_the_key_as_a_secret(self) -> None:
        form = self.manifest["user_config"]
        assert form["api_key"]["sensitive"] is True
        assert form["api_key"]["required"] is True
        assert [name for name, field in form.items() if field["required"]] == ["api_key"]
        env = self.manifest["server"]["mcp_config"]["env"]
        assert set(env.values()) == {f"${{user_config.{name}}}" for name in form}
        assert set(env) <= VARIABLES

    def test_it_names_its_version_and_python(self) -> None:
        assert self.manifest["version"] == reply_mcp.__version__
        assert self.manifest["compatibility"]["runtimes"]["python"] == PROJECT["requires-python"]

    async def test_unpacked_it_serves_the_tools_that_it_names(self, tmp_path: Path) -> None:
        subprocess.run([sys.executable, MANIFESTS / "bundle.py", tmp_path / "dist"], check=True, capture_output=True)
        zipfile.ZipFile(archive(tmp_path / "dist")).extractall(tmp_path / "installed")
        config = self.manifest["server"]["mcp_config"]
        assert config["args"] == ["run", "--directory", "${__dirname}", self.manifest["server"]["entry_point"]]
        names = await listed(
            [sys.executable, self.manifest["server"]["entry_point"]],
            self.environment(api_key="k"),
            tmp_path / "installed",
        )
        assert names == [tool["name"] for tool in self.manifest["tools"]]

    async def test_the_form_reaches_the_server(self) -> None:
        names = await listed(started("serve"), self.environment(read_only="true", toolsets="none"))
        assert names == ["reply_find_tools", "reply_run_read"]

    def test_the_archive_is_the_package_and_its_dependencies_by_name(self, tmp_path: Path) -> None:
        for folder in ("one", "two"):
            subprocess.run([sys.executable, MANIFESTS / "bundle.py", tmp_path / folder], check=True)
        assert archive(tmp_path / "one").read_bytes() == archive(tmp_path / "two").read_bytes()
        file = zipfile.ZipFile(archive(tmp_path / "one"))
        project = tomllib.loads(file.read("pyproject.toml").decode())
        assert project["project"]["dependencies"] == PROJECT["dependencies"]
        names = file.namelist()
        assert {"manifest.json", "server.py", "reply_mcp/catalog/generated/index.json", "LICENSE"} <= set(names)
        assert not [name for name in names if name.endswith(".pyc")]


def archive(folder: Path) -> Path:
    """The one bundle in a folder."""
    (path,) = folder.glob("*.mcpb")
    return path
