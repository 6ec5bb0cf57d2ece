"""Distributor quickstart: a company becomes an investor, with its papers, the person behind it, and a wallet."""

import people

SCOPES = ("investors:write", "investors:read", "documents:write")
NO_US_TAX = {"is_subject_to_us_tax": False}


def run(api):
    documents = "/distributor/v2/documents/"
    papers = {
        "company_identity_proof_id": api.upload("extract", documents, "Handelsregisterauszug.pdf"),
        "company_structure_proof_id": api.upload("structure", documents, "shareholders.pdf"),
    }
    investor_id = api.post(
        "investor",
        "/distributor/v2/investors/",
        {
            "legal_person": people.COMPANY | papers | NO_US_TAX,
            "natural_person": people.PERSON | NO_US_TAX,
            "bank_account": people.BANK_ACCOUNT | {"account_holder": people.COMPANY["company_name"]},
            "tax_information": {
                "tax_identification_number": "207/123/45678",
                "non_assessment_certificate": False,
                "is_subject_to_german_tax": True,
            },
            "communication": people.COMMUNICATION,
            "is_beneficiary": True,
        },
    )["id"]
    investor = f"/distributor/v2/investors/{investor_id}"
    protocol_id = api.upload("protocol", documents, "protocol.pdf")
    identification = api.post("identification", f"{investor}/identifications/", people.identification(protocol_id))

    owner = {name: member for name, member in people.PERSON.items() if name != "phone"}
    owners = api.post("persons", f"{investor}/benefiting-persons/", [owner, owner | {"forename": "Inge"}])
    assert [person["forename"] for person in owners] == ["Ronja", "Inge"], owners
    assert len({person["person_id"] for person in owners}) == 2, owners

    wallet_id = api.post("wallet", f"{investor}/wallets/eth-managed/", {"receiving_enabled": True})["id"]
    assert [one["id"] for one in api.listed(f"{investor}/wallets/")] == [wallet_id]
    assert [one["id"] for one in api.listed(f"{investor}/identifications/")] == [identification["id"]]
    assert investor_id in [one["id"] for one in api.listed("/distributor/v2/investors/")]
    return f"investor {investor_id}, wallet {wallet_id}"
