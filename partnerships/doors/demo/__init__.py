"""The demonstration: a real register, and the whole life of partners that are clearly named as fictional."""
