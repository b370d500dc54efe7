"""What ends the making of the site."""


class NotBuilt(Exception):
    """Says what is missing or wrong, and where."""
