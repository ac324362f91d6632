"""What Mirrorwire brings an Airflow it is installed beside. Read by the entry point `apache_airflow_provider`."""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Return what Airflow registers, after its `provider.yaml.schema.json`. Read by every process of Airflow's."""
    return {
        "package-name": "mirrorwire",
        "name": "Mirrorwire",
        "description": "News from publishers' primary and mirror domains, as articles in Postgres.",
        "connection-types": [
            {
                "connection-type": "mirrorwire",
                "hook-class-name": "mirrorwire.airflow.hook.MirrorwireHook",
                "hook-name": "Mirrorwire",
                "ui-field-behaviour": {
                    "hidden-fields": [],
                    "relabeling": {"schema": "Database", "login": "User"},
                    "placeholders": {"host": "postgres.example", "port": "5432", "schema": "news"},
                },
                "conn-fields": {
                    "archive": {
                        "label": "Archive",
                        "description": "Where the WARC files lie, if MIRRORWIRE_ARCHIVE does not say: a folder that all"
                        " workers share, or s3://bucket/prefix",
                        "schema": {"type": ["string", "null"]},
                    },
                },
            }
        ],
        "bundles": [{"integration-name": "Mirrorwire", "python-modules": ["mirrorwire.airflow.bundle"]}],
        "asset-uris": [
            {
                "schemes": ["mirrorwire"],
                "handler": "mirrorwire.airflow.assets.sanitize_uri",
                "to_openlineage_converter": "mirrorwire.airflow.assets.convert_asset_to_openlineage",
            }
        ],
    }
