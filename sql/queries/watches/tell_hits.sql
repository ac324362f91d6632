-- Gives to a message what its watch has met and nobody was told.
UPDATE watch_hit SET message_id = %(message_id)s WHERE watch_id = %(watch_id)s AND message_id IS NULL
