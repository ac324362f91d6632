"""docs/licences.md tells of every package that the image ships."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.support import licences_docs
from tests.support.licences_docs import Package

PATH = ROOT / "docs" / "licences.md"
PACKAGES = licences_docs.locked((ROOT / "requirements-image.lock").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(pytestconfig: pytest.Config) -> str:
    if pytestconfig.getoption("--write-docs"):
        shipped = [package for package in PACKAGES if package.is_in_image]
        licences = {package.name: licences_docs.stated_licence(package) for package in shipped}
        absent = sorted(name for name, licence in licences.items() if licence is None)
        assert absent == [], "not installed here in the lock's version, so nobody knows their licence"
        known = {name: licence for name, licence in licences.items() if licence is not None}
        PATH.write_text(licences_docs.markdown(PACKAGES, known), encoding="utf-8")
    return PATH.read_text(encoding="utf-8")


def test_the_lock_is_read_whole() -> None:
    lines = (ROOT / "requirements-image.lock").read_text(encoding="utf-8").splitlines()
    assert len(PACKAGES) == sum("==" in line and not line.startswith((" ", "#")) for line in lines)
    assert len(PACKAGES) > 150


def test_every_package_of_the_lock_is_listed_in_its_version(page: str) -> None:
    shipped = {(package.name, package.version) for package in PACKAGES if package.is_in_image}
    assert licences_docs.listed(page).keys() == shipped, "pytest tests/project/test_licences.py --write-docs"
    for package in PACKAGES:
        assert package.is_in_image or f"- {package.name} {package.version} (" in page


def test_each_licence_is_the_one_that_the_package_states(page: str) -> None:
    listed = licences_docs.listed(page)
    compared = 0
    for package in PACKAGES:
        stated = licences_docs.stated_licence(package) if package.is_in_image else None
        if stated is not None:
            compared += 1
            assert listed[package.name, package.version] == stated, package.name
    assert compared > 100


def test_no_package_is_without_a_licence(page: str) -> None:
    assert [key for key, licence in licences_docs.listed(page).items() if licence == "not stated"] == []


def test_what_has_terms_for_those_who_pass_it_on_is_named_at_the_top(page: str) -> None:
    top, _, _ = page.partition("## The packages")
    marked = re.findall(r"^\| (\S+) \|.* \* \|$", page, re.M)
    assert "psycopg" in marked
    assert [name for name in marked if f"`{name}`" not in top] == []


def test_a_package_of_another_system_or_python_is_not_in_the_image() -> None:
    def shipped(marker: str | None) -> bool:
        return Package(name="a", version="1", marker=marker).is_in_image

    assert shipped(None)
    assert not shipped("sys_platform == 'win32'")
    assert not shipped("python_full_version >= '3.14'")
    assert shipped("python_full_version >= '3.11.3'")
