//! The inputs of the guides, and money, agree with the API's own schemas.

use cashlink::{
    Money,
    guides::{input, issuance, platform},
};
use cashlink_tests::schemas::{Instead, Shape, differences};
use schemars::JsonSchema;

const PROTOCOL: Instead = Instead::File { input: "legitimation_protocol", api: "legitimation_protocol_id" };
const IDENTITY: Instead = Instead::File { input: "company_identity_proof", api: "company_identity_proof_id" };
const STRUCTURE: Instead = Instead::File { input: "company_structure_proof", api: "company_structure_proof_id" };
const SIGNED: Instead = Instead::File { input: "file", api: "document_id" };

#[track_caller]
fn check<T: JsonSchema>(component: &str, instead: &[Instead]) {
    check_without::<T>(component, &[], instead);
}

/// Compares an input that leaves out some fields of the API.
#[track_caller]
fn check_without<T: JsonSchema>(component: &str, left_out: &[&str], instead: &[Instead]) {
    let api = left_out.iter().fold(Shape::of_api(component), |api, name| {
        assert!(api.names().contains(name), "{name} is not a field of {component}");
        api.without(name)
    });
    let found = differences(&Shape::of_input::<T>(), &api, instead);
    assert!(found.is_empty(), "{} and {component} differ:\n{}", T::schema_name(), found.join("\n"));
}

#[test]
fn inputs_have_the_fields_of_the_api_and_files_in_place_of_document_ids() {
    check::<input::NaturalPerson>("NaturalPersonCreate", &[]);
    check::<input::DistributorNaturalPerson>("DistributorNaturalPersonCreate", &[]);
    check::<input::BenefitingPerson>("BenefitingPersonCreate", &[]);
    check::<input::BankAccount>("BankAccountCreate", &[]);
    check::<input::TaxInformation>("TaxInformationCreate", &[]);
    check::<input::DistributorTaxInformation>("DistributorTaxInformationCreate", &[]);
    check::<input::Communication>("CommunicationCreate", &[]);
    check::<input::OwnWallet>("GenericWalletCreate", &[]);
    check::<input::Identification>("IdentificationImport", &[PROTOCOL]);
    check::<input::Company>("DistributorLegalPersonCreate", &[IDENTITY, STRUCTURE]);
    check::<input::IssuerNaturalPerson>("IssuerNaturalPersonCreate", &[]);
    // No page asks an issuer about US tax or custody.
    let of_investors = ["is_subject_to_us_tax", "is_custodian_bank"];
    check_without::<input::IssuingCompany>("LegalPersonCreate", &of_investors, &[IDENTITY, STRUCTURE]);
    check::<input::SignedDocument>("SignedDocumentCreate", &[SIGNED]);
}

#[test]
fn the_parts_of_an_issuance_input_have_the_fields_of_the_api_and_no_ids_that_the_guide_knows() {
    // Keys that are assumed from a form of the user interface.
    let assumed = [
        "publication_restricted",
        "asset_code",
        "calculation_factor",
        "lock_in_time",
        "backup_wallet_address",
        "issuance_document_id",
    ];
    let api = assumed.into_iter().fold(Shape::of_api("ProductCreate"), Shape::without);
    // The API's prices may be money or numbers; the inputs have one form for each.
    let product = Shape::of_input::<issuance::Product>();
    let product = product.with("nominal_value", "any", false).with("issuance_price", "any", false);
    let product = product.with("agio_percent", "string", false);
    assert_eq!(differences(&product, &api.without("issuer_id"), &[]), Vec::<String>::new());
    let campaign = Shape::of_input::<issuance::Campaign>().with("price_per_token", "any", true);
    let api = Shape::of_api("CampaignCreate").without("distribution_platform_id");
    assert_eq!(differences(&campaign, &api, &[]), Vec::<String>::new());

    // The API takes an investment without a signature, too; and a discount, whose form no page shows.
    let investment = Shape::of_input::<issuance::Investment>()
        .with("investor_id", "string uuid", true)
        .with("signed_at", "string date-time", false)
        .with("signed_documents", "array", false);
    let api = Shape::of_api("InvestmentCreateDirect");
    let api = ["campaign_id", "disagio"].into_iter().fold(api, Shape::without);
    assert_eq!(differences(&investment, &api, &[]), Vec::<String>::new());
}

#[test]
fn money_is_the_money_of_the_api() {
    check::<Money>("Money", &[]);
}

/// An invitation is filled in three calls, and so the input has it in three parts.
#[test]
fn the_parts_of_a_platform_input_are_the_fields_of_an_invitation() {
    let api = Shape::of_api("InvitationUpdate");
    let whole = Shape::of_input::<platform::Input>();
    let disclosure = Shape::of_input::<platform::SelfDisclosure>().prefixed("self_disclosure_");
    let survey = Shape::of_input::<platform::Survey>().prefixed("survey_").renamed("survey_answers", "survey");
    let parts = disclosure.and(survey).and(whole.only(&["survey_waiver"]));
    assert_eq!(parts.names(), api.names());
    assert_eq!(parts.kinds(), api.kinds());
}

#[test]
fn a_planted_difference_is_found() {
    let (ours, theirs) = (Shape::of_input::<input::Identification>(), Shape::of_api("IdentificationImport"));
    planted(&ours.clone().with("nickname", "string", false), &[PROTOCOL], "nickname is unknown to the API");
    planted(&ours.clone().without("document_id"), &[PROTOCOL], "document_id is missing in the input");
    planted(&ours.clone().with("document_id", "string", false), &[PROTOCOL], "document_id is required on one side");
    planted(&ours.clone().with("verified_at", "string date", true), &[PROTOCOL], "verified_at holds");
    planted(&ours, &[], "legitimation_protocol is unknown to the API");
    planted(&ours, &[PROTOCOL, SIGNED], "document_id is not the id of a document");
    planted(&ours, &[PROTOCOL, STRUCTURE], "company_structure_proof_id is not a field of the API");

    #[track_caller]
    fn planted(ours: &Shape, instead: &[Instead], expected: &str) {
        let found = differences(ours, &Shape::of_api("IdentificationImport"), instead).join("\n");
        assert!(found.contains(expected), "{found:?}");
    }
    assert!(differences(&ours, &theirs.with("added", "string", false), &[PROTOCOL]).len() == 1);
}
