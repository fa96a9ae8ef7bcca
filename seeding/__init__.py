"""The demo city 演示市: a term's inspections told by real moves, so that every screen has something true to show."""
