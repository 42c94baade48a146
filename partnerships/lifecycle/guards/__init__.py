"""The guards, a module for each part of the policy, each declared beside the clauses it enforces."""
