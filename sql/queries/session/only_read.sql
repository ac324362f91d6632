-- Has a session change nothing, and give up a statement after so many milliseconds.
SELECT set_config('default_transaction_read_only', 'on', false), set_config('statement_timeout', %(ms)s::int::text, false)
