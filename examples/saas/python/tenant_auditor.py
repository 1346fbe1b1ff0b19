"""What the tenant's auditor looks at."""

from typing import Any, Iterator

from rest import rest


def trail(profile: str, **filters: str) -> Iterator[dict[str, Any]]:
    """The account's own trail, in CloudTrail's words, newest first."""
    query = {"Limit": "1000", **filters}
    while True:
        page = rest(profile, "GET", "/v1/audit", query)
        yield from page["Records"]
        if "NextMarker" not in page:
            return
        query["Marker"] = page["NextMarker"]
