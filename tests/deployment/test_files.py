"""What the deployment files say fits the server, and itself. Their form is checked by `make deployment`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import reply_mcp
from reply_mcp.server.http.probe import port_of
from reply_mcp.server.http.serving import DRAIN_SECONDS, IDLE_SECONDS
from reply_mcp.settings import SettingError, load
from tests.deployment.services import MANIFESTS, REPLICAS, SECRETS, compose

VARIABLES = {"REPLY_PUBLIC_URL": "https://mcp.example.com/mcp", "REPLY_ISSUER": "https://login.example.com"}
COMPOSE = compose(VARIABLES)
KUBERNETES = {
    (document["kind"], document["metadata"]["name"]): document
    for file in (MANIFESTS / "kubernetes").glob("*.yaml")
    if file.name != "kustomization.yaml"
    for document in yaml.safe_load_all(file.read_text("utf-8"))
}
POD: dict[str, Any] = KUBERNETES["Deployment", "reply-mcp"]["spec"]["template"]
CONTAINER: dict[str, Any] = POD["spec"]["containers"][0]


def images() -> dict[str, str]:
    stateful = KUBERNETES["StatefulSet", "redis"]["spec"]["template"]["spec"]["containers"][0]
    named = {name: service["image"] for name, service in COMPOSE["services"].items()}
    return named | {"pod": CONTAINER["image"], "redis pod": stateful["image"]}


def test_every_image_has_a_version_and_ours_is_this_one() -> None:
    for name, image in images().items():
        _, _, tag = image.partition(":")
        assert tag[:1].isdigit(), f"{name}: {image}"
        if image.startswith("reply-mcp"):
            assert tag == reply_mcp.__version__, name
    assert images()["redis"] == images()["redis pod"]


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_no_container_can_do_more_than_it_needs(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["healthcheck"]["test"]
    assert service["deploy"]["resources"]["limits"]["memory"]
    # Only nginx is reached from outside, and it from this machine.
    assert service.get("ports", []) == (["127.0.0.1:8080:8080"] if name == "nginx" else [])
    assert not any("latest" in str(value) for value in service.values())


@pytest.mark.parametrize("replica", REPLICAS)
def test_a_replica_starts_as_compose_sets_it(replica: str, tmp_path: Path) -> None:
    assert settings_from(COMPOSE["services"][replica]["environment"], "/run/secrets", SECRETS, tmp_path).issuer


def test_a_pod_starts_with_secrets_and_not_with_those_of_the_file(tmp_path: Path) -> None:
    config = KUBERNETES["ConfigMap", "reply-mcp"]["data"]
    placeholders = KUBERNETES["Secret", "reply-mcp"]["stringData"]
    assert set(placeholders) == set(SECRETS)
    assert settings_from(config, "/run/secrets/reply-mcp", SECRETS, tmp_path).issuer
    with pytest.raises(SettingError, match="SEAL_KEYS"):
        settings_from(config, "/run/secrets/reply-mcp", placeholders, tmp_path)


def settings_from(environment: dict[str, Any], there: str, secrets: dict[str, str], folder: Path) -> Any:
    """The settings of these variables, where the secrets are files in a folder."""
    for name, value in secrets.items():
        (folder / name).write_text(value)
    found = {name: str(value).replace(there, str(folder)) for name, value in environment.items()}
    assert not any("/run/" in value for value in found.values())
    return load({}, found)


def test_whoever_stops_a_server_waits_until_it_has_ended() -> None:
    for replica in REPLICAS:
        grace = COMPOSE["services"][replica]["stop_grace_period"]
        assert float(grace.removesuffix("s")) > DRAIN_SECONDS + IDLE_SECONDS
    first = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert POD["spec"]["terminationGracePeriodSeconds"] > first + DRAIN_SECONDS + IDLE_SECONDS


def test_probes_services_and_budgets_mean_the_pods() -> None:
    labels = POD["metadata"]["labels"]
    for kind in ("Deployment", "PodDisruptionBudget"):
        assert KUBERNETES[kind, "reply-mcp"]["spec"]["selector"] == {"matchLabels": labels}
    assert KUBERNETES["Service", "reply-mcp"]["spec"]["selector"] == labels
    assert KUBERNETES["NetworkPolicy", "reply-mcp"]["spec"]["podSelector"] == {"matchLabels": labels}
    assert KUBERNETES["HorizontalPodAutoscaler", "reply-mcp"]["spec"]["scaleTargetRef"]["name"] == "reply-mcp"
    (port,) = CONTAINER["ports"]
    assert port["containerPort"] == port_of(["reply-mcp", *CONTAINER["args"]])
    for probe, path in (("startup", "/healthz"), ("liveness", "/healthz"), ("readiness", "/readyz")):
        assert CONTAINER[f"{probe}Probe"]["httpGet"] == {"path": path, "port": port["name"]}
    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"] is True
    assert CONTAINER["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert POD["spec"]["securityContext"]["runAsNonRoot"] is True


def test_the_probe_finds_the_port_of_a_command_line() -> None:
    assert port_of(["reply-mcp", "serve"]) is None
    assert port_of(["reply-mcp", "serve", "--http"]) == 8000
    assert port_of(["reply-mcp", "serve", "--http", "--port", "9000"]) == 9000
    assert port_of(["reply-mcp", "serve", "--port=9000", "--http"]) == 9000
