"""Text that several examples print."""


def counted(number: int, noun: str) -> str:
    """A number with its noun, such as ``1 byte`` and ``2 bytes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
