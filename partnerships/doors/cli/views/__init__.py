"""What people read: the contract's shapes as tables and panels, all text of others made plain."""
