"""Delivery: prompts brought to people and systems, at least once, each message under a key of its own.

Addresses and languages come from the host's directory when a message is made and when it is sent; none is
stored or logged.
"""
