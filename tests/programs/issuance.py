"""Issuance: a security from its issuer, by way of a listing and a campaign, to an investment of a platform's investor.

    CASHLINK_URL=… CASHLINK_CLIENT_ID=… CASHLINK_CLIENT_SECRET=… \
    CASHLINK_INVESTOR_ID=… python3 issuance.py

The investor was onboarded before. No published guide joins these steps: this program follows the pages that describe
each of them.
"""

from wire import get, post, required, token, upload

INVESTOR_ID = required("CASHLINK_INVESTOR_ID")

headers = token(
    "issuers:read issuers:write products:read products:write investments:read investments:write documents:write"
)

identity_proof_id = upload("/issuer/v2/documents/", headers, "identity.pdf")
structure_proof_id = upload("/issuer/v2/documents/", headers, "structure.pdf")

issuer = post(
    "/issuer/v2/issuers/",
    headers,
    {
        # Nobody asks how the person is addressed.
        "natural_person": {
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
            "is_subject_to_us_tax": False,
        },
        "legal_person": {
            "city": "Kassel",
            "commercial_register": "Amtsgericht Musterstadt",
            "commercial_register_number": "HRB 100201",
            "company_identity_proof_id": identity_proof_id,
            "company_name": "Beispielsolar GmbH",
            "company_structure_proof_id": structure_proof_id,
            "country": "DEU",
            "street": "Sonnenstr. 1",
            "zip": "34117",
        },
        "bank_account": {
            "account_holder": "Beispielsolar GmbH",
            "iban": "DE02120300000000202051",
            "bic": "BYLADEM1001",
            "bank": "Musterbank",
            "country": "DEU",
            "currency": "EUR",
        },
    },
)
issuer_id = issuer["id"]
print("issuer", issuer_id)

product = post(
    "/issuer/v2/products/",
    headers,
    {
        "issuer_id": issuer_id,
        "name": "Beispielsolar 2031",
        "product_type": "SUBORDINATED_LOAN",
        "ewpg": False,
        "provide_nominal_value": False,
        "issuance_price": {"amount": "100", "decimals": 2, "currency": "EUR"},
        "max_issuable_amount": 1000000,
        "step_size": 100,
        "agio_percent": "0",
        "payment_deadline": 14,
        "cancellation_deadline": 14,
        "network": "POLYGON-AMOY",
    },
)
product_id = product["id"]
print("product", product_id)

platforms = get("/issuer/v2/distribution-platforms/", headers)["results"]
allowed = [platform["id"] for platform in platforms if platform["is_allowed"]]
assert allowed, f"no platform is allowed: {platforms!r}"
platform_id = allowed[0]
assert get(f"/issuer/v2/distribution-platforms/{platform_id}/", headers)["is_allowed"] is True

listing = post("/issuer/v2/listings/", headers, {"product_id": product_id, "distribution_platform_id": platform_id})
print("listing", listing["id"])

campaign = post(
    f"/issuer/v2/products/{product_id}/campaigns/",
    headers,
    {
        "distribution_platform_id": platform_id,
        "name": "Beispielsolar 2031 for everybody",
        "allocation": 500000,
        "price_per_token": {"amount": "100", "decimals": 2, "currency": "EUR"},
        "min_number_of_tokens": 100,
        "max_number_of_tokens": 25000,
        "legal_persons_allowed": True,
        "natural_persons_allowed": True,
        "country": "DEU",
        # As the documentation prints it, with a space.
        "rule_type": "PUBLIC OFFERING",
        "is_campaign_active": True,
    },
)
campaign_id = campaign["id"]
print("campaign", campaign_id)

# From here on it is the platform that calls.
offered = get(f"/distributor/v2/products/{product_id}/campaigns/{campaign_id}/", headers)
assert offered["is_campaign_active"] is True, offered

contract_id = upload("/distributor/v2/documents/", headers, "contract.pdf")
investment = post(
    "/distributor/v2/investments/",
    headers,
    {
        "campaign_id": campaign_id,
        "investor_id": INVESTOR_ID,
        "units": 500,
        "signed_at": "2025-03-04T09:15:27.104512+00:00",
        "signed_documents": [{"document_id": contract_id, "category": "contract", "subject": "Subscription"}],
    },
)
investment_id = investment["id"]
print("investment", investment_id)

print("status", get(f"/distributor/v2/investments/{investment_id}/", headers)["status"])

# The issuer sees it, too.
seen = get(f"/issuer/v2/investments/?product_id={product_id}", headers)["results"]
assert [found["id"] for found in seen] == [investment_id], seen
