"""Pages: what people read."""
