"""What `manifests/compose.yaml` and `nginx.conf` bring up: people sign in and call through nginx, consent given on one
replica is used on the other, and one may be gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import anyio
import httpx
import pytest

from tests.conftest import Sandbox, text_of
from tests.consent import code_in
from tests.deployment.rolling_restart import Run, measured
from tests.deployment.services import REPLICAS, SECRETS, Services, services
from tests.server.http.browserless import signing_in
from tests.server.http.local_issuer import SCOPES, LocalIssuer, local_issuer
from tests.server.http.served import call

CALLS = 12
PEOPLE = [f"{name}@northstar-sales.com" for name in ("maria.silva", "jonas.berg", "tom.okafor")]


@pytest.fixture(scope="module")
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as one:
        yield one


@pytest.fixture(scope="module")
def up(_module_sandbox: Sandbox, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    variables = {"REPLY_ISSUER": issuer.url, "REPLY_TEAM_ID": "31007"}
    more = {"REPLY_BASE_URL": _module_sandbox.url, "REPLY_RATE_LIMITS": "none"}
    with services(tmp_path_factory.mktemp("services"), variables, more) as one:
        yield one
        for name in REPLICAS:
            one.stop(name)
        log = "".join(one.log(name) for name in REPLICAS)
        assert "Traceback" not in log
        assert not any(secret in log for secret in (*SECRETS.values(), "eyJ"))


def signed_in(up: Services, issuer: LocalIssuer, person: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {issuer.token(f'{up.url}/mcp', ' '.join(SCOPES), email=person)}"}


@pytest.fixture
def headers(up: Services, issuer: LocalIssuer) -> dict[str, str]:
    return signed_in(up, issuer, PEOPLE[0])


def metric(up: Services, replica: str, name: str) -> float:
    """The sum of a metric of one replica."""
    url = f"http://127.0.0.1:{up.ports[replica]}/metrics"
    text = httpx.get(url, headers={"Authorization": f"Bearer {SECRETS['metrics_token']}"}).text
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(f"reply_mcp_{name}"))


async def test_people_sign_in_and_call_through_nginx(up: Services, issuer: LocalIssuer) -> None:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    authentication, landed = signing_in(up.url, issuer)
    before = [metric(up, one, "http_requests_total") for one in REPLICAS]
    async with (
        httpx2.AsyncClient(auth=authentication, timeout=30) as http,
        Client(streamable_http_client(f"{up.url}/mcp", http_client=http)) as client,
    ):
        for _ in range(CALLS):
            assert issuer.email in text_of(await client.call_tool("reply_whoami", {}))
    assert len(landed) == 1
    served = [metric(up, one, "http_requests_total") - was for one, was in zip(REPLICAS, before, strict=True)]
    assert sum(served) >= CALLS
    assert min(served) >= CALLS / 3, "both of them answer"


@pytest.mark.parametrize("replica", REPLICAS)
async def test_consent_is_given_on_one_and_used_on_the_other(
    up: Services, sandbox: Sandbox, headers: dict[str, str], replica: str
) -> None:
    other = next(one for one in REPLICAS if one != replica)
    contact = sandbox.get("/v3/contacts", top=1)["items"][0]
    run = {"tool": "reply_delete_contact", "arguments": {"id": contact["id"]}}
    asked = await call(f"http://127.0.0.1:{up.ports[replica]}", headers, "reply_run_write", run)
    confirmed = {**run, "confirm": code_in(text_of(asked))}
    url = f"http://127.0.0.1:{up.ports[other]}"
    done = await call(url, headers, "reply_run_write", confirmed)
    assert not done.is_error, text_of(done)
    assert sandbox.http.get(f"/v3/contacts/{contact['id']}").status_code == 404
    lines = (up._folder / "state/reply-mcp/audit.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["outcome"] for line in lines[-2:]] == ["asked", "done"]


def test_what_is_for_operators_stays_inside(up: Services) -> None:
    for path in ("/metrics", "/readyz", "/mcp/x", "/"):
        assert httpx.get(up.url + path).status_code == 404, path
    assert httpx.get(f"{up.url}/healthz").text == "ok\n"
    assert httpx.get(f"{up.url}/.well-known/oauth-protected-resource/mcp").json()["resource"] == f"{up.url}/mcp"
    assert httpx.post(f"{up.url}/mcp", content=b"{}").status_code == 401
    assert httpx.post(f"{up.url}/mcp", headers={"Host": "evil.example"}, content=b"{}").status_code >= 400


async def test_replicas_are_restarted_in_turn_while_people_call(
    up: Services, sandbox: Sandbox, issuer: LocalIssuer, headers: dict[str, str]
) -> None:
    """The short form of `make rolling`: no call is lost, none is done twice, no consent is void. A call that is longer
    than the wait for idle connections ends where it began, and its progress comes while it goes on."""
    told: list[float] = []
    ended: list[float] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        told.append(anyio.current_time())

    async def slow() -> None:
        arguments = {"email": "nobody@acme.example"}
        result = await call(up.url, headers, "reply_search_contacts", arguments, progress_callback=on_progress)
        assert not result.is_error, text_of(result)
        ended.append(anyio.current_time())

    sandbox.fault(kind="latency", seconds=6, match="GET /v3/contacts*", times=1)
    run = Run(up.url, callers=9, seconds=6, pause=0.5, headers=lambda number: signed_in(up, issuer, PEOPLE[number % 3]))
    async with anyio.create_task_group() as group:
        group.start_soon(slow)
        figures = await measured(up, sandbox.url, run)
    assert (figures["lost"], figures["doubled"], figures["void"], figures["never_arrived"]) == ([], [], [], 0)
    assert figures["calls"] > 40
    assert figures["consents"] > 6
    assert told
    assert ended[0] - told[0] > 0.3
