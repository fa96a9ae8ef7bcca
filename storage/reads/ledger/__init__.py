"""The ledger 台账 as it is read: questions, choices, pages, records."""
