"""Access keys, and how they are handed to who they are for."""

import configparser
import os
from pathlib import Path
from typing import NamedTuple


class AccessKey(NamedTuple):
    """An access key of a user or of an account's root."""

    id: str
    secret: str


def hand_over(profile: str, key: AccessKey) -> None:
    """Writes a profile of AWS's credentials file on this machine; elsewhere it is each party's secret store.

    The file is its owner's alone. Raises ValueError where there is such a profile.
    """
    file = Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or Path.home() / ".aws" / "credentials")
    known = configparser.RawConfigParser()
    known.read(file)
    if known.has_section(profile):
        raise ValueError(f"{file} has a profile {profile}")
    lines = f"[{profile}]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"
    with open(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as end:
        end.write(lines)
