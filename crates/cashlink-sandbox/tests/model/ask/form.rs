//! What is filled in about people, companies and products, none of which matters to what is tested.

use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) fn person() -> Value {
    json!({
        "natural_person": {
            "salutation": "MR", "forename": "Max", "surname": "Probe", "birth_date": "1975-11-30",
            "birth_place": "Musterstadt", "citizenship": "DEU", "street": "Probeweg 3", "city": "Musterstadt",
            "zip": "12345", "country": "DEU", "phone": "0171 0000000", "is_pep": false, "is_subject_to_us_tax": false,
        },
        "bank_account": {
            "account_holder": "Max Probe", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX",
            "bank": "Musterbank", "country": "DEU", "currency": "EUR",
        },
        "tax_information": {
            "tax_identification_number": "12", "non_assessment_certificate": true, "is_subject_to_german_tax": true,
        },
        "communication": {"email": "max@example.org", "email_confirmed": true},
        "is_beneficiary": true,
    })
}

pub(super) fn company(proof: Uuid) -> Value {
    let mut body = person();
    body["legal_person"] = json!({
        "company_name": "Probe GmbH", "commercial_register": "Amtsgericht Musterstadt",
        "commercial_register_number": "HRB 1", "company_identity_proof_id": proof, "company_structure_proof_id": proof,
        "street": "Probeweg 3", "city": "Musterstadt", "zip": "12345", "country": "DEU", "phone": "0171 0000000",
        "is_subject_to_us_tax": false,
    });
    body
}

/// A company that issues products.
pub(crate) fn issuer(proof: Uuid) -> Value {
    let mut body = company(proof);
    let parts = body.as_object_mut().unwrap();
    parts.retain(|part, _| ["natural_person", "legal_person", "bank_account"].contains(&part.as_str()));
    body["natural_person"].as_object_mut().unwrap().remove("salutation");
    body["legal_person"].as_object_mut().unwrap().remove("is_subject_to_us_tax");
    body
}

pub(super) fn benefiting_person(is_pep: bool) -> Value {
    json!({
        "salutation": "MS", "forename": "Eva", "surname": "Probe", "street": "Probeweg 3", "zip": "12345",
        "city": "Musterstadt", "country": "DEU", "birth_date": "1980-01-01", "birth_place": "Musterstadt",
        "citizenship": "DEU", "is_pep": is_pep,
    })
}

pub(super) fn identification(protocol: Uuid) -> Value {
    json!({
        "document_type": "IDCARD", "document_id": "T22000129", "document_issuer": "Musterstadt",
        "document_valid_from": "2015-08-10", "document_valid_to": "2025-08-10", "identity_provider": "POSTIDENT",
        "legitimation_process_id": "p-1", "legitimation_protocol_id": protocol, "verified_at": "2022-03-01T10:15:00Z",
    })
}

pub(super) fn product(issuer: Uuid, max: u64, step: u64, is_crypto: bool) -> Value {
    let mut body = json!({
        "issuer_id": issuer, "name": "Probedarlehen", "product_type": "SUBORDINATED_LOAN", "ewpg": is_crypto,
        "provide_nominal_value": false, "issuance_price": {"amount": "100", "decimals": 2, "currency": "EUR"},
        "max_issuable_amount": max, "step_size": step, "payment_deadline": 14, "cancellation_deadline": 14,
        "network": "POLYGON-AMOY",
    });
    if is_crypto {
        body["isin"] = json!("DE000A0AAAA8");
    }
    body
}
