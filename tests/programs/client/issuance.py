"""Issuance: an issuer brings out a product, lists it on a platform and offers it there, and an investor takes some.

No published guide joins these steps; each is described on a page of its own.
"""

import os

import people
from api import Refused, value

SCOPES = (
    "issuers:read",
    "issuers:write",
    "products:read",
    "products:write",
    "investments:read",
    "investments:write",
    "documents:write",
)
PRICE = {"amount": "12345", "decimals": 3, "currency": "EUR"}
UNITS, STEP = 250, 50


def run(api):
    papers = {
        "company_identity_proof_id": api.upload("extract", "/issuer/v2/documents/", "extract.pdf"),
        "company_structure_proof_id": api.upload("structure", "/issuer/v2/documents/", "structure.pdf"),
    }
    company = {
        "legal_person": people.COMPANY | papers,
        "natural_person": people.PERSON | {"is_subject_to_us_tax": False},
        "bank_account": people.BANK_ACCOUNT | {"account_holder": people.COMPANY["company_name"]},
    }
    issuer_id = api.post("issuer", "/issuer/v2/issuers/", company)["id"]
    product_id = api.post("product", "/issuer/v2/products/", product(issuer_id))["id"]

    platforms = {one["is_allowed"]: one["id"] for one in api.listed("/issuer/v2/distribution-platforms/")}
    listing = {"product_id": product_id, "distribution_platform_id": platforms[True]}
    api.post("listing", "/issuer/v2/listings/", listing)
    try:
        forbidden = listing | {"distribution_platform_id": platforms[False]}
        api.post("forbidden listing", "/issuer/v2/listings/", forbidden)
    except Refused as refusal:
        assert refusal.status == 400, refusal
    else:
        raise AssertionError("a product was listed where nothing may be listed")

    offer = campaign(platforms[True])
    campaign_id = api.post("campaign", f"/issuer/v2/products/{product_id}/campaigns/", offer)["id"]
    seen = api.get(f"/distributor/v2/products/{product_id}/campaigns/{campaign_id}/")
    assert value(seen["price_per_token"]) == value(PRICE), seen

    contract_id = api.upload("contract", "/distributor/v2/documents/", "contract.pdf")
    investment = {
        "campaign_id": campaign_id,
        "investor_id": os.environ["CASHLINK_INVESTOR_ID"],
        "units": UNITS,
        "signed_at": "2024-06-30T12:00:00Z",
        "signed_documents": [{"document_id": contract_id, "category": "contract", "subject": "Subscription"}],
    }
    investment_id = api.post("investment", "/distributor/v2/investments/", investment)["id"]
    sold = [one for one in api.listed("/issuer/v2/investments/", product_id=product_id) if one["id"] == investment_id]
    assert [value(one["investment_amount"]) for one in sold] == [UNITS * value(PRICE)], sold
    return f"product {product_id}, campaign {campaign_id}, investment {investment_id}"


def product(issuer_id):
    return {
        "issuer_id": issuer_id,
        "name": "Ölschläger Genussrecht 7,5 %",
        "product_type": "PARTICIPATION_RIGHT",
        "ewpg": False,
        "provide_nominal_value": True,
        "nominal_value": {"amount": "1000", "decimals": 2, "currency": "EUR"},
        "max_issuable_amount": 100_000,
        "step_size": STEP,
        "agio_percent": "2.5",
        "payment_deadline": 7,
        "cancellation_deadline": 14,
        "network": "POLYGON-MAINNET",
    }


def campaign(platform_id):
    return {
        "distribution_platform_id": platform_id,
        "name": "Spring",
        "allocation": 100_000,
        "price_per_token": PRICE,
        "min_number_of_tokens": STEP,
        "max_number_of_tokens": 10 * UNITS,
        "legal_persons_allowed": False,
        "natural_persons_allowed": True,
        "country": "DEU",
        "rule_type": "MINIMUM_INVESTMENT_AMOUNT",
        "is_campaign_active": True,
    }
