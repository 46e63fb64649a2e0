"""Builds the MCPB bundle for one-click installation: `python manifests/bundle.py FOLDER [--content FOLDER]`.

The first folder gets `reply-mcp-VERSION.mcpb`, equal from equal sources; the second gets what is in it. The bundle
holds the package as it is; its dependencies are installed by the host, for its own platform.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tomllib
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from reply_mcp import __version__

ROOT = Path(__file__).resolve().parent.parent
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive."""


def stage(folder: Path) -> None:
    """Puts the bundle's files into `folder`, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "reply_mcp", folder / "reply_mcp", ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for source in (
        ROOT / "LICENSE",
        ROOT / "README.md",
        ROOT / "manifests/mcpb/manifest.json",
        ROOT / "manifests/mcpb/server.py",
    ):
        shutil.copy(source, folder)
    (folder / "pyproject.toml").write_text(project(), encoding="utf-8")


def project() -> str:
    """The bundle's `pyproject.toml`: the dependencies alone, so that installing builds nothing."""
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return (
        "[project]\n"
        f'name = "reply-mcp-bundle"\nversion = "{__version__}"\nrequires-python = "{facts["requires-python"]}"\n'
        f"dependencies = {json.dumps(facts['dependencies'], indent=2)}\n\n"
        "[tool.uv]\npackage = false\n"
    )


def pack(folder: Path, archive: Path) -> None:
    """Packs the files of `folder` into `archive`, in a fixed order with a fixed time."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, path.read_bytes())


def main() -> int:
    """Writes the bundle; 0, or an exception."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the archive goes")
    parser.add_argument("--content", type=Path, help="leave the unpacked content here; emptied first")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    archive: Path = options.folder / f"reply-mcp-{__version__}.mcpb"
    with TemporaryDirectory() as temporary:
        content = options.content or Path(temporary) / "content"
        stage(content)
        pack(content, archive)
    print(f"wrote {archive}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
