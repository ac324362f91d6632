-- Every view says what it shows, column by column; a step names the session that works on it.

ALTER TABLE run_step ADD COLUMN session text;
COMMENT ON COLUMN run_step.session IS 'The session that works on it, as live_session names it: an unfinished step of a dead session was killed.';

COMMENT ON COLUMN article_aliases.source IS 'The source''s key.';
COMMENT ON COLUMN article_aliases.article_key IS 'The key that is another''s alias.';
COMMENT ON COLUMN article_aliases.alias_of IS 'The key of the article that it leads to.';
COMMENT ON COLUMN article_aliases.url IS 'The URL that redirects.';
COMMENT ON COLUMN article_aliases.host IS 'The host that says so.';
COMMENT ON COLUMN article_aliases.seen_at IS 'When that was last seen.';

COMMENT ON COLUMN articles.article_key IS '<source>:<publisher''s id>; no host name enters it.';
COMMENT ON COLUMN articles.canonical_url IS 'The page''s own canonical URL where it names this article, else the link''s; always on the primary host.';
COMMENT ON COLUMN articles.urls IS 'All URLs under which it was served or is known, the first seen first.';
COMMENT ON COLUMN articles.source IS 'The source''s key.';
COMMENT ON COLUMN articles.title IS 'Without the site''s name.';
COMMENT ON COLUMN articles.lead IS 'The standfirst, where the page shows one.';
COMMENT ON COLUMN articles.text IS 'Lead and body without the title, paragraphs apart by a line feed.';
COMMENT ON COLUMN articles.authors IS 'People, or an agency that is named as the author, in the page''s order.';
COMMENT ON COLUMN articles.published_at IS 'As the page states it; a day alone is its 00:00 in the source''s zone. Null where nothing tells.';
COMMENT ON COLUMN articles.published_at_assumed IS 'True when the zone or the day was not on the page but taken from the source file or the URL.';
COMMENT ON COLUMN articles.section IS 'As a path: News / World.';
COMMENT ON COLUMN articles.tags IS 'Topics as the page names them, in its order.';
COMMENT ON COLUMN articles.language IS 'BCP 47; null where it is not known.';
COMMENT ON COLUMN articles.image IS 'The URL of its lead image, or null.';
COMMENT ON COLUMN articles.version IS 'The number of the version that is shown: the one captured last. Counts from 1 in the order of loading.';
COMMENT ON COLUMN articles.cluster_id IS 'Its group of near duplicates, as the view cluster names it; null where it has no signature yet.';
COMMENT ON COLUMN articles.served_by IS 'The host that served this version.';
COMMENT ON COLUMN articles.first_seen_at IS 'When the oldest of its captures was fetched.';
COMMENT ON COLUMN articles.fetched_at IS 'When the capture of this version was fetched.';
COMMENT ON COLUMN articles.gone_at IS 'When every host answered 404 or 410; null while it stands.';
COMMENT ON COLUMN articles.published_precision IS 'day: only the day is known, published_at is its 00:00 in the source''s zone.';
COMMENT ON COLUMN articles.modified_at IS 'When the publisher last changed it, as the page states it.';
COMMENT ON COLUMN articles.paywalled IS 'What the page states of itself; null where it states nothing.';
COMMENT ON COLUMN articles.corrections IS 'Correction notes, as they stand on the page.';
COMMENT ON COLUMN articles.origins IS 'Where each field came from: json-ld, meta, page, url and so on, by the field''s name.';
COMMENT ON COLUMN articles.last_seen_at IS 'When a host last served it, changed or not.';

COMMENT ON COLUMN block_counts.source_key IS 'The source''s key.';
COMMENT ON COLUMN block_counts.month IS 'The first day of the month, in UTC.';
COMMENT ON COLUMN block_counts.block IS 'A paragraph, by its hash.';
COMMENT ON COLUMN block_counts.articles IS 'On how many articles of the month it stands.';
COMMENT ON COLUMN block_counts.of_articles IS 'How many articles the month has.';

COMMENT ON COLUMN cluster.cluster_id IS 'The key of the group''s head: the earliest published, then the smallest key.';
COMMENT ON COLUMN cluster.size IS 'How many articles are in it.';
COMMENT ON COLUMN cluster.sources IS 'The keys of their sources, each once.';
COMMENT ON COLUMN cluster.first_published_at IS 'When the earliest of them was published.';
COMMENT ON COLUMN cluster.last_published_at IS 'When the latest of them was published.';

COMMENT ON COLUMN coverage_by_day.source IS 'The source''s key.';
COMMENT ON COLUMN coverage_by_day.day IS 'A day in the source''s zone; null for links of which no day is known.';
COMMENT ON COLUMN coverage_by_day.links IS 'How many links of the day are known.';
COMMENT ON COLUMN coverage_by_day.captured IS 'Of these, how many have their page stored.';
COMMENT ON COLUMN coverage_by_day.loaded IS 'How many are loaded as articles.';
COMMENT ON COLUMN coverage_by_day.rejected IS 'How many have no article and at least one page that was rejected.';
COMMENT ON COLUMN coverage_by_day.gone IS 'How many are 404 or 410 on every host.';
COMMENT ON COLUMN coverage_by_day.pending IS 'How many are still to be fetched.';
COMMENT ON COLUMN coverage_by_day.failed IS 'How many were given up.';
COMMENT ON COLUMN coverage_by_day.covered IS 'Whether a seed has reached the day: then no link means that nothing was published.';

COMMENT ON COLUMN crawl_delay.host_id IS 'The host.';
COMMENT ON COLUMN crawl_delay.delay_s IS 'Seconds between two requests, as its robots.txt asks.';

COMMENT ON COLUMN host_health.host_id IS 'The host.';
COMMENT ON COLUMN host_health.source IS 'The source''s key.';
COMMENT ON COLUMN host_health.url IS 'Scheme, name and port.';
COMMENT ON COLUMN host_health.role IS 'primary, mirror or archive.';
COMMENT ON COLUMN host_health.attempts_last_day IS 'Requests of the last 24 hours.';
COMMENT ON COLUMN host_health.ok_last_day IS 'Of these, how many it served, or said to be unmodified.';
COMMENT ON COLUMN host_health.mean_elapsed_s IS 'How long those took on average, in seconds.';
COMMENT ON COLUMN host_health.last_ok_at IS 'When it last did its part, among its last 50 attempts.';
COMMENT ON COLUMN host_health.last_failure_at IS 'When it last failed, among the same.';
COMMENT ON COLUMN host_health.last_failure IS 'What that failure was.';
COMMENT ON COLUMN host_health.failures_in_a_row IS 'How many failures came since it last did its part.';

COMMENT ON COLUMN host_lately.host_id IS 'The host.';
COMMENT ON COLUMN host_lately.source IS 'The source''s key.';
COMMENT ON COLUMN host_lately.url IS 'Scheme, name and port.';
COMMENT ON COLUMN host_lately.last_ok_at IS 'When it last did its part.';
COMMENT ON COLUMN host_lately.last_failure_at IS 'When it last failed.';
COMMENT ON COLUMN host_lately.last_failure IS 'What that failure was: the verdict or outcome, and its detail.';
COMMENT ON COLUMN host_lately.failures_in_a_row IS 'How many failures came since it last did its part.';

COMMENT ON COLUMN live_session.pid IS 'The server''s process, for pg_terminate_backend.';
COMMENT ON COLUMN live_session.session IS 'The name of the session: its process and when it began. Null for a session of another role, unless yours may read pg_read_all_stats.';

COMMENT ON COLUMN next_look.link_id IS 'The link of the page.';
COMMENT ON COLUMN next_look.next_look_at IS 'When it is looked at next; null where the schedule has no further step for it.';

COMMENT ON COLUMN reach.source IS 'The source''s key.';
COMMENT ON COLUMN reach.seed IS 'The seed''s path, or URL.';
COMMENT ON COLUMN reach.days IS 'The days that it has reached, as ranges.';

COMMENT ON COLUMN revisions.article_key IS '<source>:<publisher''s id>; no host name enters it.';
COMMENT ON COLUMN revisions.source IS 'The source''s key.';
COMMENT ON COLUMN revisions.canonical_url IS 'The page''s own canonical URL where it names this article, else the link''s; always on the primary host.';
COMMENT ON COLUMN revisions.published_at IS 'When the article was published, as this version states it.';
COMMENT ON COLUMN revisions.version IS 'The number of the version.';
COMMENT ON COLUMN revisions.previous_version IS 'The number of the version that was fetched before it.';
COMMENT ON COLUMN revisions.change IS 'Since the version before it in time. minor: typos and punctuation; correction: it has a correction note that the other has not; major: anything else.';
COMMENT ON COLUMN revisions.distance_bits IS 'Hamming distance of the SimHashes (64 bits) of its text and that of the version before it in time.';
COMMENT ON COLUMN revisions.fetched_at IS 'When this version was fetched.';
COMMENT ON COLUMN revisions.previous_fetched_at IS 'When the one before it was fetched.';
COMMENT ON COLUMN revisions.served_by IS 'The host that served this version.';
COMMENT ON COLUMN revisions.previous_served_by IS 'The host that served the one before it.';
COMMENT ON COLUMN revisions.title IS 'The headline of this version.';
COMMENT ON COLUMN revisions.previous_title IS 'The headline before it.';
COMMENT ON COLUMN revisions.corrections IS 'Correction notes of this version, as they stand on the page.';
COMMENT ON COLUMN revisions.is_current IS 'Whether the view articles shows this version.';
