"""Runs Schemathesis over the whole description against a sandbox, and sees to it that the operations were reached.

Needs the variables that `cashlink sandbox` prints. Calls as the client that is named there, by the rules of the start;
with `--partner` first as the other client from the start, with every rule switched on, while the first has objects.
Other arguments are passed on to `schemathesis run`, for example `--include-operation-id v2_investors_create`.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# The share of operations that must have succeeded at least once. Without success only refusals are tested.
FLOOR = 0.97
# The calls in sequences that a whole run must make, and how many of them must succeed.
CALLS_IN_SEQUENCES, SUCCEEDED_IN_SEQUENCES = 2000, 400
# For all of it. It takes about a third of that on an idle machine.
SECONDS = 900

REPOSITORY = pathlib.Path(__file__).parents[2]
DESCRIPTION = "openapi/cashlink.json"

# The client without anything of its own, while the one that the sandbox has named has objects, and what is switched on
# after both have made theirs. Under these rules much of what works otherwise is refused.
PARTNER = {"CASHLINK_CLIENT_ID": "sandbox-partner", "CASHLINK_CLIENT_SECRET": "sandbox-partner-secret"}
PARTNER_FLOOR = 0.9
# Fewer calls than as the other client: what no rule decides on has been tried by then.
PARTNER_EXAMPLES = ["--max-examples", "25"]
SWITCHED = {
    "strict_idempotency": True,
    "web_subscription": True,
    "issuer_mirror": True,
    "crypto_redemption": True,
    "review": True,
    "account_setup_required": True,
    "costs_document_required": True,
    "cumulative_self_disclosure": True,
    "pep_check": True,
}


def run(arguments, result, variables):
    tool = str(pathlib.Path(sys.executable).with_name("schemathesis"))
    command = [tool, "--config-file", "tests/external/schemathesis.toml", "run", DESCRIPTION, *arguments]
    environment = {**os.environ, **variables, "SCHEMATHESIS_RESULT": result, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(command, check=False, cwd=REPOSITORY, env=environment, timeout=SECONDS).returncode
    except subprocess.TimeoutExpired:
        return f"was not done after {SECONDS} seconds"


def as_partner():
    """The variables of a run as the other client, under rules that are off unless somebody switches them on."""
    other = {name.replace("CLIENT", "OTHER_CLIENT"): os.environ[name] for name in PARTNER}
    return {**PARTNER, **other, "CASHLINK_SETTINGS": json.dumps(SWITCHED)}


def every_operation():
    paths = json.loads(REPOSITORY.joinpath(DESCRIPTION).read_text())["paths"]
    return sorted(
        f"{method.upper()} {path}"
        for path, item in paths.items()
        for method in item
        if method in ("get", "post", "patch")
    )


def main():
    arguments, variables, examples, floor = sys.argv[1:], {}, [], FLOOR
    if arguments[:1] == ["--partner"]:
        arguments, variables, examples, floor = arguments[1:], as_partner(), PARTNER_EXAMPLES, PARTNER_FLOOR
    if arguments:
        called, sequences = results(arguments, variables)
    else:
        called, _ = results(["--phases", "examples,coverage,fuzzing", *examples], variables)
        # By itself: what was seen before would let sequences that began alike go on differently.
        called_in_sequences, sequences = results(["--phases", "stateful"], variables)
        for name, counts in called_in_sequences.items():
            called[name] = dict(collections.Counter(called.get(name, {})) + collections.Counter(counts))

    # Part of a run is asked to reach what it called, a whole one everything.
    wanted = sorted(called) if arguments else every_operation()
    missed = [name for name in wanted if not any(status.startswith("2") for status in called.get(name, {}))]
    for name in missed:
        print(f"never succeeded: {name} {called.get(name, 'never called')}")
    reached = len(wanted) - len(missed)
    calls = sum(sum(counts.values()) for counts in called.values())
    print(f"schemathesis: {reached} of {len(wanted)} operations succeeded at least once, in {calls} calls")
    if reached < floor * len(wanted):
        raise SystemExit(f"schemathesis: at least {floor:.0%} must")
    if not arguments:
        check_sequences(**sequences)


def results(arguments, variables):
    """How often each operation was answered with each status, and what there was of sequences."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "result.json")
        code = run(arguments, str(file), variables)
        if code != 0:
            raise SystemExit(
                f"schemathesis failed: {code}. To send a curl line again, give it a running sandbox and its token."
            )
        result = json.loads(file.read_text())
    return result["statuses"], result["sequences"]


def check_sequences(begun, calls, succeeded):
    print(f"schemathesis: {calls} of the calls in {begun} sequences from the same state, {succeeded} of them succeeded")
    if calls < CALLS_IN_SEQUENCES or succeeded < SUCCEEDED_IN_SEQUENCES:
        raise SystemExit(f"schemathesis: at least {CALLS_IN_SEQUENCES} and {SUCCEEDED_IN_SEQUENCES} must be")


if __name__ == "__main__":
    main()
