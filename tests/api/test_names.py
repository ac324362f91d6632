"""The names that are stable: they are there, documented, and cost nothing before they are asked for."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import mirrorwire
from mirrorwire.api.records import StoredArticle
from mirrorwire.core.article_fields import export_columns
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


def test_every_stable_name_is_there_and_says_what_it_is() -> None:
    assert set(mirrorwire.__all__) == {*mirrorwire._PLACES, "__version__"}
    for name in mirrorwire.__all__:
        value = getattr(mirrorwire, name)
        assert name == "__version__" or value.__doc__, name
    assert set(mirrorwire.__all__) <= set(dir(mirrorwire))


def test_every_stable_name_is_on_the_page_and_no_other() -> None:
    table = PAGE.split("## Stable names", 1)[1]
    assert set(re.findall(r"^\| `(\w+)", table, re.M)) == set(mirrorwire.__all__)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'opne'"):
        getattr(mirrorwire, "opne")  # noqa: B009 - a type checker refuses it too


def test_the_records_fields_are_the_columns_of_an_export() -> None:
    assert tuple(StoredArticle.__dataclass_fields__) == export_columns()


def test_importing_the_package_imports_nothing_else_of_it() -> None:
    program = (
        "import sys; before = set(sys.modules); import mirrorwire; print(*sorted(set(sys.modules) - before), sep=',')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.strip().split(",")) == {"__future__", "mirrorwire"}


def test_importing_the_package_takes_under_30_ms() -> None:
    program = "import time; at = time.perf_counter(); import mirrorwire; print(time.perf_counter() - at)"
    times = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(times) < 0.03
