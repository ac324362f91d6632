-- What make_reader reads, for this transaction: a role's name, and the verifier of its password or nothing.
SELECT set_config('mirrorwire.reader', %(name)s, true), set_config('mirrorwire.reader_verifier', %(verifier)s, true)
