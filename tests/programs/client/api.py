"""A small client of the Cashlink API by httpx: what a program needs that must do nothing twice and lose nothing.

Connections are kept, the token is replaced when it has run out, and a change that got no verdict is sent again under
the key that it had.
"""

import decimal
import os
import time
import uuid

import httpx

# How often a call is sent at most, and how many seconds pass before the second time. The pauses grow twofold.
ATTEMPTS, PAUSE = 8, 0.02
# Statuses that are no verdict on the call: somebody between here and there was too busy, or is ill.
PASSING = {429, 500, 502, 503, 504}
# How many seconds a task on the ledger may take, and how many pass between two looks at it.
PATIENCE, LOOK = 60, 0.5
PAGE_SIZE = 50

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Refused(Exception):
    """The API understood the call and will not do it, whatever the number of times."""

    def __init__(self, response):
        request = response.request
        super().__init__(f"{request.method} {request.url.path}: {response.status_code} {response.text}")
        self.status = response.status_code


class Bearer(httpx.Auth):
    """Signs in when it is needed: before the first call, and after the API has turned a token away."""

    requires_response_body = True

    def __init__(self, url, client_id, client_secret, scopes):
        self.url = url
        self.form = {
            "grant_type": "client_credentials",
            "scope": " ".join(scopes),
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self.token = None

    def auth_flow(self, request):
        if self.token is None:
            yield from self._sign_in()
        request.headers["Authorization"] = f"Bearer {self.token}"
        response = yield request
        if response.status_code == 401:
            yield from self._sign_in()
            request.headers["Authorization"] = f"Bearer {self.token}"
            yield request

    def _sign_in(self):
        response = yield httpx.Request("POST", f"{self.url}/oauth/token", data=self.form)
        if response.status_code != 200:
            raise Refused(response)
        self.token = response.json()["access_token"]


class Api:
    """The API as one client sees it, for one run: the same run again sends the same keys."""

    def __init__(self, scopes, run):
        url = os.environ["CASHLINK_URL"].rstrip("/")
        auth = Bearer(url, os.environ["CASHLINK_CLIENT_ID"], os.environ["CASHLINK_CLIENT_SECRET"], scopes)
        self.http = httpx.Client(base_url=url, auth=auth, timeout=30)
        self.run = run

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def post(self, step, path, body=None):
        """Creates something. `step` names the intent: the key follows from it."""
        content = {} if body is None else {"json": body}
        return self._change("POST", step, path, **content)

    def patch(self, step, path, body):
        """Changes something under a key."""
        return self._change("PATCH", step, path, json=body)

    def put_in_place(self, path, body):
        """Changes something that takes no key: it sets values, so once more does no harm."""
        return self._send("PATCH", path, json=body).json()

    def upload(self, step, path, name):
        """Uploads a document and gives its id."""
        return self._change("POST", step, path, files={"file": (name, PDF, "application/pdf")})["id"]

    def get(self, path):
        return self._send("GET", path).json()

    def listed(self, path, **query):
        """Everything in a list, oldest first: from pages, or from the array that some lists are."""
        page = self._send("GET", path, params={"page_size": PAGE_SIZE, **query}).json()
        if isinstance(page, list):
            yield from page
            return
        seen = 0
        while True:
            seen += len(page["results"])
            yield from page["results"]
            if page["next"] is None:
                break
            page = self._send("GET", page["next"]).json()
        assert seen == page["count"], f"{path}: {seen} of {page['count']} were on the pages"

    def wait(self, path, *ends):
        """Looks until the status of what is at `path` is one of `ends`."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.get(path))["status"] not in ends:
            # An unknown end is for people to look into. Nothing may be started again because of it.
            assert found["status"] not in ("failed", "unknown"), f"{path}: {found['status']}"
            assert time.monotonic() < deadline, f"{path}: still {found['status']}"
            time.sleep(LOOK)
        return found

    def _change(self, method, step, path, **content):
        key = str(uuid.uuid5(self.run, step))
        return self._send(method, path, headers={"X-Idempotency-Key": key}, **content).json()

    def _send(self, method, path, **content):
        """Sends a call until there is a verdict. Every one is safe to repeat: it reads, has a key, or sets values."""
        for attempt in range(ATTEMPTS):
            time.sleep(PAUSE * (2**attempt - 1))
            try:
                response = self.http.request(method, path, **content)
                if response.is_success:
                    return response
                raise Refused(response)
            except (httpx.TransportError, Refused) as error:
                if isinstance(error, Refused) and error.status not in PASSING:
                    raise
                trouble = error
        raise trouble


def value(money):
    """What a money object is worth. A fraction of a cent must not get lost, so this is no float."""
    return decimal.Decimal(money["amount"]).scaleb(-money["decimals"])
