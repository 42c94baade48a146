"""The policy as code: pure functions of a partnership's file, a command, a policy and a day."""
