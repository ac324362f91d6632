"""What a container loses at its limits of memory and of processes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.containers.deployed import Deployed
from tests.containers.test_image import IMAGE

pytestmark = [pytest.mark.slow, pytest.mark.containers, pytest.mark.timeout(900)]

PAGES, HEAVY = 5, 2
PARAGRAPHS, HEAVY_PARAGRAPHS = 6, 18_000
AMPLE_BYTES, TOO_FEW_BYTES = 2_000_000_000, 20_000_000
PEAK = "/sys/fs/cgroup/memory/memory.max_usage_in_bytes", "/sys/fs/cgroup/memory.peak"
"""Where the kernel tells a container's most memory: with cgroup v1, and with v2."""
SCRIPT = f"mirrorwire extract --manifest /pages/pages.jsonl; cat {PEAK[0]} 2>/dev/null || cat {PEAK[1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a container made of the pages: their verdicts, the evidence of the heavy one, the most memory in bytes."""

    verdicts: list[str]
    evidence: dict[str, object]
    peak_bytes: int


def page(number: int) -> str:
    """An article; the heavy one is of a length that the reader still takes, and takes much memory."""
    title = f"Story number {number} of the day"
    paragraphs = []
    for index in range(HEAVY_PARAGRAPHS if number == HEAVY else PARAGRAPHS):
        words = f"{index * 7} people told the council on Monday night, and {index * 31} did not come to the bridge"
        paragraphs.append(f"<p>By the count of the town, {words} over the river.</p>")
    body = "".join(paragraphs)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


def extracted(deployed: Deployed, folder: Path, limit_bytes: int) -> Extracted:
    """Let a container with so much memory read the pages of a folder."""
    limit = ["--memory", str(limit_bytes), "--memory-swap", str(limit_bytes), "--env", "MIRRORWIRE_PROCESSES=1"]
    rights = ["--init", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--volume", f"{folder}:/pages:ro"]
    done = deployed.engine.docker("run", "--rm", *limit, *rights, IMAGE, "sh", "-ec", SCRIPT)
    *lines, peak = done.stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    verdicts = [row["verdict"] for row in rows]
    return Extracted(verdicts=verdicts, evidence=rows[HEAVY]["evidence"], peak_bytes=int(peak))


def test_a_container_at_its_memory_limit_loses_one_page_and_not_the_others(deployed: Deployed, tmp_path: Path) -> None:
    deployed.shell("docker compose build")
    rows = []
    for number in range(PAGES):
        (tmp_path / f"{number}.html").write_text(page(number), encoding="utf-8")
        rows.append({"id": str(number), "file": f"{number}.html", "url": f"https://example.org/news/{number}"})
    (tmp_path / "pages.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    for path in (tmp_path, *tmp_path.iterdir(), *tmp_path.parents[:2]):
        path.chmod(path.stat().st_mode | 0o055 if path.is_dir() else 0o644)

    ample = extracted(deployed, tmp_path, AMPLE_BYTES)
    assert ample.verdicts == ["article"] * PAGES
    scarce = extracted(deployed, tmp_path, ample.peak_bytes - TOO_FEW_BYTES)
    assert scarce.verdicts == ["article", "article", "broken", "article", "article"]
    assert scarce.evidence == {"reason": "died", "how": "SIGKILL"}
