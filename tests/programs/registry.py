"""Registry-as-a-Service: imports an investor with a signed, accepted and paid investment, credits and redeems it.

    CASHLINK_URL=… CASHLINK_CLIENT_ID=… CASHLINK_CLIENT_SECRET=… \
    CASHLINK_CAMPAIGN_ID=… CASHLINK_PRODUCT_ID=… python3 registry.py
"""

from wire import get, post, required, token, upload

CAMPAIGN_ID = required("CASHLINK_CAMPAIGN_ID")
PRODUCT_ID = required("CASHLINK_PRODUCT_ID")

headers = token("investors:write investors:read investments:write investments:read documents:write")

investor = post(
    "/v2/investors/",
    headers,
    {
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
            "phone": "0561 555 0142",
            "is_pep": False,
        },
        "bank_account": {
            "account_holder": "Konrad Beispielmann",
            "iban": "DE02120300000000202051",
            "bic": "BYLADEM1001",
            "bank": "Musterbank",
            "country": "DEU",
            "currency": "EUR",
        },
        "tax_information": {"tax_identification_number": "12/345/67890", "non_assessment_certificate": True},
        "communication": {"email": "konrad@example.com", "email_confirmed": True},
        "is_beneficiary": True,
    },
)
investor_id = investor["id"]
print("investor", investor_id)

protocol_id = upload("/v2/documents/", headers, "protocol.pdf")

# The identity document has run out by now; it was valid on the day of the identification.
identification = post(
    f"/v2/investors/{investor_id}/identifications/",
    headers,
    {
        "document_type": "IDCARD",
        "document_id": "L01X00T47",
        "document_issuer": "Stadt Kassel",
        "document_valid_from": "2015-08-10",
        "document_valid_to": "2025-08-10",
        "identity_provider": "POSTIDENT",
        "legitimation_process_id": "process-0001",
        "legitimation_protocol_id": protocol_id,
        "verified_at": "2021-11-05T10:20:30.123Z",
    },
)
print("identification", identification["id"])

wallet_id = post(f"/v2/investors/{investor_id}/wallets/eth-managed/", headers)["id"]
print("wallet", wallet_id)

contract_id = upload("/v2/documents/", headers, "contract.pdf")
terms_id = upload("/v2/documents/", headers, "terms.pdf")

investment = post(
    "/v2/investments/",
    headers,
    {
        "campaign_id": CAMPAIGN_ID,
        "investor_id": investor_id,
        "units": 300,
        "signed_at": "2021-12-01T08:00:00.000Z",
        "accepted_at": "2021-12-01T08:00:00.000Z",
        "paid_at": "2021-12-01T08:00:00.000Z",
        "signed_documents": [
            {"document_id": contract_id, "category": "contract", "subject": "Subscription"},
            {"document_id": terms_id, "category": "terms", "subject": "Terms and conditions"},
        ],
        "wallet": wallet_id,
    },
)
investment_id = investment["id"]
print("investment", investment_id)

post(f"/v2/investments/{investment_id}/credits/", headers)

print("status", get(f"/v2/investments/{investment_id}/", headers)["status"])

post(
    "/v2/redemptions/",
    headers,
    {"investor_id": investor_id, "product_id": PRODUCT_ID, "wallet_id": wallet_id, "units": 300},
)
print("redeemed", investment_id)
