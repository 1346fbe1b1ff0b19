"""The REST API, for what AWS's clients have no call for."""

import json
import os
import urllib.error
import urllib.request
from typing import Any, Mapping, Optional
from urllib.parse import quote, urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from clients import core_session


class Refused(Exception):
    """What was refused, with AWS's code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def rest(
    profile: str,
    method: str,
    path: str,
    query: Optional[Mapping[str, str]] = None,
    body: Optional[Mapping[str, Any]] = None,
) -> dict[str, Any]:
    """One call that is signed with a profile's credentials. Raises Refused."""
    session = core_session(profile)
    url = os.environ["AWS_ENDPOINT_URL_KMS"] + path
    if query:
        url += "?" + urlencode(query, quote_via=quote)
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    request = AWSRequest(method, url, headers, data)
    SigV4Auth(session.get_credentials(), "kms", session.get_config_variable("region")).add_auth(request)
    signed = request.prepare()
    sent = urllib.request.Request(signed.url, data, dict(signed.headers), method=method)
    try:
        with urllib.request.urlopen(sent) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        problem = json.loads(error.read() or b"{}")
        raise Refused(str(problem.get("code")), str(problem.get("detail"))) from None
