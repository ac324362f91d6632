-- Seeds that a host serves damaged are read whole from the next one: what three columns say of that.

COMMENT ON COLUMN attempt.outcome IS 'ok, not_modified, not_it (another page than asked for, one that another host had right, or a seed that another host had whole), gone, disallowed (by robots.txt), http_error, unreachable, timeout, refused, too_large.';
COMMENT ON COLUMN seed_poll.detail IS 'What was wrong with it, for people; of one that was read, what was wrong with it on the hosts asked before.';
COMMENT ON COLUMN run.warnings IS 'What check noticed without failing the run: hosts that went down, pages and seeds that one host had and another had not, feed gaps, low volume, pages left over.';
