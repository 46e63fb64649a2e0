"""Every tool that a text names is there: an answer that sends an agent to a tool which does not exist is a dead end."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import reply_mcp
from reply_mcp.server.inventory import Inventory
from reply_mcp.server.unsupported_tools import UNSUPPORTED
from reply_mcp.settings import Settings
from tests.conftest import check_each

PACKAGE = Path(reply_mcp.__file__).parent
ROOT = PACKAGE.parent
_NAME = re.compile(r"(?<![\w./])reply_[a-z]+(?:_[a-z0-9]+)*(?![\w*…])")
_NO_TOOLS = {
    "reply_mcp",
    "reply_categorized",
    "reply_create_x",
    "reply_get_foo",
    "reply_date",
    "reply_handler_id",
    "reply_to_message_id",
}
"""Names of ours and of Reply's that begin alike."""
_METRICS = ("_total", "_ratio", "_seconds", "_sessions")
"""How the names of metrics end."""
_MODULES = {path.stem for path in PACKAGE.rglob("reply_*.py")}
_FINDERS = {"reply_find_tools", "reply_run_read", "reply_run_write"}
_OF_THE_PAGE = {"reply_decline_question"}
TEXTS = [
    path
    for folder in ("catalog", "workflows", "condense", "server", "client", "cli")
    for path in sorted((PACKAGE / folder).rglob("*"))
    if path.suffix in (".py", ".md")
]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *(ROOT / "manifests/plugin").rglob("*.md")]


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return Inventory(Settings(toolsets=("all",)))


def words(path: Path) -> str:
    """What may be read: of a module its strings, not the names in its code."""
    text = path.read_text()
    if path.suffix != ".py":
        return text
    strings = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    return "\n".join(value for value in strings if isinstance(value, str))


def unknown(path: Path, inventory: Inventory) -> list[str]:
    said = set(_NAME.findall(words(path))) - _NO_TOOLS - _MODULES - _FINDERS - _OF_THE_PAGE - UNSUPPORTED.keys()
    said = {name for name in said if not name.endswith(_METRICS)}
    return sorted(name for name in said if inventory.find(name) is None and name not in inventory.withheld)


def test_every_tool_that_is_named_exists(inventory: Inventory) -> None:
    def check(path: Path) -> None:
        assert unknown(path, inventory) == []

    check_each([*TEXTS, *PAGES], check, lambda path: str(path.relative_to(ROOT)))


def test_a_wrong_name_would_be_seen(tmp_path: Path, inventory: Inventory) -> None:
    text = tmp_path / "text.py"
    text.write_text('said = f"reply_lift_opt_out lifts it; reply_get_contact {id}"')
    assert unknown(text, inventory) == ["reply_lift_opt_out"]
