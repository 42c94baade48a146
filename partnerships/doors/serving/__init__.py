"""The scheduler as a process of its own: its settings, its duties, its signals."""
