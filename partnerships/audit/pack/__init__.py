"""Packs: a log, its entries and what they rest on, to be verified without us."""
