"""Notifiers of somebody who runs an Airflow, as `MIRRORWIRE_ON_FAILURE` names them."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.request import Request, urlopen

from airflow.sdk import BaseNotifier


class Webhook(BaseNotifier):
    """Posts a line to the address in `TEST_WEBHOOK`; the line is a template, as those of Airflow's notifiers are."""

    template_fields = ("line",)

    def __init__(self, line: str = "{{ mirrorwire.source }}: {{ mirrorwire.reasons | join('; ') }}") -> None:
        super().__init__()
        self.line = line

    def notify(self, context: Any) -> None:
        body = {"line": self.line, "run": context["mirrorwire"]["run"], "dag": context["dag"].dag_id}
        urlopen(Request(os.environ["TEST_WEBHOOK"], json.dumps(body).encode()), timeout=10).close()
