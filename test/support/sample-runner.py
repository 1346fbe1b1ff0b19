"""Runs samples of docs/ in Python that come on stdin, one after the other: a line of JSON each, source and env.

Of each a line of JSON says what was printed, or what was thrown. Exits with 3 where there is no boto3.
"""
import contextlib
import io
import json
import os
import sys

try:
    import boto3
except ImportError:
    sys.exit(3)

for line in sys.stdin:
    sample = json.loads(line)
    os.environ.update(sample["env"])
    # its credentials are another sample's
    boto3.DEFAULT_SESSION = None
    printed = io.StringIO()
    thrown = None
    try:
        with contextlib.redirect_stdout(printed):
            exec(sample["source"], {})
    except Exception as error:
        thrown = f"{type(error).__name__}: {error}"
    print(json.dumps({"printed": printed.getvalue(), "thrown": thrown}), flush=True)
