//! Invented people, companies and documents, to try the guides with.

use std::fmt::Write as _;

use jiff::{Timestamp, civil::date};

use super::{
    BankAccount, BenefitingPerson, Communication, Company, DistributorNaturalPerson, DistributorTaxInformation,
    Identification, IssuerNaturalPerson, IssuingCompany, NaturalPerson, SignedDocument, TaxInformation,
};
use crate::{
    Currency, DocumentSource, Money,
    model::{DocumentType, IdentityProvider, Salutation},
};

/// When the sample investor signed, was accepted and paid: 4 March 2025, 09:15:27 UTC.
pub(crate) const SIGNED_AT: Timestamp = Timestamp::constant(1_741_079_727, 0);

/// When the sample investor answered questions: 5 minutes and 27 seconds before.
pub(crate) const DISCLOSED_AT: Timestamp = Timestamp::constant(1_741_079_400, 0);

/// When the sample identity was verified: 3 March 2025, 14:30 UTC.
const VERIFIED_AT: Timestamp = Timestamp::constant(1_741_012_200, 0);

impl NaturalPerson {
    pub(crate) fn sample() -> Self {
        Self {
            salutation: Salutation::from("MS"),
            forename: "Erika".to_owned(),
            surname: "Beispiel".to_owned(),
            birth_date: date(1984, 6, 17),
            birth_place: "Musterstadt".to_owned(),
            citizenship: "DEU".to_owned(),
            street: "Beispielweg 12".to_owned(),
            city: "Musterstadt".to_owned(),
            zip: "12345".to_owned(),
            country: "DEU".to_owned(),
            is_pep: false,
            phone: Some("+49 30 0000000".to_owned()),
            is_subject_to_us_tax: None,
        }
    }
}

impl DistributorNaturalPerson {
    pub(crate) fn sample() -> Self {
        let person = NaturalPerson::sample();
        Self {
            salutation: person.salutation,
            forename: person.forename,
            surname: person.surname,
            birth_date: person.birth_date,
            birth_place: person.birth_place,
            citizenship: person.citizenship,
            street: person.street,
            city: person.city,
            zip: person.zip,
            country: person.country,
            is_pep: person.is_pep,
            is_subject_to_us_tax: false,
            phone: person.phone,
        }
    }
}

impl BenefitingPerson {
    pub(crate) fn sample() -> Self {
        Self {
            salutation: Salutation::from("MR"),
            forename: "Max".to_owned(),
            surname: "Muster".to_owned(),
            birth_date: date(1971, 11, 2),
            birth_place: "Beispielhausen".to_owned(),
            citizenship: "AUT".to_owned(),
            street: "Musterallee 3".to_owned(),
            city: "Beispielhausen".to_owned(),
            zip: "1010".to_owned(),
            country: "AUT".to_owned(),
            is_pep: false,
        }
    }
}

impl Company {
    pub(crate) fn sample() -> Self {
        Self {
            company_name: "Beispiel Beteiligungen GmbH".to_owned(),
            commercial_register: "Amtsgericht Musterstadt".to_owned(),
            commercial_register_number: "HRB 00000".to_owned(),
            company_identity_proof: document("register-extract.pdf", "Register extract"),
            company_structure_proof: document("shareholders.pdf", "List of shareholders"),
            street: "Handelsplatz 1".to_owned(),
            city: "Musterstadt".to_owned(),
            zip: "12345".to_owned(),
            country: "DEU".to_owned(),
            is_subject_to_us_tax: false,
            phone: Some("+49 30 0000001".to_owned()),
            is_custodian_bank: None,
        }
    }
}

impl IssuingCompany {
    pub(crate) fn sample() -> Self {
        Self {
            company_name: "Beispiel Energie GmbH".to_owned(),
            commercial_register: "Amtsgericht Musterstadt".to_owned(),
            commercial_register_number: "HRB 00001".to_owned(),
            company_identity_proof: document("register-extract.pdf", "Register extract"),
            company_structure_proof: document("shareholders.pdf", "List of shareholders"),
            street: "Industrieweg 7".to_owned(),
            city: "Musterstadt".to_owned(),
            zip: "12345".to_owned(),
            country: "DEU".to_owned(),
            phone: Some("+49 30 0000002".to_owned()),
        }
    }
}

impl IssuerNaturalPerson {
    pub(crate) fn sample() -> Self {
        Self {
            forename: "Max".to_owned(),
            surname: "Muster".to_owned(),
            birth_date: date(1971, 11, 2),
            birth_place: "Beispielhausen".to_owned(),
            citizenship: "DEU".to_owned(),
            street: "Musterallee 3".to_owned(),
            city: "Musterstadt".to_owned(),
            zip: "12345".to_owned(),
            country: "DEU".to_owned(),
            is_pep: false,
            is_subject_to_us_tax: false,
            salutation: None,
            phone: None,
        }
    }
}

impl BankAccount {
    pub(crate) fn sample(account_holder: &str) -> Self {
        Self {
            iban: "DE89370400440532013000".to_owned(),
            bic: "COBADEFFXXX".to_owned(),
            currency: "EUR".to_owned(),
            account_holder: Some(account_holder.to_owned()),
            bank: Some("Musterbank".to_owned()),
            country: Some("DEU".to_owned()),
        }
    }
}

impl TaxInformation {
    pub(crate) fn sample() -> Self {
        Self {
            tax_identification_number: "98765432100".to_owned(),
            non_assessment_certificate: false,
            is_subject_to_german_tax: Some(true),
        }
    }
}

impl DistributorTaxInformation {
    pub(crate) fn sample() -> Self {
        Self {
            tax_identification_number: "98765432100".to_owned(),
            non_assessment_certificate: false,
            is_subject_to_german_tax: true,
        }
    }
}

impl Communication {
    pub(crate) fn sample(email: &str) -> Self {
        Self { email: email.to_owned(), email_confirmed: Some(true) }
    }
}

impl Identification {
    pub(crate) fn sample() -> Self {
        Self {
            document_type: DocumentType::from("IDCARD"),
            document_id: "T00000000".to_owned(),
            document_issuer: "Stadt Musterstadt".to_owned(),
            document_valid_from: date(2021, 5, 10),
            document_valid_to: date(2031, 5, 9),
            identity_provider: IdentityProvider::from("POSTIDENT"),
            legitimation_process_id: "EXAMPLE-0001".to_owned(),
            legitimation_protocol: document("identification.pdf", "Protocol of an identification"),
            verified_at: VERIFIED_AT,
        }
    }
}

impl SignedDocument {
    pub(crate) fn samples() -> Vec<Self> {
        let signed = |file: &str, category: &str, subject: &str| Self {
            file: document(file, subject),
            category: category.to_owned(),
            subject: subject.to_owned(),
        };
        vec![
            signed("subscription.pdf", "CONTRACT", "Subscription agreement"),
            signed("risk-notice.pdf", "RISK_NOTICE", "Risk notice"),
        ]
    }
}

/// What a unit of the sample product costs: EUR 100.00.
#[expect(clippy::expect_used, reason = "five digits are not too many")]
pub(crate) fn unit_price() -> Money {
    Money::new(10_000, 2, Currency::EUR).expect("an amount of five digits")
}

/// A one-page PDF in memory that says what it stands for.
fn document(file_name: &str, title: &str) -> DocumentSource {
    DocumentSource::bytes(file_name, "application/pdf", pdf(title))
}

fn pdf(title: &str) -> String {
    let content = format!("BT /F1 18 Tf 72 770 Td (Sample: {title}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
         /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut body = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(&objects) {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{:010} 00000 n ", body.len());
        let _ = writeln!(body, "{number} 0 obj\n{object}\nendobj");
    }
    let (start, size) = (body.len(), objects.len() + 1);
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    format!("{body}xref\n0 {size}\n{table}{trailer}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_a_sample_document_points_at_its_objects() {
        let text = pdf("Test");
        let start: usize = text.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(text[start..].starts_with("xref\n0 6\n"));
        for (index, line) in text[start..].lines().skip(3).take(5).enumerate() {
            let offset: usize = line[..10].parse().unwrap();
            assert!(text[offset..].starts_with(&format!("{} 0 obj", index + 1)), "{line}");
            assert_eq!(line.len() + 1, 20);
        }
    }
}
