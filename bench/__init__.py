"""The benchmark: our speed against hand-written `sqlite3` code that writes the same rows and bytes."""
