"""What people do in several steps: apply, explain, read, import; and the service that a portal embeds."""
