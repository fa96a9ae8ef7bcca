"""THE POST: what is to be told is a row of the move's transaction; address and text come at delivery."""
