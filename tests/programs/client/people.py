"""Who the guides are about. Nobody of them exists."""

PERSON = {
    "salutation": "MS",
    "forename": "Ronja",
    "surname": "Ölschläger-Müßig",
    "birth_date": "1991-12-31",
    "birth_place": "Görlitz",
    "citizenship": "AUT",
    "street": "Neißeufer 3a",
    "city": "Görlitz",
    "zip": "02826",
    "country": "DEU",
    "phone": "03581-555 019",
    "is_pep": False,
}

COMPANY = {
    "company_name": "Ölschläger & Töchter KG",
    "commercial_register": "Amtsgericht Dresden",
    "commercial_register_number": "HRA 40404",
    "street": "Obermarkt 1",
    "city": "Görlitz",
    "zip": "02826",
    "country": "DEU",
    "phone": "03581 555 020",
}

BANK_ACCOUNT = {
    "account_holder": "Ronja Ölschläger-Müßig",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "bank": "Beispielbank",
    "country": "DEU",
    "currency": "EUR",
}

COMMUNICATION = {"email": "ronja+registry@example.org", "email_confirmed": True}


def identification(protocol_id):
    """A finished identification with an identity card, whose protocol was uploaded."""
    return {
        "document_type": "IDCARD",
        "document_id": "L5K0NNTC2",
        "document_issuer": "Stadt Görlitz",
        "document_valid_from": "2019-06-01",
        "document_valid_to": "2029-05-31",
        "identity_provider": "POSTIDENT",
        "legitimation_process_id": "görlitz-17",
        "legitimation_protocol_id": protocol_id,
        "verified_at": "2024-02-29T23:59:59+01:00",
    }
