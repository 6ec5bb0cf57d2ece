"""What the programs need of HTTP, by the standard library alone.

It behaves as plain scripts do: a new connection for each call, a random key of 16 hexadecimal characters for each
call that changes something, no body and no Content-Type where there is nothing to say, and one question about the
reply: is its status below 300?
"""

import http.client
import json
import os
import sys
import urllib.parse

URL = os.environ.get("CASHLINK_URL", "").rstrip("/")
CLIENT_ID = os.environ.get("CASHLINK_CLIENT_ID", "")
CLIENT_SECRET = os.environ.get("CASHLINK_CLIENT_SECRET", "")

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def required(name):
    """The environment variable `name`, or the end of the program."""
    value = os.environ.get(name, "")
    if not value:
        sys.exit(f"set {name}")
    return value


def key():
    """A fresh idempotency key."""
    return {"X-Idempotency-Key": os.urandom(8).hex()}


def token(scope):
    """Signs in and returns the header for every later call."""
    required("CASHLINK_URL"), required("CASHLINK_CLIENT_ID"), required("CASHLINK_CLIENT_SECRET")
    form = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    body = urllib.parse.urlencode(form).encode()
    status, reply = exchange("POST", "/oauth/token", {"Content-Type": "application/x-www-form-urlencoded"}, body)
    check(status == 200, "POST", "/oauth/token", status, reply)
    return {"Authorization": f"Bearer {json.loads(reply)['access_token']}"}


def post(path, headers, body=None):
    """Sends `body` as JSON, or nothing at all, and returns the parsed reply."""
    return call("POST", path, {**headers, **key()}, body)


def patch(path, headers, body):
    """Changes what is at `path`; the caller decides whether a key goes along."""
    return call("PATCH", path, headers, body)


def get(path, headers):
    """Reads what is at `path`."""
    return call("GET", path, headers, None)


def upload(path, headers, name, content=PDF):
    """Sends a file as the single multipart part `file` and returns its id."""
    boundary = os.urandom(16).hex()
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    form = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    status, reply = exchange("POST", path, {**headers, **key(), **form}, body)
    check(status < 300, "POST", path, status, reply)
    return json.loads(reply)["id"]


def call(method, path, headers, body):
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers = {**headers, "Content-Type": "application/json"}
    status, reply = exchange(method, path, headers, data)
    check(status < 300, method, path, status, reply)
    return json.loads(reply) if reply else None


def exchange(method, path, headers, body):
    """One request on a connection of its own: the status and the raw reply."""
    address = urllib.parse.urlsplit(URL)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname, address.port, timeout=30)
    try:
        connection.request(method, address.path + path, body=body, headers={"Accept": "*/*", **headers})
        response = connection.getresponse()
        return response.status, response.read()
    except OSError as error:
        sys.exit(f"{method} {path}: {error}")
    finally:
        connection.close()


def check(fine, method, path, status, reply):
    if not fine:
        sys.exit(f"{method} {path}: status {status}: {reply.decode(errors='replace')}")
