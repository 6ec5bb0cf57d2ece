"""Distributor quickstart: onboards a company with its documents, identification, benefiting person and wallet.

    CASHLINK_URL=… CASHLINK_CLIENT_ID=… CASHLINK_CLIENT_SECRET=… python3 distributor.py
"""

from wire import post, token, upload

headers = token("investors:write investors:read documents:write")

identity_proof_id = upload("/distributor/v2/documents/", headers, "identity.pdf")
structure_proof_id = upload("/distributor/v2/documents/", headers, "structure.pdf")

investor = post(
    "/distributor/v2/investors/",
    headers,
    {
        "legal_person": {
            "city": "string",
            "commercial_register": "Amtsgericht Musterstadt",
            "commercial_register_number": "HRB 100200",
            "company_identity_proof_id": identity_proof_id,
            "company_name": "Beispielwerke GmbH",
            "company_structure_proof_id": structure_proof_id,
            "country": "DEU",
            "phone": "string",
            "street": "string",
            "zip": "string",
            "is_subject_to_us_tax": False,
        },
        "natural_person": {
            "salutation": "MR",
            "forename": "Konrad",
            "surname": "Beispielmann",
            "birth_date": "1978-04-23",
            "birth_place": "Kassel",
            "citizenship": "DEU",
            "street": "Lindenallee 12",
            "city": "Kassel",
            "zip": "34117",
            "country": "DEU",
            "phone": "+49 561 555 0142",
            "is_pep": False,
            "is_subject_to_us_tax": False,
        },
        "bank_account": {
            "account_holder": "Beispielwerke GmbH",
            "iban": "DE02120300000000202051",
            "bic": "BYLADEM1001",
            "bank": "Musterbank",
            "country": "DEU",
            "currency": "EUR",
        },
        "tax_information": {
            "tax_identification_number": "12/345/67890",
            "non_assessment_certificate": False,
            "is_subject_to_german_tax": True,
        },
        "communication": {"email": "office@example.com", "email_confirmed": True},
        "is_beneficiary": True,
    },
)
investor_id = investor["id"]
print("investor", investor_id)

protocol_id = upload("/distributor/v2/documents/", headers, "protocol.pdf")

identification = post(
    f"/distributor/v2/investors/{investor_id}/identifications/",
    headers,
    {
        "document_type": "IDCARD",
        "document_id": "L01X00T47",
        "document_issuer": "Stadt Kassel",
        "document_valid_from": "2020-08-11",
        "document_valid_to": "2030-08-10",
        "identity_provider": "POSTIDENT",
        "legitimation_process_id": "process-0002",
        "legitimation_protocol_id": protocol_id,
        "verified_at": "2025-03-04T09:15:27.104512+00:00",
    },
)
print("identification", identification["id"])

persons = post(
    f"/distributor/v2/investors/{investor_id}/benefiting-persons/",
    headers,
    [
        {
            "salutation": "MS",
            "forename": "Frieda",
            "surname": "Beispielmann",
            "street": "Lindenallee 12",
            "zip": "34117",
            "city": "Kassel",
            "country": "DEU",
            "birth_date": "1980-01-31",
            "birth_place": "Marburg",
            "citizenship": "DEU",
            "is_pep": False,
        }
    ],
)
print("person", persons[0]["person_id"])

wallet = post(f"/distributor/v2/investors/{investor_id}/wallets/eth-managed/", headers, {"receiving_enabled": True})
print("wallet", wallet["id"])
