-- What reaches the past: documents whose period is over, pages of listings, the days that a seed reached, coverage.

ALTER TABLE seed_document ADD COLUMN polled boolean NOT NULL DEFAULT true;
ALTER TABLE seed_document ADD COLUMN period_end date;
ALTER TABLE seed_document ADD COLUMN first_day date;
ALTER TABLE seed_document ADD COLUMN last_day date;
COMMENT ON COLUMN seed_document.polled IS 'False where a window read it: its links are on the frontier, but no poll wants them yet, so a poll reads it anew.';
COMMENT ON COLUMN seed_document.period_end IS 'The last day of the period that its URL names, where all it holds belongs there: read some days after, it is finished and not asked for again.';
COMMENT ON COLUMN seed_document.first_day IS 'The first day that a link of it names.';
COMMENT ON COLUMN seed_document.last_day IS 'The last such day.';

ALTER TABLE link_hint ADD COLUMN first_day date;
ALTER TABLE link_hint ADD COLUMN last_day date;
COMMENT ON COLUMN link_hint.first_day IS 'Of a link without a day: the first day that the document which shows it names.';
COMMENT ON COLUMN link_hint.last_day IS 'The last such day.';
COMMENT ON COLUMN link.state IS 'pending: to be fetched, once a run wants it; captured: its page is stored; failed: tries used up; gone: 404 or 410 on every host.';

CREATE TABLE listing_page (
    source_key  text NOT NULL REFERENCES source,
    seed        text NOT NULL,
    page        int NOT NULL,
    first_day   date NOT NULL,
    last_day    date NOT NULL,
    read_at     timestamptz NOT NULL,
    PRIMARY KEY (source_key, seed, page)
);
COMMENT ON TABLE listing_page IS 'Which days stood on which page of a listing: a hint where to begin, since articles only move to later pages.';
COMMENT ON COLUMN listing_page.seed IS 'The seed''s path.';
COMMENT ON COLUMN listing_page.page IS 'From 1.';
COMMENT ON COLUMN listing_page.first_day IS 'The oldest day of its articles, without what is pinned or repeated.';
COMMENT ON COLUMN listing_page.last_day IS 'The newest such day.';
COMMENT ON COLUMN listing_page.read_at IS 'When it was read.';

ALTER TABLE seed_poll ADD COLUMN reached datemultirange;
COMMENT ON COLUMN seed_poll.reached IS 'The days of which all that the seed shows is on the frontier since; null: what first_day and last_day enclose of the window.';

CREATE VIEW reach AS
SELECT r.source_key AS source, p.seed,
       range_agg(coalesce(p.reached,
           datemultirange(daterange(p.first_day, p.last_day, '[]')
               * daterange('1990-01-01', current_date + 1, '[]')
               * daterange((r.window_since AT TIME ZONE s.timezone)::date,
                           ((r.window_until - interval '1 microsecond') AT TIME ZONE s.timezone)::date, '[]')))) AS days
FROM seed_poll p
JOIN run r USING (run_id)
JOIN source s USING (source_key)
WHERE p.reached IS NOT NULL OR p.first_day IS NOT NULL
GROUP BY 1, 2;
COMMENT ON VIEW reach IS 'The days that each seed has ever reached: no link of such a day means that nothing was published.';

CREATE OR REPLACE VIEW coverage_by_day AS
SELECT source, day,
       count(link_id) AS links,
       count(*) FILTER (WHERE state = 'captured') AS captured,
       count(article_id) AS loaded,
       count(*) FILTER (WHERE rejected) AS rejected,
       count(*) FILTER (WHERE state = 'gone') AS gone,
       count(*) FILTER (WHERE state = 'pending') AS pending,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       bool_or(reached) AS covered
FROM (SELECT l.source_key AS source, l.day, l.link_id, l.state, a.article_id,
             a.article_id IS NULL AND EXISTS (SELECT FROM rejection r WHERE r.link_id = l.link_id) AS rejected,
             false AS reached
      FROM link l LEFT JOIN article a USING (link_id)
      WHERE l.day IS NOT NULL
      UNION ALL
      SELECT l.source_key, (v.published_at AT TIME ZONE s.timezone)::date, l.link_id, l.state, a.article_id,
             a.article_id IS NULL AND EXISTS (SELECT FROM rejection r WHERE r.link_id = l.link_id),
             v.published_at IS NOT NULL
      FROM link l
      JOIN source s USING (source_key)
      LEFT JOIN article a USING (link_id)
      LEFT JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
      WHERE l.day IS NULL
      UNION ALL
      SELECT r.source, d::date, NULL, NULL, NULL, NULL, true
      FROM reach r, unnest(r.days) AS span, generate_series(lower(span), upper(span) - 1, interval '1 day') AS d) AS told
GROUP BY source, day;
COMMENT ON VIEW coverage_by_day IS 'Per source and day (of the URL, else of publication, in the source''s zone): links known, what became of them, and whether any seed has reached the day. A day that stands here not at all is not covered.';
