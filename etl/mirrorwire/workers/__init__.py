"""Pages judged and extracted in child processes, within limits of time and memory that kill."""

from mirrorwire.workers.messages import Job
from mirrorwire.workers.pool import ExtractionBug, Workers

__all__ = ["ExtractionBug", "Job", "Workers"]
