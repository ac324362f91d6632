-- Notes which capture is a copy of a record, or why there is none.
UPDATE warc_record SET capture_id = %(capture_id)s, problem = %(problem)s, verdict = %(verdict)s
WHERE file_id = %(file_id)s AND member = %(member)s AND number = %(number)s
