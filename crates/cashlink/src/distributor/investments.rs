//! Investments of the Distributor API (`/distributor/v2`).

use crate::{
    InvestmentId, Listing, Mutation, ProductId, Query, Wait,
    model::{
        Credit, Investment, InvestmentCreateDirect, InvestmentStatus, InvestmentUpdate, RegistryStatement,
        SignedDocument, SignedDocumentCreate,
    },
    resource::resource,
};

resource! {
    /// Creates, changes and reads investments, credits their units, and keeps their documents.
    pub struct Investments;

    /// Creates an investment; this family knows no invitations.
    ///
    /// The campaign must be active and unlocked for this platform, and the units a multiple of the product's step size
    /// within the campaign's limits. Until the investor is identified, and a company has a benefiting person, it is
    /// `KYC_PENDING`. Without `signed_at` it is a web-based subscription, for accounts that may have it: the reply
    /// holds the address to send the investor to. The form is that of `/v2`; key and prefix are assumed.
    pub fn create(investment: &InvestmentCreateDirect) -> Mutation<Investment> = distributor_v2_investments_create;

    /// Sets fields of an investment, such as its wallet; fields that are kept are not sent.
    ///
    /// The call carries no idempotency key: it sets absolute values, so repeating it changes nothing more.
    pub fn update(id: InvestmentId, update: &InvestmentUpdate) -> Mutation<Investment>
        = distributor_v2_investments_partial_update without key;

    /// Starts the credit of an investment: its units are delivered to its wallet.
    ///
    /// The investment must be paid and have a wallet. The credit is a task on the ledger, which cannot be read again;
    /// when it has succeeded, the investment is `DELIVERED`, which [`wait_for_delivery`](Self::wait_for_delivery) waits
    /// for. If a task ends as `unknown`, it needs investigation by a person: never start it again.
    ///
    /// No source names this call for this family: it is assumed by that of `/v2`.
    pub fn credit(id: InvestmentId) -> Mutation<Credit> = distributor_v2_investments_credits_create;

    /// Reads one investment and its status.
    pub fn retrieve(id: InvestmentId) -> Query<Investment> = distributor_v2_investments_retrieve;

    /// Lists the investments of the client, oldest first.
    pub fn list() -> Listing<Investment> = distributor_v2_investments_list with product_id;

    /// Adds an uploaded document that the investor signed to those that came with the investment.
    ///
    /// Some categories are mandatory for some products; the list is not public.
    ///
    /// Documented for this family; the body and the path are assumed.
    pub fn add_signed_document(id: InvestmentId, document: &SignedDocumentCreate) -> Mutation<SignedDocument>
        = distributor_v2_investments_signed_documents_create;

    /// Lists the documents that were signed for the investment, oldest first. The path is assumed.
    pub fn signed_documents(id: InvestmentId) -> Listing<SignedDocument>
        = distributor_v2_investments_signed_documents_list;

    /// Lists the statements of the registry about the investment, oldest first.
    ///
    /// Crypto securities alone have them: a new one whenever the remaining amount changes, and once a year. The form of
    /// a statement is assumed.
    pub fn registry_statements(id: InvestmentId) -> Listing<RegistryStatement>
        = distributor_v2_investments_registry_statements_list;
}

impl Investments<'_> {
    /// Lists the investments in one product, oldest first. The filter is that of the Issuer API, and assumed here.
    pub fn list_of_product(&self, product_id: ProductId) -> Listing<Investment> {
        self.list().product(product_id)
    }

    /// Waits until the investment is delivered, such as after [`credit`](Self::credit); one that is cancelled fails.
    ///
    /// A credit that fails leaves the investment as it was, so the wait for it ends at the deadline: look at the status
    /// in the reply of the credit first.
    pub fn wait_for_delivery(&self, id: InvestmentId) -> Wait<Investment> {
        self.wait_for(id, InvestmentStatus::Delivered)
    }

    /// Waits until the investment has `status`, or one that is further on the way to its delivery; one that ends otherwise
    /// fails.
    pub fn wait_for(&self, id: InvestmentId, status: InvestmentStatus) -> Wait<Investment> {
        Wait::until(self.retrieve(id), id, status)
    }
}
