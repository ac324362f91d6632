"""What people decide about a source's hosts, written into its file."""

from __future__ import annotations

from pathlib import Path

from mirrorwire.core.config import find_source
from mirrorwire.core.settings import Settings
from mirrorwire.source_tools.edit import add_host


def test_without_a_setting_a_bundled_file_is_copied_into_the_homes_folder_and_read_from_there(tmp_path: Path) -> None:
    env = {"MIRRORWIRE_HOME": str(tmp_path)}
    path = add_host(Settings.from_env(env), "presstv", "https://presstv.example.net", "mirror")
    assert path == tmp_path / "sources" / "presstv.toml"
    hosts = [host.url for host in find_source(Settings.from_env(env), "presstv").hosts if host.role != "archive"]
    assert hosts[-1] == "https://presstv.example.net" and len(hosts) > 1
