"""The ledger: what units send as Excel or CSV, read row by row, and written back for the office."""
