"""Pages judged and extracted in child processes, within limits of time and memory that kill."""

from etl.workers.messages import Job
from etl.workers.pool import ExtractionBug, Workers

__all__ = ["ExtractionBug", "Job", "Workers"]
