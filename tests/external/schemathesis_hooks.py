"""What Schemathesis cannot know by itself: which objects the server has, and which operations it has reached.

Requests are narrowed to ids that exist, and to one that does not; replies are judged by the description as it is.
"""

import atexit
import collections
import copy
import json
import os
import pathlib
import sys

import schemathesis

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from known_ids import Explorer, examples

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
# Ids of a kind that requests choose from, the oldest and the newest: few, so that combinations are met that fit.
OLDEST, NEWEST = 1, 3

# Members of requests whose schemas allow more than the server can take.
FITTING = {
    "address": {"pattern": "^0x[0-9a-f]{40}$"},
    "client_id": {"enum": [os.environ["CASHLINK_CLIENT_ID"]]},
    "client_secret": {"enum": [os.environ["CASHLINK_CLIENT_SECRET"]]},
}
EXAMPLE_KEY = "the key of an example"

statuses = collections.defaultdict(collections.Counter)
keys = iter(range(1, 10**9))


@schemathesis.hook
def before_load_schema(_context, document):
    explorer = Explorer(
        document,
        os.environ["CASHLINK_URL"],
        os.environ["CASHLINK_CLIENT_ID"],
        os.environ["CASHLINK_CLIENT_SECRET"],
    )
    for kind in ("Campaign", "Product", "Investor"):
        explorer.learn(kind, os.environ[f"CASHLINK_{kind.upper()}_ID"])
    explorer.explore()
    for _method, path, operation in explorer.description.operations():
        narrow(document, explorer, path, operation)


def narrow(document, explorer, path, operation):
    """Writes ids that exist into the parameters and the body of an operation."""
    description = explorer.description
    fitting = fitting_ids(explorer, operation["operationId"])
    in_body = {kind: [value] for kind, value in fitting.items()}
    in_path = {kind: [*ids[:OLDEST], *ids[-NEWEST:]] for kind, ids in explorer.ids.items()}
    if operation["operationId"] in explorer.once:
        in_path = in_body

    # Parameters are shared by operations: each gets its own.
    declared = document["paths"][path].get("parameters", []) + operation.get("parameters", [])
    operation["parameters"] = [copy.deepcopy(description.resolve(parameter)) for parameter in declared]
    for parameter in operation["parameters"]:
        parameter["schema"] = narrowed(description, parameter["schema"], in_path)
        if "x-id" in parameter["schema"]:
            parameter["example"] = fitting.get(parameter["schema"]["x-id"], UNKNOWN_ID)
        if parameter["name"] == "X-Idempotency-Key":
            parameter["example"] = EXAMPLE_KEY

    for media in description.resolve(operation.get("requestBody", {})).get("content", {}).values():
        filled = [
            with_credentials(description.visit(media["schema"], value, lambda kind, _: fitting.get(kind, UNKNOWN_ID)))
            for value in examples(media)
        ]
        media.pop("example", None)
        media["examples"] = {str(number): {"value": value} for number, value in enumerate(filled)}
        media["schema"] = narrowed(description, media["schema"], in_body)


def with_credentials(body):
    """The example of a body with what has exactly one fitting value."""
    fixed = {name: fitting["enum"][0] for name, fitting in FITTING.items() if "enum" in fitting}
    return {**body, **{name: fixed[name] for name in fixed if name in body}} if isinstance(body, dict) else body


def fitting_ids(explorer, name):
    """Ids that have worked together, or for an operation that works once per object, ids that are left for it alone."""
    if name in explorer.once:
        parameters = explorer.taken[name].parameters.keys()
        rivals = [other for other in sorted(explorer.once) if explorer.taken[other].parameters.keys() == parameters]
        place = rivals.index(name)
        return {kind: ids[-1 - place % len(ids)] for kind, ids in explorer.ids.items()}
    newest = {kind: ids[-1] for kind, ids in explorer.ids.items()}
    return {**newest, **(explorer.taken[name].ids if name in explorer.taken else {})}


def narrowed(description, schema, known):
    """A copy of a schema of a request that allows only known ids and one that nothing has."""
    schema = copy.deepcopy(description.resolve(schema))
    if "x-id" in schema:
        schema["enum"] = list(dict.fromkeys([*known.get(schema["x-id"], []), UNKNOWN_ID]))
        schema.pop("example", None)
    for keyword in ("allOf", "oneOf", "anyOf"):
        if keyword in schema:
            schema[keyword] = [narrowed(description, part, known) for part in schema[keyword]]
    for name, inner in schema.get("properties", {}).items():
        schema["properties"][name] = {**narrowed(description, inner, known), **FITTING.get(name, {})}
    if "items" in schema:
        schema["items"] = narrowed(description, schema["items"], known)
    return schema


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Replaces the key of the example by a fresh one: the server would only repeat its first reply."""
    if case.headers and case.headers.get("X-Idempotency-Key") == EXAMPLE_KEY:
        case.headers["X-Idempotency-Key"] = f"{next(keys):016x}"


@schemathesis.hook
def after_call(_context, case, response):
    if case.method.upper() == case.operation.method.upper():
        statuses[case.operation.label][response.status_code] += 1


@atexit.register
def write_statuses():
    if os.environ.get("SCHEMATHESIS_STATUSES"):
        pathlib.Path(os.environ["SCHEMATHESIS_STATUSES"]).write_text(json.dumps(statuses))
