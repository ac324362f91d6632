"""The package as others install it: a wheel, outside any checkout."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mirrorwire import __version__
from mirrorwire.archive import warc
from mirrorwire.archive.writer import SOFTWARE
from mirrorwire.core.config import BUNDLED_SOURCES, Settings
from mirrorwire.extract import wording
from tests.conftest import ROOT, environment

pytestmark = pytest.mark.airflow

READ_DAGS = """
import json, sys
from airflow.dag_processing.dagbag import BundleDagBag
bag = BundleDagBag(dag_folder=sys.argv[1], bundle_path=sys.argv[1], bundle_name="dags-folder")
print(json.dumps([sorted(bag.dags), bag.import_errors]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a wheel of this checkout was unpacked into."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_a_wheel_brings_the_dags_and_an_airflow_reads_them_from_the_folder_that_is_printed(
    installed: Path, tmp_path: Path
) -> None:
    env = environment(Settings(home=tmp_path), PYTHONPATH=str(installed), AIRFLOW_HOME=str(tmp_path / "airflow"))

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    folder = run("-m", "mirrorwire.cli", "dags").strip()
    assert folder == str(installed / "mirrorwire" / "dags")
    dags, errors = json.loads(run("-c", READ_DAGS, folder).splitlines()[-1])
    assert errors == {}
    keys = [path.stem for path in Path(BUNDLED_SOURCES).glob("*.toml")]
    own = [f"{kind}_{key}" for kind in ("ingest", "backfill") for key in keys]
    assert dags == sorted([*own, "reprocess"])


def test_a_wheel_brings_the_wordings_of_every_language(installed: Path) -> None:
    brought = sorted(path.name for path in installed.rglob("extract/wordings/*.toml"))
    assert brought == sorted(path.name for path in wording.FOLDER.glob("*.toml"))
    assert "en.toml" in brought


def test_a_wheel_says_that_it_is_typed_and_has_the_packages_version(installed: Path) -> None:
    assert (installed / "mirrorwire" / "py.typed").is_file()
    (metadata,) = installed.glob("mirrorwire-*.dist-info/METADATA")
    lines = metadata.read_text(encoding="utf-8").splitlines()
    assert f"Version: {__version__}" in lines
    assert "License-Expression: Apache-2.0" in lines
    assert "Classifier: Typing :: Typed" in lines


def test_the_version_stands_in_one_place() -> None:
    text = re.compile(re.escape(__version__))
    package = ROOT / "etl" / "mirrorwire"
    files = [path for path in package.rglob("*.py") if text.search(path.read_text(encoding="utf-8"))]
    assert files == [package / "__init__.py"]
    assert not text.search((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_is_told_to_people_to_hosts_and_to_readers_of_the_archive(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "mirrorwire.cli", "--version"]
    done = subprocess.run(words, cwd=ROOT / "etl", capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"mirrorwire, version {__version__}\n"
    major_and_minor = __version__.rpartition(".")[0]
    assert Settings.from_env({}).user_agent.startswith(f"Mirrorwire/{major_and_minor} (")
    assert f"software: Mirrorwire/{__version__}".encode() in gzip.decompress(warc.warcinfo("a.warc.gz", SOFTWARE))


def test_a_checkout_names_its_own_dags() -> None:
    words = [sys.executable, "-m", "mirrorwire.cli", "dags"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == str(ROOT / "dags")
