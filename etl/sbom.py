"""What an image holds, as a CycloneDX 1.5 document: `python sbom.py LOCK > sbom.cdx.json`, run by the Dockerfile.

Versions and hashes are those of the lock file, licences those that the installed packages state. No part of the wheel.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
NAMED_LICENCE_CHARS = 100  # some packages put the whole text where its name belongs


def main() -> None:
    """Write the document for the lock file of the first argument to standard output."""
    lock = Path(sys.argv[1]).read_text(encoding="utf-8")
    print(json.dumps(document(lock), indent=1))


def document(lock: str) -> dict[str, Any]:
    """The packages of a lock file that are installed here, and Mirrorwire as what they are for.

    Its order is the lock's, and it holds no time and no serial number: the same image has the same document.
    """
    components = []
    for name, version, hashes in locked(lock):
        if installed(name):
            components.append(library(name, version, hashes))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": application()},
        "components": components,
    }


def application() -> dict[str, Any]:
    """Mirrorwire itself, whose version stands in its package beside this file."""
    text = (Path(__file__).parent / "mirrorwire" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"$', text, re.M)
    if version is None:
        raise SystemExit("sbom.py: mirrorwire/__init__.py names no __version__")
    purl = f"pkg:pypi/mirrorwire@{version[1]}"
    licences = [{"expression": "Apache-2.0"}]
    return {
        "type": "application",
        "bom-ref": purl,
        "name": "mirrorwire",
        "version": version[1],
        "purl": purl,
        "licenses": licences,
    }


def locked(lock: str) -> list[tuple[str, str, list[str]]]:
    """Name, version and SHA-256 of every file that the lock allows, a package each, in the lock's order."""
    packages: list[tuple[str, str, list[str]]] = []
    for line in lock.splitlines():
        if package := PACKAGE.match(line):
            packages.append((package[1], package[2], []))
        if digest := HASH.search(line):
            packages[-1][2].append(digest[1])
    return packages


def installed(name: str) -> bool:
    """Whether the package is here: a lock file also names those for other systems."""
    try:
        metadata(name)
    except PackageNotFoundError:
        return False
    return True


def library(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    """A component with its package URL, the files it may have come from, and its licence where it states one."""
    canonical = re.sub(r"[-_.]+", "-", name).lower()  # as the package URL of PyPI wants it
    purl = f"pkg:pypi/{canonical}@{version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": canonical,
        "version": version,
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in hashes],
    }
    if licence := stated_licence(name):
        component["licenses"] = [licence]
    return component


def stated_licence(name: str) -> dict[str, Any] | None:
    """What a package's metadata says: an SPDX expression (PEP 639), a name, or the classifiers of older packages."""
    for expression in stated(name, "License-Expression"):
        return {"expression": expression}
    for named in stated(name, "License"):
        if named.strip() and "\n" not in named and len(named) <= NAMED_LICENCE_CHARS:
            return {"license": {"name": named.strip()}}
    for classifier in stated(name, "Classifier"):
        if classifier.startswith("License :: "):
            return {"license": {"name": classifier.rsplit(" :: ", 1)[-1]}}
    return None


def stated(name: str, field: str) -> list[str]:
    """All values of a field of a package's metadata."""
    return metadata(name).get_all(field) or []


if __name__ == "__main__":
    main()
