"""Areas: what their decorators take, and in which order their operations come."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from reply_mcp.catalog.area import Area, Header
from reply_mcp.catalog.operation import Arguments, Operation

if TYPE_CHECKING:
    from reply_mcp.catalog.operation import Call
    from reply_mcp.errors import ApiError

HERE = __name__.rpartition(".")[2]


def test_a_header_takes_what_an_operation_has() -> None:
    by_decorator = {"id", "method", "path", "area", "arguments", "operations"}
    assert set(Header.__annotations__) == {one.name for one in fields(Operation)} - by_decorator


def test_an_areas_explanations_come_after_those_of_an_operation() -> None:
    async def own(call: Call, refusal: ApiError) -> str | None:
        return None

    async def shared(call: Call, refusal: ApiError) -> str | None:
        return None

    area = Area("probe", title="Probe", about="For tests.", modules=(HERE,), explain=[shared])

    @area.get("/v3/probes", tool="reply_probe", explain=[own])
    class Probe(Arguments):
        """Probes."""

    @area.get("/v3/others", tool="reply_other")
    class Other(Arguments):
        """Others."""

    assert Probe.operation.explain == (own, shared)
    assert Other.operation.explain == (shared,)


def test_an_operation_outside_of_the_areas_modules_is_refused() -> None:
    area = Area("probe", title="Probe", about="For tests.", modules=("elsewhere",))
    with pytest.raises(ValueError, match="is not among the modules of the area 'probe'"):

        @area.get("/v3/probes", tool="reply_probe")
        class Probe(Arguments):
            """Probes."""


@pytest.mark.parametrize("header", [{"preview": "This fires."}, {"before": ["check"]}], ids=str)
def test_a_hook_that_is_no_function_is_refused(header: Any) -> None:
    area = Area("probe", title="Probe", about="For tests.", modules=(HERE,))
    with pytest.raises(TypeError, match=f"Probe: {next(iter(header))} takes functions"):

        @area.post("/v3/probes", tool="reply_probe", **header)
        class Probe(Arguments):
            """Probes."""


def test_operations_come_module_by_module_whichever_was_imported_first() -> None:
    area = Area("probe", title="Probe", about="For tests.", modules=("first", "second"))

    def described(module: str, tool: str) -> None:
        area.get("/v3/probes", tool=tool)(type(tool, (Arguments,), {"__module__": f"probe.{module}", "__doc__": "A."}))

    described("second", "c")
    described("first", "a")
    described("second", "d")
    described("first", "b")
    assert [one.tool for one in area.operations] == ["a", "b", "c", "d"]
