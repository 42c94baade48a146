"""Verification: every history, the log over them and every checkpoint, examined layer after layer."""
