"""What is kept: the append-only history, contents apart from it, the projection, keys, attempts, outbox."""
