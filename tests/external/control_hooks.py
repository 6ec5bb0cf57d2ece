"""What Schemathesis cannot know of a sandbox by itself: the ids of what can be decided on."""

import json
import os
import urllib.request

import schemathesis

STATE = os.environ["CASHLINK_ORIGIN"] + "/_sandbox/state"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


@schemathesis.hook
def before_load_schema(_context, document):
    with urllib.request.urlopen(STATE, timeout=20) as response:
        state = json.load(response)
    ids = {kind: ids_of(state[kind]) for kind in ("investments", "products", "wallets", "investors")}
    ids["distribution-platforms"] = ids_of(state["platforms"])
    investors = state["investors"]["newest"]
    ids["identifications"] = [one["id"] for investor in investors for one in investor["identifications"]]
    for path, item in document["paths"].items():
        narrow(path, item.get("parameters", []), ids)


def ids_of(listed):
    return [one["id"] for one in listed["newest"]]


def narrow(path, parameters, ids):
    """Writes ids that exist into the parameters of a path, each of the kind that the segment before it names."""
    segments = path.split("/")
    for parameter in parameters:
        place = f"{{{parameter['name']}}}"
        known = ids.get(segments[segments.index(place) - 1]) if place in segments else None
        if known:
            parameter["schema"] = {**parameter["schema"], "enum": [*known, UNKNOWN_ID]}
            parameter["example"] = known[0]
