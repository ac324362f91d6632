"""Postgres: the connection, the embedded server, migrations, one function for each query file."""
