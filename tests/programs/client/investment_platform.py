"""Investment Platform: an invitation is answered bit by bit, becomes an investment, and gets the investor's wallet."""

import os

SCOPES = ("investors:write", "investors:read", "investments:write", "investments:read", "documents:write")
# More than an investor who says nothing about income and means may invest.
UNITS = 1100


def run(api):
    campaign_id, investor_id = os.environ["CASHLINK_CAMPAIGN_ID"], os.environ["CASHLINK_INVESTOR_ID"]
    wanted = {"investor_id": investor_id, "campaign_id": campaign_id, "units": UNITS}
    invitation_id = api.post("invitation", "/v2/invitations/", wanted)["id"]
    answers = {
        "means": {
            "self_disclosure_submitted_at": "2024-05-02T18:00:00.5+02:00",
            "self_disclosure_monthly_income": True,
            "self_disclosure_net_worth_100k": True,
        },
        "survey": {"survey_submitted_at": "2024-05-02T18:04:10+02:00", "survey": []},
        "waiver": {"survey_waiver": "NO_ANSWERS"},
    }
    for step, answer in answers.items():
        api.patch(step, f"/v2/invitations/{invitation_id}/", answer)

    signed = {"invitation_id": invitation_id, "signed_at": "2024-05-02T18:09:59Z"}
    investment = api.post("investment", "/v2/investments/", signed)
    assert (investment["investor_id"], investment["campaign_id"], investment["units"]) == tuple(wanted.values()), (
        investment
    )

    wallets = list(api.listed(f"/v2/investors/{investor_id}/wallets/"))
    assert wallets, "the investor has no wallet"
    path = f"/v2/investments/{investment['id']}/"
    api.put_in_place(path, {"wallet": wallets[0]["id"]})
    found = api.get(path)
    assert found["wallet"] == wallets[0]["id"], found
    return f"invitation {invitation_id}, investment {investment['id']}, {found['status']}"
