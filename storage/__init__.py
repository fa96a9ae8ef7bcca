"""THE ROWS: tables, sessions, the only writer of a case's state, queries, files and migrations."""
