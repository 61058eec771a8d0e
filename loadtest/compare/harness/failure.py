"""What can go wrong without being a bug of the harness."""


class Failure(Exception):
    """Something outside did not do what was asked of it; the message is for the user."""
