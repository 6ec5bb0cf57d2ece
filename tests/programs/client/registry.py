"""Registry-as-a-Service: who signed and paid elsewhere comes into the registry, is credited units, and redeemed."""

import os

import people
from api import value

SCOPES = (
    "investors:write",
    "investors:read",
    "investments:write",
    "investments:read",
    "documents:write",
    "products:read",
)
UNITS = 300
SIGNED = "2024-03-01T09:30:00+01:00"


def run(api):
    campaign_id, product_id = os.environ["CASHLINK_CAMPAIGN_ID"], os.environ["CASHLINK_PRODUCT_ID"]
    investor_id = api.post(
        "investor",
        "/v2/investors/",
        {
            "natural_person": people.PERSON,
            "bank_account": people.BANK_ACCOUNT,
            "tax_information": {"tax_identification_number": "36 574 261 809", "non_assessment_certificate": True},
            "communication": people.COMMUNICATION,
            "is_beneficiary": True,
        },
    )["id"]
    investor = f"/v2/investors/{investor_id}"
    protocol_id = api.upload("protocol", "/v2/documents/", "protocol.pdf")
    api.post("identification", f"{investor}/identifications/", people.identification(protocol_id))
    wallet_id = api.post("wallet", f"{investor}/wallets/eth-managed/")["id"]
    assert [wallet["id"] for wallet in api.listed(f"{investor}/wallets/")] == [wallet_id]

    papers = {name: api.upload(name, "/v2/documents/", f"{name}.pdf") for name in ("subscription", "information sheet")}
    investment_id = api.post(
        "investment",
        "/v2/investments/",
        {
            "campaign_id": campaign_id,
            "investor_id": investor_id,
            "units": UNITS,
            "signed_at": SIGNED,
            "accepted_at": SIGNED,
            "paid_at": SIGNED,
            "signed_documents": [
                {"document_id": document_id, "category": "contract", "subject": name}
                for name, document_id in papers.items()
            ],
            "wallet": wallet_id,
        },
    )["id"]
    investment = f"/v2/investments/{investment_id}"
    api.post("credit", f"{investment}/credits/")
    delivered = api.wait(f"{investment}/", "DELIVERED")
    price = api.get(f"/v2/products/{product_id}/campaigns/{campaign_id}/")["price_per_token"]
    assert value(delivered["investment_amount"]) == UNITS * value(price), delivered

    redemption_id = api.post(
        "redemption",
        "/v2/redemptions/",
        {"investor_id": investor_id, "product_id": product_id, "wallet_id": wallet_id, "units": UNITS},
    )["id"]
    api.wait(f"/v2/redemptions/{redemption_id}/", "success")
    redeemed = [one for one in api.listed("/v2/investments/", product_id=product_id) if one["id"] == investment_id]
    assert [value(one["remaining_amount"]) for one in redeemed] == [0], redeemed
    return f"investor {investor_id}, investment {investment_id}, redemption {redemption_id}"
