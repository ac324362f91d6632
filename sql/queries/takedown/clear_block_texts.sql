-- Takes back the words of paragraphs that stand on no page of the source any more.
UPDATE boilerplate b SET text = NULL
WHERE b.source_key = %(source)s AND b.block = ANY (%(blocks)s::bigint[]) AND b.text IS NOT NULL
  AND NOT EXISTS (SELECT FROM extraction e WHERE e.source_key = b.source_key AND e.blocks @> ARRAY[b.block])
