"""The memory: canonical bytes, one Merkle tree per jurisdiction, signed checkpoints, and the means to check them."""
