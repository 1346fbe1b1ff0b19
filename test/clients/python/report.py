"""What a program says of its client: its version, and each step that did what AWS KMS's documents say."""
import importlib.metadata


def version(*packages):
    for package in packages:
        print(f"version: {package} {importlib.metadata.version(package)}", flush=True)


def ok(step):
    print(f"ok: {step}", flush=True)


def equal(found, wanted):
    """As assert, with both values, and not left out by python -O."""
    if found != wanted:
        raise SystemExit(f"not {wanted!r} but {found!r}")
