"""Investment Platform: turns an invitation, with self-disclosure and survey, into an investment.

    CASHLINK_URL=… CASHLINK_CLIENT_ID=… CASHLINK_CLIENT_SECRET=… \
    CASHLINK_CAMPAIGN_ID=… CASHLINK_INVESTOR_ID=… python3 investment_platform.py

The investor was onboarded before and has at least one wallet.
"""

from wire import get, key, patch, post, required, token

CAMPAIGN_ID = required("CASHLINK_CAMPAIGN_ID")
INVESTOR_ID = required("CASHLINK_INVESTOR_ID")

headers = token("investors:write investors:read investments:write investments:read documents:write")

invitation = post(
    "/v2/invitations/", headers, {"investor_id": INVESTOR_ID, "campaign_id": CAMPAIGN_ID, "units": 1100}
)
invitation_id = invitation["id"]
print("invitation", invitation_id)

# The disclosure is older than the survey and the signature.
patch(
    f"/v2/invitations/{invitation_id}/",
    {**headers, **key()},
    {
        "self_disclosure_submitted_at": "2021-11-09T14:20:15.123Z",
        "self_disclosure_monthly_income": True,
        "self_disclosure_net_worth_100k": True,
    },
)
patch(
    f"/v2/invitations/{invitation_id}/",
    {**headers, **key()},
    {"survey_submitted_at": "2022-03-15T11:02:41.000271+00:00", "survey": []},
)
patch(f"/v2/invitations/{invitation_id}/", {**headers, **key()}, {"survey_waiver": "NO_ANSWERS"})

investment = post(
    "/v2/investments/", headers, {"invitation_id": invitation_id, "signed_at": "2022-03-15T11:05:00.500Z"}
)
investment_id = investment["id"]
print("investment", investment_id)

# This list is a bare array, not a page.
wallets = get(f"/v2/investors/{INVESTOR_ID}/wallets/", headers)
assert isinstance(wallets, list) and len(wallets) > 0, f"expected a list with at least one wallet, got {wallets!r}"
wallet_id = wallets[0]["id"]
print("wallet", wallet_id)

# Without a key: the value is set, not added, so a repetition changes nothing.
patch(f"/v2/investments/{investment_id}/", headers, {"wallet": wallet_id})

print("status", get(f"/v2/investments/{investment_id}/", headers)["status"])
