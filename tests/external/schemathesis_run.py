"""Runs Schemathesis over the whole description against a sandbox, and sees to it that the operations were reached.

Needs the variables that `cashlink sandbox` prints. Arguments are passed on to `schemathesis run`, for example
`--include-operation-id v2_investors_create`.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

# The share of operations that must have succeeded at least once. Without success only refusals are tested.
FLOOR = 0.97
# For all of it. It takes about a fifth of that on an idle machine.
SECONDS = 600

REPOSITORY = pathlib.Path(__file__).parents[2]
DESCRIPTION = "openapi/cashlink.json"


def run(arguments, statuses):
    tool = str(pathlib.Path(sys.executable).with_name("schemathesis"))
    command = [tool, "--config-file", "tests/external/schemathesis.toml", "run", DESCRIPTION, *arguments]
    environment = {**os.environ, "SCHEMATHESIS_STATUSES": statuses, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(command, check=False, cwd=REPOSITORY, env=environment, timeout=SECONDS).returncode
    except subprocess.TimeoutExpired:
        return f"was not done after {SECONDS} seconds"


def every_operation():
    paths = json.loads(REPOSITORY.joinpath(DESCRIPTION).read_text())["paths"]
    return sorted(
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method in item
        if method in ("get", "post", "patch")
    )


def main():
    with tempfile.TemporaryDirectory() as folder:
        statuses = pathlib.Path(folder, "statuses.json")
        code = run(sys.argv[1:], str(statuses))
        if code != 0:
            raise SystemExit(
                f"schemathesis failed: {code}. To send a curl line again, give it a running sandbox and its token."
            )
        called = json.loads(statuses.read_text())

    # Part of a run is asked to reach what it called, a whole one everything.
    wanted = sorted(called) if sys.argv[1:] else every_operation()
    missed = [name for name in wanted if not any(status.startswith("2") for status in called.get(name, {}))]
    for name in missed:
        print(f"never succeeded: {name} {called.get(name, 'never called')}")
    reached = len(wanted) - len(missed)
    calls = sum(sum(counts.values()) for counts in called.values())
    print(f"schemathesis: {reached} of {len(wanted)} operations succeeded at least once, in {calls} calls")
    if reached < FLOOR * len(wanted):
        raise SystemExit(f"schemathesis: at least {FLOOR:.0%} must")


if __name__ == "__main__":
    main()
