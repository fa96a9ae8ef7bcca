"""The papers 文书 of 巡察整改: which there are, filled from the records, as Word and PDF."""
