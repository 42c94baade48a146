"""Erasure: who may, what goes, what a legal hold or a retention rule says."""
