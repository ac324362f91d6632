"""The DAG bundle of the installed package: one line in `dag_bundle_config_list`, and no file is copied."""

from __future__ import annotations

from pathlib import Path

from airflow.dag_processing.bundles.base import BaseDagBundle

from mirrorwire.core.config import DAGS


class MirrorwireDagBundle(BaseDagBundle):
    """The folder that `mirrorwire dags` prints, wherever the package is installed on the component that asks.

    It has no versions: another version of the package is installed, and all components are started again.
    """

    supports_versioning = False

    @property
    def path(self) -> Path:
        """The folder of the DAG files."""
        return DAGS

    def get_current_version(self) -> None:
        """Return None: the files are those of the package that is installed."""

    def refresh(self) -> None:
        """Nothing to fetch."""
