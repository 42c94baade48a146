"""The log over all histories: its tree, its signed checkpoints, its keys, and who keeps them elsewhere."""
