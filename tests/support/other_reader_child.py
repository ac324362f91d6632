"""A child process of `mirrorwire.workers` with other code: what an upgrade of the extractor looks like.

It adds a word to the title of every third story, and takes a page that says so for an article.
"""

from __future__ import annotations

from dataclasses import replace

from mirrorwire.core.records import Article, Extraction, Verdict
from mirrorwire.workers.child import extract_or_verify, serve, warm_up
from mirrorwire.workers.messages import Chunk, Job

TAKEN = b"Taken for an article."


def work(job: Job, chunk: Chunk) -> Extraction | Verdict:
    """Read a page as the other code does."""
    done = extract_or_verify(job, chunk)
    if not isinstance(done, Extraction):
        return done
    if TAKEN in job.body:
        return Extraction(verdict=Verdict(kind="article"), article=Article(title="By now", text="It is one."))
    article = done.article
    if article is None or int(article.title.rpartition(" ")[2]) % 3:
        return done
    return replace(done, article=replace(article, title=f"Retold: {article.title}"))


if __name__ == "__main__":
    warm_up()
    serve(work)
