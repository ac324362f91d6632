"""The picture of the house tells what the modules import."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT
from tests.support import house_docs
from tests.support.house_docs import House

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def house() -> House:
    return house_docs.read(ROOT)


def test_the_picture_is_made_from_the_imports(house: House, pytestconfig: pytest.Config) -> None:
    path, made = ROOT / "docs" / "architecture.svg", house_docs.svg(house)
    if pytestconfig.getoption("--write-docs"):
        path.write_text(made, encoding="utf-8")
    written = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert written == made, "docs/architecture.svg is not up to date: pytest tests/project/test_house.py --write-docs"


def test_the_picture_holds_every_room_and_every_arrow_that_is_shown(house: House) -> None:
    picture = ElementTree.fromstring(house_docs.svg(house))
    words = {"".join(text.itertext()) for text in picture.iter(f"{SVG}text")}
    package = ROOT / "etl" / house_docs.PACKAGE
    rooms = {path.parent.name for path in package.glob("*/__init__.py")} | {"cli"}
    assert rooms - house_docs.NOT_DRAWN <= words
    drawn = [path for path in picture.iter(f"{SVG}path") if path.get("marker-end")]
    assert len(drawn) == len(house_docs.shown_arrows(house))


def test_what_the_picture_leaves_out_follows_from_what_it_shows(house: House) -> None:
    shown = house_docs.shown_arrows(house)
    assert shown < house.arrows
    for importer, imported in house.arrows:
        reached, new = set(), {importer}
        while new:
            new = {lower for upper, lower in shown if upper in new} - reached
            reached |= new
        assert imported in reached, (importer, imported)


def test_every_room_says_what_it_is_for(house: House) -> None:
    assert [room for room, purpose in house.purposes.items() if not purpose] == []


def test_a_room_on_no_floor_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("house")
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '    "mirrorwire.reports",\n' in text
    (folder / "pyproject.toml").write_text(text.replace('    "mirrorwire.reports",\n', ""), encoding="utf-8")
    with pytest.raises(ValueError, match="reports"):
        house_docs.read(folder)
