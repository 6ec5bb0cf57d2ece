"""What Schemathesis cannot know by itself: which objects the server has, and which operations it has reached.

Requests are narrowed to ids that exist, and to one that does not; replies are judged by the description as it is.
"""

import atexit
import collections
import copy
import itertools
import json
import os
import pathlib
import sys
import urllib.request

import schemathesis
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.stateful import OpenAPIStateMachine

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from known_ids import Explorer, examples

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
# Ids of a kind that requests choose from, the oldest and the newest: few, so that combinations are met that fit.
OLDEST, NEWEST = 1, 2
# How many objects are left to an operation that works once per object: some turn out not to be ready for it.
CHOICES = 2

# Members of requests whose schemas allow more than the server can take.
FITTING = {
    "address": {"pattern": "^0x[0-9a-f]{40}$"},
    "client_id": {"enum": [os.environ["CASHLINK_CLIENT_ID"]]},
    "client_secret": {"enum": [os.environ["CASHLINK_CLIENT_SECRET"]]},
}
EXAMPLE_KEY = "the key of an example"

URL = os.environ["CASHLINK_URL"]
CONTROL = URL.removesuffix("/api/external") + "/_sandbox"

statuses = collections.defaultdict(collections.Counter)
sequences = collections.Counter()
keys = itertools.count(1)
addresses = itertools.count(1)


@schemathesis.hook
def before_load_schema(_context, document):
    control("POST", "/reset")
    explorer = Explorer(document, URL, os.environ["CASHLINK_CLIENT_ID"], os.environ["CASHLINK_CLIENT_SECRET"])
    foreign = {}
    if "CASHLINK_OTHER_CLIENT_ID" in os.environ:
        other = Explorer(
            document, URL, os.environ["CASHLINK_OTHER_CLIENT_ID"], os.environ["CASHLINK_OTHER_CLIENT_SECRET"]
        )
        learn_what_is_seeded(other)
        other.explore()
        foreign = {kind: ids[-1:] for kind, ids in other.ids.items()}
    else:
        learn_what_is_seeded(explorer)
    explorer.explore()
    if "CASHLINK_SETTINGS" in os.environ:
        control("PATCH", "/settings", os.environ["CASHLINK_SETTINGS"])
    start_scenarios_from(control("POST", "/snapshots")["id"])
    for method, path, operation in explorer.description.operations():
        narrow(explorer, foreign, method, path, operation)


def learn_what_is_seeded(explorer):
    for kind in ("Campaign", "Product", "Investor"):
        explorer.learn(kind, os.environ[f"CASHLINK_{kind.upper()}_ID"])


def control(method, path, body=None):
    """Tells the sandbox what to do."""
    data, headers = (body.encode(), {"Content-Type": "application/json"}) if body else (None, {})
    request = urllib.request.Request(f"{CONTROL}{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as response:
        reply = response.read()
    return json.loads(reply) if reply else None


def start_scenarios_from(snapshot):
    """Lets every sequence of calls begin in the same state.

    Hypothesis makes a sequence from the beginning of an earlier one and stops for good where that gets other replies.
    """
    prepare = OpenAPIStateMachine.__init__

    def restore_and_prepare(self):
        control("POST", f"/snapshots/{snapshot}/restore")
        sequences["begun"] += 1
        prepare(self)

    OpenAPIStateMachine.__init__ = restore_and_prepare


def narrow(explorer, foreign, method, path, operation):
    """Writes ids that exist, the client's own and some of others, into the parameters and the body of an operation."""
    description = explorer.description
    fitting = fitting_ids(explorer, operation["operationId"])
    kinds = explorer.ids.keys() | foreign.keys()
    in_body = {kind: [ids[kind] for ids in fitting if kind in ids] + foreign.get(kind, []) for kind in sorted(kinds)}
    in_path = {kind: list(values) for kind, values in in_body.items()}
    if operation["operationId"] not in explorer.once:
        # What is there from the start must stay as it is.
        oldest = 0 if method == "patch" else OLDEST
        for kind, ids in explorer.ids.items():
            in_path[kind] += [*ids[:oldest], *ids[-NEWEST:]]

    # Parameters are shared by operations: each gets its own.
    declared = description.document["paths"][path].get("parameters", []) + operation.get("parameters", [])
    operation["parameters"] = [copy.deepcopy(description.resolve(parameter)) for parameter in declared]
    for parameter in operation["parameters"]:
        parameter["schema"] = narrowed(description, parameter["schema"], in_path)
        if "x-id" in parameter["schema"]:
            parameter.pop("example", None)
            values = [ids.get(parameter["schema"]["x-id"], UNKNOWN_ID) for ids in fitting]
            parameter["examples"] = {str(number): {"value": value} for number, value in enumerate(values)}
        if parameter["name"] == "X-Idempotency-Key":
            parameter["example"] = EXAMPLE_KEY

    for media in description.resolve(operation.get("requestBody", {})).get("content", {}).values():
        filled = [
            with_fitting_members(
                description.visit(media["schema"], value, lambda kind, _, ids=ids: ids.get(kind, UNKNOWN_ID))
            )
            for value in examples(media)
            for ids in fitting
        ]
        media.pop("example", None)
        media["examples"] = {str(number): {"value": value} for number, value in enumerate(filled)}
        media["schema"] = narrowed(description, media["schema"], in_body)


def fitting_ids(explorer, name):
    """Choices of ids, each of which should do for an operation."""
    newest = {kind: ids[-1] for kind, ids in explorer.ids.items()}
    call = explorer.taken.get(name)
    if not call:
        return [newest]
    if name not in explorer.once:
        return [{**newest, **call.ids}]
    # It works once per object: another object, which nobody else takes.
    if not call.parameters:
        return [{**newest, **call.ids, kind: newest[kind]} for kind in call.ids]
    rivals = [
        other for other in sorted(explorer.once) if explorer.taken[other].parameters.keys() == call.parameters.keys()
    ]
    places = range(rivals.index(name), rivals.index(name) + CHOICES * len(rivals), len(rivals))
    return [{kind: ids[-1 - place % len(ids)] for kind, ids in explorer.ids.items()} for place in places]


def with_fitting_members(body):
    """The example of a body with an address that nobody has, and with the credentials that are good."""
    if not isinstance(body, dict):
        return body
    fitting = {"address": f"0x{next(addresses):040x}"}
    fitting |= {name: schema["enum"][0] for name, schema in FITTING.items() if "enum" in schema}
    return {**body, **{name: value for name, value in fitting.items() if name in body}}


def narrowed(description, schema, known):
    """A copy of a schema of a request that allows only known ids and one that nothing has."""
    schema = copy.deepcopy(description.resolve(schema))
    if "x-id" in schema:
        schema["enum"] = list(dict.fromkeys([*known.get(schema["x-id"], []), UNKNOWN_ID]))
        if schema.get("nullable"):
            schema["enum"].append(None)
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
    if case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL:
        sequences["calls"] += 1
        sequences["succeeded"] += response.status_code < 300


@atexit.register
def write_statuses():
    if os.environ.get("SCHEMATHESIS_RESULT"):
        result = {"statuses": statuses, "sequences": sequences}
        pathlib.Path(os.environ["SCHEMATHESIS_RESULT"]).write_text(json.dumps(result))
