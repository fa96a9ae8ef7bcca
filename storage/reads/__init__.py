"""What pages and commands read. Nothing here writes, and nothing that writes imports it."""
