"""Ids of objects that exist, and calls that work: found by sending the examples of the description to the server.

Without them nearly every generated call would end in 404, and nothing behind it would be tested. What an id stands for is
known from the `x-id` marks; the addresses of wallets are taken for ids too.
"""

import dataclasses
import itertools
import json
import urllib.error
import urllib.parse
import urllib.request

# How often more objects are made at the end: first to fill the holdings, then to have objects left with which nothing has
# been done that can be done once only.
FILLING_ROUNDS, SPARE_ROUNDS = 2, 3
# How many ids of a kind are tried in an example, and how many calls that may take.
TRIED, ATTEMPTS = 5, 300
# The newest are tried first, but of these the one that is there from the start, as long as nobody changes it.
OPEN_FROM_THE_START = {"Campaign", "Product"}

# Members of examples that are set otherwise. What takes something from a holding takes one unit, so that enough is left;
# a campaign offers so little that several fit into each product of the examples.
CHANGED = {
    "v2_redemptions_create": {"units": 1},
    "v2_transfers_create": {"amount": 1},
    "distributor_v2_redemptions_create": {"units": 1},
    "distributor_v2_transfers_create": {"amount": 1},
    "issuer_v2_products_campaigns_create": {"allocation": 8000},
}

UPLOAD = (
    b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    b"%PDF-1.4\r\n--part--\r\n"
)


class Description:
    """An OpenAPI document whose references are followed."""

    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def operations(self):
        """Method, path and operation of all, reads first: they show what is there from the start."""
        return [
            (method, path, item[method])
            for method in ("get", "post", "patch")
            for path, item in self.document["paths"].items()
            if method in item
        ]

    def path_parameters(self, path, operation):
        """The schemas of the parameters in the path, by name."""
        declared = self.document["paths"][path].get("parameters", []) + operation.get("parameters", [])
        resolved = [self.resolve(parameter) for parameter in declared]
        return {each["name"]: self.resolve(each["schema"]) for each in resolved if each["in"] == "path"}

    def media(self, node, content_type="application/json"):
        """What a request body or a reply says about a content type."""
        return self.resolve(node).get("content", {}).get(content_type)

    def visit(self, schema, value, change):
        """Gives `value` with every id in it replaced by `change(kind, id)`."""
        schema = self.resolve(schema)
        if "x-id" in schema and isinstance(value, str):
            return change(schema["x-id"], value)
        for keyword in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(keyword, []):
                value = self.visit(part, value, change)
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            return {
                name: self.visit(properties[name], inner, change) if name in properties else inner
                for name, inner in value.items()
            }
        if isinstance(value, list) and "items" in schema:
            return [self.visit(schema["items"], inner, change) for inner in value]
        return value


def examples(media):
    """The values of the examples of a request or a reply."""
    plain = [media["example"]] if "example" in media else []
    return plain + [example["value"] for example in media.get("examples", {}).values()]


@dataclasses.dataclass
class Call:
    """One call, with the ids that were put into its path and its body."""

    method: str
    path: str
    parameters: dict
    ids: dict
    body: object

    def filled_path(self):
        return self.path.format(**{name: self.ids[schema["x-id"]] for name, schema in self.parameters.items()})


class Explorer:
    """Sends examples, learns ids from the replies and remembers the calls that were taken."""

    def __init__(self, document, url, client_id, client_secret):
        schemas = document["components"]["schemas"]
        for schema, name in (("Wallet", "address"), ("TransferCreate", "target_address")):
            schemas[schema]["properties"][name]["x-id"] = "Address"
        self.description = Description(document)
        self.url = url
        self.ids = {}
        self.taken = {}
        self.once = set()
        self.calls = 0
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        token = self._send("post", "/oauth/token", urllib.parse.urlencode(form).encode(), {})
        self.authorization = {"Authorization": f"Bearer {token['access_token']}"}

    def learn(self, kind, value):
        ids = self.ids.setdefault(kind, [])
        if value not in ids:
            ids.append(value)
        return value

    def explore(self):
        """Makes a call of every operation that has one, then more of the objects that can be made again and again."""
        # Without the one that gives tokens.
        operations = [entry for entry in self.description.operations() if entry[2].get("security") != []]
        reached = -1
        while reached < len(self.taken):
            reached = len(self.taken)
            for entry in operations:
                if entry[2]["operationId"] not in self.taken:
                    self._try(*entry)
        for left_out in [set()] * FILLING_ROUNDS + [self.once] * SPARE_ROUNDS:
            for entry in operations:
                if entry[0] == "post" and entry[2]["operationId"] not in left_out:
                    self._try(*entry)

    def _try(self, method, path, operation):
        name = operation["operationId"]
        parameters = self.description.path_parameters(path, operation)
        for body in self._bodies(operation):
            choices = self._choices(parameters, operation, body, method == "patch")
            for ids in itertools.islice(choices, ATTEMPTS):
                filled = self._fill(operation, body, lambda kind, _, ids=ids: ids[kind])
                call = Call(method, path, parameters, ids, filled)
                if self._take(operation, call):
                    if name not in self.taken and method == "post" and not self._take(operation, call):
                        self.once.add(name)
                    self.taken[name] = call
                    return

    def _take(self, operation, call):
        """Whether the server does it. What it replies is learnt."""
        reply = self._send(call.method, call.filled_path(), *self._encode(call))
        if reply is not None:
            self._learn_from(operation, reply)
        return reply is not None

    def _bodies(self, operation):
        """The bodies to try: examples, an upload, none."""
        request = self.description.resolve(operation.get("requestBody", {}))
        media = self.description.media(request)
        bodies = examples(media) if media else []
        if changed := CHANGED.get(operation["operationId"]):
            bodies = [{**body, **changed} for body in bodies]
        if self.description.media(request, "multipart/form-data"):
            bodies.append(UPLOAD)
        return bodies if request.get("required") else [*bodies, None]

    def _choices(self, parameters, operation, body, spare_the_first):
        """Which ids to put in: every combination of some ids of each kind that is needed."""
        kinds = {schema["x-id"] for schema in parameters.values()}
        self._fill(operation, body, lambda kind, value: kinds.add(kind) or value)
        tried = []
        for kind in sorted(kinds):
            oldest_first = kind in OPEN_FROM_THE_START and not spare_the_first
            tried.append(self.ids.get(kind, [])[:: 1 if oldest_first else -1][:TRIED])
        return (dict(zip(sorted(kinds), choice, strict=True)) for choice in itertools.product(*tried))

    def _fill(self, operation, body, change):
        if body is None or isinstance(body, bytes):
            return body
        return self.description.visit(self.description.media(operation["requestBody"])["schema"], body, change)

    def _encode(self, call):
        self.calls += 1
        headers = dict(self.authorization)
        if call.method == "post":
            headers["X-Idempotency-Key"] = f"known-{self.calls}"
        if isinstance(call.body, bytes):
            return call.body, {**headers, "Content-Type": "multipart/form-data; boundary=part"}
        if call.body is not None:
            return json.dumps(call.body).encode(), {**headers, "Content-Type": "application/json"}
        return None, headers

    def _send(self, method, path, body, headers):
        request = urllib.request.Request(self.url + path, data=body, headers=headers, method=method.upper())
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as refusal:
            if refusal.code >= 500:
                raise SystemExit(f"{method.upper()} {path} {body} gave {refusal.code}: {refusal.read()}") from refusal
            return None

    def _learn_from(self, operation, reply):
        for status, response in operation["responses"].items():
            media = self.description.media(response)
            if status.startswith("2") and media:
                self.description.visit(media["schema"], reply, self.learn)
