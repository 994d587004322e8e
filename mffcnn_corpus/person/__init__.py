"""Who a synthetic face belongs to, and the action units it can perform."""
