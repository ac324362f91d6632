-- Makes room for other texts.
DELETE FROM text_at_hand
