-- Our schema: one name beside those of anybody else.
CREATE SCHEMA mirrorwire
