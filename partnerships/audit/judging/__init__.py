"""Decisions judged again, and what an auditor asks of them: exceptions, samples, totals, two time axes."""
