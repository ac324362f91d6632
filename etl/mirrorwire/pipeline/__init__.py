"""The steps of a run, what becomes of a link, the judgement on a run, whole passes by hand."""
