"""Acts 办理: one route and one generic form for all moves, from the table; a page of its own only where it earns it."""
