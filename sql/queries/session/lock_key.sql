-- The number by which an advisory lock goes.
SELECT hashtextextended(%(name)s, 0)
