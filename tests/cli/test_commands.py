"""The commands as a person types them: one of each kind in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass

import pytest

from reply_mcp import __version__
from reply_mcp.cli import main
from tests.conftest import KEY, Sandbox
from tests.processes.command import reply_mcp


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def process(*arguments: str, **environment: str) -> Done:
    """Runs a command as a person does: most of its time goes by before it begins."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REPLY_")}
    done = subprocess.run(
        reply_mcp(*arguments),
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Done(done.returncode, done.stdout, done.stderr)


class Commands:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str, **environment: str) -> Done:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("REPLY_")]:
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            try:
                status = main(arguments)
            except SystemExit as end:
                status = int(end.code or 0)
        out, err = self._capsys.readouterr()
        return Done(status, out, err)

    def call(self, sandbox: Sandbox, *arguments: str) -> Done:
        return self("call", *arguments, **of(sandbox))


def of(sandbox: Sandbox) -> dict[str, str]:
    return {"REPLY_API_KEY": KEY, "REPLY_BASE_URL": sandbox.url, "REPLY_RATE_LIMITS": "none"}


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


def test_version_and_help(command: Commands) -> None:
    assert process("--version").stdout.strip() == f"reply-mcp {__version__}"
    said = command("--help").stdout
    assert all(name in said for name in ("serve", "demo", "sandbox", "tools", "call", "catalog"))
    serve = command("serve", "--help").stdout
    assert "REPLY_TOOLSETS" in serve
    assert "--api-key " not in serve, "a key on a command line is seen by every user of the machine"


@pytest.mark.parametrize("arguments", [(), ("help",), ("help", "audit"), ("version",)])
def test_what_people_type_first_is_answered(command: Commands, arguments: tuple[str, ...]) -> None:
    done = command(*arguments)
    assert done.returncode == 0
    assert ("usage: reply-mcp" in done.stdout) == (arguments != ("version",))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("instal",), "'instal' is none of serve, "),
        (("instal",), "(did you mean install?)"),
        (("profile", "lst"), "(did you mean list?)"),
        (("profile", "add"), "name it, as in `profile add acme`"),
        (("profile", "remove"), "name it"),
        (("audit", "--last", "-3"), "'-3' is no whole number from 0 on"),
        (("serve", "--port", "8000"), "--port: for serve --http alone"),
        (("serve", "--public-url", "https://mcp.example.com/mcp"), "--public-url: for serve --http alone"),
        (("approve", "--toolsets", "all"), "--toolsets"),
        (("call",), "name a tool"),
    ],
)
def test_a_wrong_command_line_says_what_is_right(command: Commands, arguments: tuple[str, ...], said: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert len(done.stderr.splitlines()) < 8, "the usage is no list of all settings"


def test_tools_shows_effects_and_tokens(command: Commands) -> None:
    done = command("tools")
    assert done.returncode == 0
    line = next(line for line in done.stdout.splitlines() if line.startswith("reply_start_sequence "))
    assert "send" in line
    assert int(line.split()[3]) > 20
    assert "tools listed" in done.stdout


def test_tools_prints_what_is_sent(command: Commands) -> None:
    listed = json.loads(command("tools", "--json", "--toolsets", "none").stdout)
    assert [tool["name"] for tool in listed] == ["reply_find_tools", "reply_run_read", "reply_run_write"]


def test_call_takes_pairs_json_and_flags_in_any_order(command: Commands, sandbox: Sandbox) -> None:
    first = str(sandbox.get("/v3/contacts", top=1)["items"][0]["id"])
    assert first in command.call(sandbox, "reply_search_contacts", "top=1").stdout
    assert first in command.call(sandbox, "reply_search_contacts", "--json", '{"top": 1}').stdout
    assert first in command.call(sandbox, "reply_search_contacts", "--max-tokens", "500", "top=1").stdout


def test_call_reaches_tools_that_are_not_listed(command: Commands, sandbox: Sandbox) -> None:
    done = command.call(sandbox, "reply_whoami")
    assert "Maria Silva" in done.stdout


def test_call_ends_with_1_where_the_agent_would_read_an_error(sandbox: Sandbox) -> None:
    done = process("call", "reply_get_contact", "id=999999999", **of(sandbox))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "reply_search_contacts" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reply_whoami", "nonsense"), "key=value"),
        (("reply_whoami", "--json", "{"), "not JSON"),
        (("reply_whoami", "--json", "[1]"), "an object"),
    ],
)
def test_call_says_what_is_wrong_with_its_arguments(
    command: Commands, sandbox: Sandbox, arguments: tuple[str, ...], said: str
) -> None:
    done = command.call(sandbox, *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.endswith("reply_whoami takes no arguments.\n")


def test_unknown_flags_are_refused(command: Commands) -> None:
    done = command("call", "reply_whoami", "--nope", "id=1")
    assert done.returncode == 1
    assert "nope" in done.stderr
    assert command("tools", "--nope").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [('{"top": 1}',), ("--top", "1"), ("--top=1",), ("--json", '{"top": 5}', "--top", "1"), ("top=1", "--skip", "0")],
)
def test_call_takes_arguments_as_people_write_them(
    command: Commands, sandbox: Sandbox, arguments: tuple[str, ...]
) -> None:
    first = str(sandbox.get("/v3/contacts", top=1)["items"][0]["id"])
    done = command.call(sandbox, "reply_search_contacts", *arguments)
    assert done.stdout.count("@") == 1, done.stderr
    assert first in done.stdout


def test_call_shows_what_a_tool_does_and_takes(command: Commands) -> None:
    lines = command("call", "reply_create_sequence", "--help").stdout.splitlines()
    assert lines[0] == "reply_create_sequence [write]"
    assert any(line.split()[:2] == ["name", "required;"] for line in lines)
    assert "the text that an agent would read" in command("call", "--help").stdout
    unknown = command("call", "reply_create_sequenc", "--help")
    assert (unknown.returncode, "near: reply_create_sequence" in unknown.stderr) == (1, True)


def test_call_leads_to_what_a_tool_takes(command: Commands, sandbox: Sandbox) -> None:
    done = command.call(sandbox, "reply_get_contact", "--contact-nr", "1")
    assert done.returncode == 1
    assert "contactNr" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("reply_get_contact takes id (required)")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_output_arrives_whole_in_any_encoding(encoding: str, sandbox: Sandbox) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reply_mcp", "call", "reply_search_contacts", "top=2"],
        env={**os.environ, **of(sandbox), "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "contacts 1\u20132, more" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("arguments", [("serve",), ("call", "reply_whoami"), ("login", "--no-check"), ("approve",)])
def test_without_standard_streams_a_command_ends_without_a_traceback(
    arguments: tuple[str, ...], sandbox: Sandbox
) -> None:
    closed = f"exec {sys.executable} -m reply_mcp {' '.join(arguments)} <&-"
    done = subprocess.run(
        closed, shell=True, env={**os.environ, **of(sandbox)}, capture_output=True, text=True, timeout=60
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sandbox", "--port", "{taken}"), "cannot be listened on"),
        (("sandbox", "--port", "99999"), "no such port"),
        (("sandbox", "--host", "no-such-host.invalid"), "cannot be listened on"),
        (("sandbox", "--port", "0", "--speed", "nan"), "--speed"),
        (("sandbox", "--port", "0", "--speed", "-1"), "--speed"),
        (("sandbox", "--port", "0", "--rate-limits", "often"), "--rate-limits"),
        (("sandbox", "--port", "0", "--db", "/nonexistent/x.db"), "--db"),
        (("sandbox", "--port", "0", "--db", __file__), "--db"),
        (("sandbox", "--port", "many"), "--port"),
        (("serve", "--http", "--port", "{taken}"), "cannot be listened on"),
        (("serve", "--http", "--port", "many"), "--port"),
        (("approve", "--page", "--port", "{taken}"), "cannot be listened on"),
        (("approve", "--page", "--port", "99999"), "no such port"),
    ],
)
def test_what_cannot_be_served_ends_with_one_line(command: Commands, arguments: tuple[str, ...], said: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = command(*(one.format(taken=taken.getsockname()[1]) for one in arguments))
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    "arguments", [("serve",), ("serve", "--http", "--port", "0"), ("sandbox", "--port", "0"), ("approve", "--page")]
)
def test_ctrl_c_ends_a_command_at_once_and_without_a_traceback(arguments: tuple[str, ...]) -> None:
    running = subprocess.Popen(
        reply_mcp(*arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        if arguments == ("serve",):
            assert running.stdin
            assert running.stdout
            hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
            running.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}) + "\n")
            running.stdin.flush()
            assert running.stdout.readline()
        else:
            stream = running.stderr if "--http" in arguments else running.stdout
            assert stream
            assert stream.readline()
        running.send_signal(signal.SIGINT)
        running.wait(60)
        assert running.stderr
        assert "Traceback" not in running.stderr.read()
    finally:
        running.kill()
        running.communicate()


def test_the_catalog_is_current_and_exports(command: Commands) -> None:
    assert command("catalog", "check").returncode == 0
    document = json.loads(command("catalog", "export").stdout)
    assert document["openapi"].startswith("3.1")
    assert document["paths"]["/v3/contacts/{id}"]["get"]["operationId"] == "GetContactById"


def test_demo_shows_the_main_job() -> None:
    done = process("demo", REPLY_READ_ONLY="true", REPLY_TOOLSETS="none")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stderr == ""
    for tool in ("reply_overview", "reply_get_thread", "reply_compare_sequence_performance", "reply_find_tools"):
        assert f"> {tool} " in done.stdout
    # One question is agreed to, the other declined, and the answers say what came of them.
    _, answer, start = done.stdout.split("The host asks the person:")
    client = re.search(r"\? This sends a real email message to (.+?) <", answer)
    assert client is not None
    assert f"The person agrees.\n  Sent by email to {client[1]}" in answer
    assert '? This starts sending "Series B companies"' in start
    assert "The person declines.\n  Not done" in start
    assert "is active now" not in done.stdout
    assert "Undone, change 2 (reply_update_sequence" in done.stdout
    # The numbers are those of a sequence that has sent.
    assert re.search(r"Q4 Outbound: SaaS founders +active +[1-9]", done.stdout)
    # Both commands tell the same numbers.
    counted = re.compile(r"(\d+) tools(?: listed)?, (?:about )?(\d+) tokens")
    assert counted.findall(done.stdout) == counted.findall(process("tools").stdout) != []
    assert "claude mcp add" in done.stdout
