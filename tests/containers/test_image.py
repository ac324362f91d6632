"""The image itself: what is in it, what is not, and what a change of the code costs."""

from __future__ import annotations

import json
import time

import pytest

from mirrorwire import __version__
from tests.conftest import ROOT
from tests.containers.deployed import Deployed
from tests.support.composed import required
from tests.support.licences_docs import locked

pytestmark = [pytest.mark.slow, pytest.mark.containers, pytest.mark.timeout(900)]

IMAGE = f"mirrorwire:{__version__}"
LARGEST_BYTES = 900_000_000
REBUILT_WITHIN_S = 60
"""Measured: under 10 s."""
WRITABLE = {"/tmp", "/var/tmp", "/run/lock", "/var/lib/mirrorwire", "/var/log/airflow"}


@pytest.fixture(scope="module")
def image(deployed: Deployed) -> Deployed:
    """A checkout whose image is built."""
    deployed.shell("docker compose build")
    return deployed


def inside(image: Deployed, *words: str) -> str:
    """What a command in a container of the image prints."""
    return image.engine.docker("run", "--rm", IMAGE, *words).stdout


def files(image: Deployed, tests: str) -> list[str]:
    """The paths in the image that pass the tests of find(1); folders that only root may read are left out."""
    return inside(image, "sh", "-c", f"find / -xdev {tests} -print 2>/dev/null || true").splitlines()


def test_it_is_smaller_than_900_mb_and_belongs_to_a_user_without_rights(image: Deployed) -> None:
    assert int(image.engine.inspect(IMAGE, "{{.Size}}")) < LARGEST_BYTES
    assert image.engine.inspect(IMAGE, "{{.Config.User}}") == "10001:10001"
    assert "/opt/venv/bin/mirrorwire" in files(image, "-type f -name mirrorwire")
    assert set(files(image, "'(' -type f -o -type d ')' -writable")) <= WRITABLE
    assert files(image, "-type f -perm /6000") == []  # nothing changes its user


def test_its_labels_say_what_it_is(image: Deployed) -> None:
    labels = json.loads(image.engine.inspect(IMAGE, "{{json .Config.Labels}}"))
    told = {key.removeprefix("org.opencontainers.image."): value for key, value in labels.items()}
    assert told["title"] == "Mirrorwire" and told["licenses"] == "Apache-2.0"
    assert told["version"] == __version__
    assert told["revision"] == "unknown"
    assert told["base.name"].endswith("python:3.11.14-slim-bookworm")


def test_its_history_and_environment_hold_no_secret(image: Deployed) -> None:
    told = image.engine.docker("history", "--no-trunc", IMAGE).stdout
    told += image.engine.inspect(IMAGE, "{{json .Config}}") + inside(image, "env")
    for name in required():
        assert image.env[name] not in told, name
    for word in ("://", "PIP_", "PASSWORD", "SECRET"):
        assert word not in told.replace("PYTHON", ""), word


def test_nothing_of_the_checkout_is_in_it_but_the_package(image: Deployed) -> None:
    assert files(image, "'(' -name .env -o -name .git -o -name docker-compose.yml ')'") == []
    assert inside(image, "ls", "/opt/mirrorwire").split() == ["LICENSE", "dags", "licences.md", "sbom.cdx.json"]
    assert inside(image, "sh", "-c", "ls /src /wheels 2>/dev/null || true") == ""


def test_its_bill_of_materials_names_what_is_installed(image: Deployed) -> None:
    bill = json.loads(inside(image, "cat", "/opt/mirrorwire/sbom.cdx.json"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    listed = json.loads(inside(image, "pip", "list", "--format", "json", "--disable-pip-version-check"))
    installed = {(package["name"].lower().replace("_", "-"), package["version"]) for package in listed}
    named = {(component["name"], component["version"]) for component in bill["components"]}
    by_venv = {"pip", "setuptools"}
    assert {package for package in installed - named if package[0] not in by_venv} == {("mirrorwire", __version__)}
    lock = (ROOT / "requirements-image.lock").read_text(encoding="utf-8")
    wanted = {package.version for package in locked(lock) if package.is_in_image}
    assert wanted <= {component["version"] for component in bill["components"]}
    assert all(component["hashes"] for component in bill["components"])
    without = [component["name"] for component in bill["components"] if "licenses" not in component]
    assert len(without) < len(named) / 10, without


def test_its_licences_are_those_of_the_page(image: Deployed) -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert inside(image, "cat", "/opt/mirrorwire/licences.md") == page
    (licence, *_) = inside(image, "head", "-2", "/opt/mirrorwire/LICENSE").split("\n\n")
    assert "Apache License" in licence


def test_a_change_of_the_code_makes_one_layer_anew_in_seconds(image: Deployed) -> None:
    template = "{{json .RootFS.Layers}}"
    before = json.loads(image.engine.inspect(IMAGE, template))
    changed = image.folder / "etl" / "mirrorwire" / "__main__.py"
    text = changed.read_text(encoding="utf-8")
    changed.write_text(f"{text}# {time.time_ns()}\n", encoding="utf-8")
    began = time.monotonic()
    image.shell("docker compose build init")
    took_s = time.monotonic() - began
    after = json.loads(image.engine.inspect(IMAGE, template))
    changed.write_text(text, encoding="utf-8")
    image.shell("docker compose build init")
    assert len(before) == len(after)
    assert [old for old, new in zip(before, after, strict=True) if old != new] == before[-1:]
    assert took_s < REBUILT_WITHIN_S
