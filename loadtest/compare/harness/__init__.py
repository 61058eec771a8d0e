"""Compares SMTP servers on the same work: one role a module, the standard library only."""
