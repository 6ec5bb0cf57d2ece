//! Every type that a caller fills in, and what it becomes.

use cashlink_tests::schemas::{Known, Known::*, Row};

pub(crate) const TABLE: &[Row] = &[
    row("NaturalPerson", "NaturalPersonCreate", &[]),
    row("DistributorNaturalPerson", "DistributorNaturalPersonCreate", &[]),
    row("IssuerNaturalPerson", "IssuerNaturalPersonCreate", &[]),
    row("BenefitingPerson", "BenefitingPersonCreate", &[]),
    row("Company", "DistributorLegalPersonCreate", &[IDENTITY, STRUCTURE]),
    // No page asks an issuer about US tax or custody.
    row(
        "IssuingCompany",
        "LegalPersonCreate",
        &[IDENTITY, STRUCTURE, Left("is_subject_to_us_tax"), Left("is_custodian_bank")],
    ),
    row("BankAccount", "BankAccountCreate", &[]),
    row("TaxInformation", "TaxInformationCreate", &[]),
    row("DistributorTaxInformation", "DistributorTaxInformationCreate", &[]),
    row("Communication", "CommunicationCreate", &[]),
    row("OwnWallet", "GenericWalletCreate", &[]),
    // Without an address it becomes a wallet in custody, for which the API has another schema.
    row("Wallet", "GenericWalletCreate", &[Open("address"), Demanded("receiving_enabled")]),
    row("Identification", "IdentificationImport", &[PROTOCOL]),
    row("SignedDocument", "SignedDocumentCreate", &[SIGNED]),
    row(
        "registry::Input",
        "",
        &[
            Elsewhere("investor", "InvestorCreate"),
            Elsewhere("identification", "IdentificationImport"),
            Elsewhere("wallet", "GenericWalletCreate"),
            Elsewhere("investment", "InvestmentCreateDirect"),
            Elsewhere("redemption", "RedemptionCreate"),
        ],
    ),
    row(
        "registry::Investor",
        "InvestorCreate",
        &[Left("legal_person"), Left("securities_deposit_account"), Left("account_setup_accepted_at")],
    ),
    // The API takes an investment without a signature, too; and a discount, whose form no page shows.
    row(
        "registry::Investment",
        "InvestmentCreateDirect",
        &[
            Filled("investor_id"),
            Filled("wallet"),
            Open("campaign_id"),
            Demanded("signed_at"),
            Demanded("signed_documents"),
            Left("disagio"),
        ],
    ),
    row(
        "registry::Redemption",
        "RedemptionCreate",
        &[Filled("investor_id"), Filled("wallet_id"), Open("product_id"), Open("units")],
    ),
    row(
        "distributor::Input",
        "DistributorInvestorCreate",
        &[
            Demanded("legal_person"),
            Left("securities_deposit_account"),
            Elsewhere("identification", "IdentificationImport"),
            Elsewhere("benefiting_persons", "list of BenefitingPersonCreate"),
            Elsewhere("wallet", "GenericWalletCreate"),
        ],
    ),
    // An invitation is filled in three calls, and so the input has it in three parts.
    row(
        "platform::Input",
        "InvitationCreate",
        &[
            Open("investor_id"),
            Open("campaign_id"),
            Elsewhere("self_disclosure", "InvitationUpdate"),
            Elsewhere("survey", "InvitationUpdate"),
            Elsewhere("survey_waiver", "InvitationUpdate.survey_waiver"),
            Elsewhere("signed_at", "InvestmentCreateFromInvitation.signed_at"),
        ],
    ),
    row(
        "platform::SelfDisclosure",
        "InvitationUpdate",
        &[
            Renamed("submitted_at", "self_disclosure_submitted_at"),
            Demanded("submitted_at"),
            Renamed("monthly_income", "self_disclosure_monthly_income"),
            Renamed("net_worth_100k", "self_disclosure_net_worth_100k"),
            Left("survey_submitted_at"),
            Left("survey"),
            Left("survey_waiver"),
        ],
    ),
    row(
        "platform::Survey",
        "InvitationUpdate",
        &[
            Renamed("submitted_at", "survey_submitted_at"),
            Demanded("submitted_at"),
            Renamed("answers", "survey"),
            Left("survey_waiver"),
            Left("self_disclosure_submitted_at"),
            Left("self_disclosure_monthly_income"),
            Left("self_disclosure_net_worth_100k"),
        ],
    ),
    row(
        "issuance::Input",
        "",
        &[
            Elsewhere("issuer", "IssuerCreate"),
            Elsewhere("product", "ProductCreate"),
            Elsewhere("distribution_platform_id", "ListingCreate.distribution_platform_id"),
            Elsewhere("campaign", "CampaignCreate"),
            Elsewhere("investment", "InvestmentCreateDirect"),
        ],
    ),
    row("issuance::Issuer", "IssuerCreate", &[]),
    // Left out are keys that are assumed from a form of the user interface.
    row(
        "issuance::Product",
        "ProductCreate",
        &[
            Filled("issuer_id"),
            Left("publication_restricted"),
            Left("asset_code"),
            Left("calculation_factor"),
            Left("lock_in_time"),
            Left("backup_wallet_address"),
            Left("issuance_document_id"),
        ],
    ),
    row("issuance::Campaign", "CampaignCreate", &[Filled("distribution_platform_id")]),
    row(
        "issuance::Investment",
        "InvestmentCreateDirect",
        &[
            Open("investor_id"),
            Filled("campaign_id"),
            Demanded("signed_at"),
            Demanded("signed_documents"),
            Left("disagio"),
        ],
    ),
];

pub(crate) const PROTOCOL: Known = File("legitimation_protocol", "legitimation_protocol_id");
const IDENTITY: Known = File("company_identity_proof", "company_identity_proof_id");
pub(crate) const STRUCTURE: Known = File("company_structure_proof", "company_structure_proof_id");
pub(crate) const SIGNED: Known = File("file", "document_id");

const fn row(input: &'static str, component: &'static str, known: &'static [Known]) -> Row {
    Row { input, component, known }
}
