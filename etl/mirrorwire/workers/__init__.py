"""Pages judged and extracted in child processes, within limits of time and memory that kill."""

from mirrorwire.workers.messages import Job
from mirrorwire.workers.pool import ExtractionBug, Workers
from mirrorwire.workers.shared import SharedWorkers

__all__ = ["ExtractionBug", "Job", "SharedWorkers", "Workers"]
