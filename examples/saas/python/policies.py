"""Policies of ../policies, with what they have in capitals filled in."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "policies"
PLACEHOLDER = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")


def policy(file: str, **names: str) -> str:
    """A policy for one tenant. Raises KeyError where it names somebody who was not said."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    return PLACEHOLDER.sub(lambda placeholder: names[placeholder[0]], text)
