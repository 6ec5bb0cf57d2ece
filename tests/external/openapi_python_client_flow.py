"""Somebody else's generated client against a server: investors, a document, an identification, pages, refusals.

`generated_client` is made by openapi-python-client from `openapi/cashlink.json`. This program stops with a non-zero exit
code at the first reply that the generated types cannot read or that is not as expected.
"""

import datetime
import io
import os
import uuid

from generated_client import AuthenticatedClient, Client
from generated_client.api.authentication import oauth_token_create
from generated_client.api.platform_documents import v2_documents_create
from generated_client.api.platform_identifications import v2_investors_identifications_create
from generated_client.api.platform_investors import (
    v2_investors_create,
    v2_investors_list,
    v2_investors_retrieve,
)
from generated_client.api.platform_wallets import (
    v2_investors_wallets_eth_generic_create,
    v2_investors_wallets_eth_managed_create,
    v2_investors_wallets_list,
)
from generated_client.models import (
    CommunicationCreate,
    GenericWalletCreate,
    IdentificationImport,
    InvestorCreate,
    NaturalPersonCreate,
    TaxInformationCreate,
    TokenRequest,
    TokenRequestGrantType,
    V2DocumentsCreateBody,
)
from generated_client.types import File

URL = os.environ["CASHLINK_URL"]
NUMBER_OF_INVESTORS = 7
PAGE_SIZE = 3


def key():
    """A fresh idempotency key."""
    return uuid.uuid4().hex


def expect(condition, message):
    if not condition:
        raise SystemExit(f"openapi-python-client: {message}")


def connect():
    request = TokenRequest(
        grant_type=TokenRequestGrantType.CLIENT_CREDENTIALS,
        client_id=os.environ["CASHLINK_CLIENT_ID"],
        client_secret=os.environ["CASHLINK_CLIENT_SECRET"],
    )
    token = oauth_token_create.sync(client=Client(base_url=URL), body=request)
    # Anything but the documented statuses is an exception, not `None`.
    return AuthenticatedClient(base_url=URL, token=token.access_token, raise_on_unexpected_status=True)


def upload(client, name):
    file = File(payload=io.BytesIO(b"%PDF-1.4 a protocol"), file_name=name, mime_type="application/pdf")
    return v2_documents_create.sync(client=client, body=V2DocumentsCreateBody(file=file), x_idempotency_key=key())


def investor(forename):
    person = NaturalPersonCreate(
        salutation="MR",
        forename=forename,
        surname="Muster",
        birth_date=datetime.date(1980, 2, 29),
        birth_place="Köln",
        citizenship="DEU",
        street="Weg 1",
        city="Köln",
        zip_="50667",
        country="DEU",
        phone=None,
        is_pep=False,
    )
    return InvestorCreate(
        natural_person=person,
        communication=CommunicationCreate(email="muster@example.com", email_confirmed=True),
        tax_information=TaxInformationCreate(tax_identification_number="12345678901", non_assessment_certificate=True),
        is_beneficiary=True,
    )


def identify(client, investor_id):
    protocol = upload(client, "protocol.pdf")
    return v2_investors_identifications_create.sync(
        investor_id,
        client=client,
        x_idempotency_key=key(),
        body=IdentificationImport(
            document_type="IDCARD",
            document_id="L01X00T47",
            document_issuer="Stadt Köln",
            document_valid_from=datetime.date(2020, 1, 1),
            document_valid_to=datetime.date(2030, 1, 1),
            identity_provider="POSTIDENT",
            legitimation_process_id="process-1",
            legitimation_protocol_id=protocol.id,
            verified_at=datetime.datetime(2025, 3, 4, 9, 15, tzinfo=datetime.UTC),
        ),
    )


def all_investors(client):
    """Every page's results, following the number of the page as long as there is a next one."""
    results, page = [], 1
    while True:
        reply = v2_investors_list.sync(client=client, page=page, page_size=PAGE_SIZE)
        results += reply.results
        if not reply.next_:
            expect(reply.count == len(results), f"count is {reply.count}, the pages held {len(results)}")
            return results, page
        page += 1


def main():
    client = connect()

    document = upload(client, "größe.pdf")
    expect(isinstance(document.id, uuid.UUID), f"the document has the id {document.id!r}")

    # A key sent again gives the first reply again.
    first_key = key()
    first = [
        v2_investors_create.sync(client=client, body=investor("Max"), x_idempotency_key=first_key) for _ in range(2)
    ]
    expect(first[0].id == first[1].id, "the same key made two investors")
    created = [first[0].id] + [
        v2_investors_create.sync(client=client, body=investor(f"Max {number}"), x_idempotency_key=key()).id
        for number in range(1, NUMBER_OF_INVESTORS)
    ]

    identify(client, created[0])
    wallet = v2_investors_wallets_eth_managed_create.sync(created[0], client=client, x_idempotency_key=key())
    wallets = v2_investors_wallets_list.sync(created[0], client=client)
    expect([one.id for one in wallets] == [wallet.id], f"the wallets are {wallets}")

    listed, pages = all_investors(client)
    ids = [one.id for one in listed]
    expect(len(set(ids)) == len(ids), "an investor was on two pages")
    expect(set(created) <= set(ids), "an investor is on no page")
    expect(pages > 1, "there was one page only")
    one = v2_investors_retrieve.sync(created[0], client=client)
    expect(one.natural_person.forename == "Max", f"the investor is {one}")

    refused = v2_investors_wallets_eth_generic_create.sync_detailed(
        created[1], client=client, body=GenericWalletCreate(address="no address"), x_idempotency_key=key()
    )
    expect(refused.status_code == 400 and refused.parsed is not None, f"an invalid address gave {refused}")
    unknown = v2_investors_retrieve.sync_detailed(uuid.uuid4(), client=client)
    expect(unknown.status_code == 404 and unknown.parsed is not None, f"an unknown investor gave {unknown}")

    done = f"{len(created)} investors created, 2 documents uploaded, {len(ids)} investors on {pages} pages"
    print(f"openapi-python-client: {done}")


if __name__ == "__main__":
    main()
