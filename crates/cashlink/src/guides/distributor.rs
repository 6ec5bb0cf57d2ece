//! Distribution: onboards a company as an investor.

use futures_util::join;
use serde::{Deserialize, Serialize};

use super::{
    Error, Step, Steps,
    input::BenefitingPerson,
    object::{Object, Objects},
    run::{Run, Stepped, both},
};
use crate::{Cashlink, DocumentId, DocumentSource, IdentificationId, InvestorId, PersonId, Scope, WalletId, model};

mod input;
#[cfg(test)]
mod tests;

pub use input::{Input, TEMPLATE};

/// The scopes that the guide needs.
pub const SCOPES: &[Scope] = &[Scope::InvestorsWrite, Scope::InvestorsRead, Scope::DocumentsWrite];

const UPLOAD_IDENTITY_PROOF: Step = Step::keyed("upload_identity_proof", "distributor_v2_documents_create");
const UPLOAD_STRUCTURE_PROOF: Step = Step::keyed("upload_structure_proof", "distributor_v2_documents_create");
const UPLOAD_PROTOCOL: Step = Step::keyed("upload_protocol", "distributor_v2_documents_create");
const CREATE_INVESTOR: Step = Step::keyed("create_investor", "distributor_v2_investors_create");
const IMPORT_IDENTIFICATION: Step =
    Step::keyed("import_identification", "distributor_v2_investors_identifications_create");
const ADD_BENEFITING_PERSONS: Step =
    Step::keyed("add_benefiting_persons", "distributor_v2_investors_benefiting_persons_create");
const CREATE_MANAGED_WALLET: Step =
    Step::keyed("create_managed_wallet", "distributor_v2_investors_wallets_eth_managed_create");
const CREATE_OWN_WALLET: Step = Step::keyed("create_own_wallet", "distributor_v2_investors_wallets_eth_generic_create");

/// Every step that the guide may take, in order.
pub const STEPS: &[Step] = &[
    UPLOAD_IDENTITY_PROOF,
    UPLOAD_STRUCTURE_PROOF,
    UPLOAD_PROTOCOL,
    CREATE_INVESTOR,
    IMPORT_IDENTIFICATION,
    ADD_BENEFITING_PERSONS,
    CREATE_MANAGED_WALLET,
    CREATE_OWN_WALLET,
];

/// What exists after the guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The uploaded proof of the company's identity.
    pub identity_proof_id: DocumentId,
    /// The uploaded proof of the company's structure.
    pub structure_proof_id: DocumentId,
    /// The uploaded protocol of the identification.
    pub protocol_id: DocumentId,
    /// The investor.
    pub investor_id: InvestorId,
    /// The identification.
    pub identification_id: IdentificationId,
    /// How far the identification is, if the API says so.
    pub identification_status: Option<model::KycStatus>,
    /// The benefiting persons, in the order of the input.
    pub benefiting_person_ids: Vec<PersonId>,
    /// The wallet.
    pub wallet_id: WalletId,
}

/// Onboards a company: documents, investor, identification, benefiting persons, wallet.
///
/// The uploads run at the same time, and so do identification and benefiting persons; the wallet comes after both. Run
/// it again with the same run id and input after an interruption; what was done is not repeated.
///
/// # Errors
///
/// Fails before anything is sent if the input has problems; else with the step that failed.
///
/// # Example
///
/// ```no_run
/// use cashlink::{Cashlink, guides::{Direct, distributor}};
///
/// # async fn run(cashlink: Cashlink) -> Result<(), cashlink::guides::Error> {
/// let input = distributor::Input::sample();
/// let report = distributor::onboard(&cashlink, &Direct::new(uuid::Uuid::new_v4()), &input).await?;
/// assert_eq!(report.benefiting_person_ids.len(), input.benefiting_persons.len());
/// # Ok(())
/// # }
/// ```
pub async fn onboard<S: Steps>(client: &Cashlink, steps: &S, input: &Input) -> Result<Report, Error> {
    input.check(client.max_document_bytes()).map_err(Error::invalid)?;
    let run = Run::begin(steps, "distributor", client.account(), input).await?;
    let guide = Guide { client, run: &run, input };
    run.end(guide.onboard().await).await
}

struct Guide<'a, S> {
    client: &'a Cashlink,
    run: &'a Run<S>,
    input: &'a Input,
}

/// The investor and the documents it was made from.
struct Created {
    identity_proof: DocumentId,
    structure_proof: DocumentId,
    investor: InvestorId,
}

impl<S: Steps> Guide<'_, S> {
    async fn onboard(&self) -> Stepped<Report> {
        let protocol = self.upload(UPLOAD_PROTOCOL, &self.input.identification.legitimation_protocol);
        let (created, protocol) = join!(self.create(), protocol);
        let (created, protocol) = both(created, protocol)?;
        let investor_id = created.investor;

        let (identification, persons) =
            join!(self.identify(investor_id, protocol.id), self.add_benefiting_persons(investor_id));
        let (identification, persons) = both(identification, persons)?;
        let wallet = self.create_wallet(investor_id).await?;
        Ok(Report {
            identity_proof_id: created.identity_proof,
            structure_proof_id: created.structure_proof,
            protocol_id: protocol.id,
            investor_id,
            identification_id: identification.id,
            identification_status: identification.status.as_deref().map(model::KycStatus::from),
            benefiting_person_ids: persons.ids,
            wallet_id: wallet.id,
        })
    }

    async fn upload(&self, step: Step, document: &DocumentSource) -> Stepped<Object<DocumentId>> {
        let upload = self.client.distributor().documents().upload(document);
        self.run.call(step, upload, |document| Object::new(document.id, None)).await
    }

    async fn create(&self) -> Stepped<Created> {
        let company = &self.input.legal_person;
        let (identity, structure) = join!(
            self.upload(UPLOAD_IDENTITY_PROOF, &company.company_identity_proof),
            self.upload(UPLOAD_STRUCTURE_PROOF, &company.company_structure_proof),
        );
        let (identity, structure) = both(identity, structure)?;
        let investor = self.client.distributor().investors().create(&self.input.to_model(identity.id, structure.id));
        let investor = self.run.call(CREATE_INVESTOR, investor, |investor| {
            Object::new(investor.id, investor.kyc_status.as_ref().map(model::KycStatus::as_str))
        });
        let investor = investor.await?.id;
        Ok(Created { identity_proof: identity.id, structure_proof: structure.id, investor })
    }

    async fn identify(&self, investor_id: InvestorId, protocol_id: DocumentId) -> Stepped<Object<IdentificationId>> {
        let identification = self.input.identification.to_model(protocol_id);
        let identification = self.client.distributor().identifications(investor_id).create(&identification);
        self.run
            .call(IMPORT_IDENTIFICATION, identification, |identification| {
                Object::new(identification.id, identification.status.as_ref().map(model::KycStatus::as_str))
            })
            .await
    }

    async fn add_benefiting_persons(&self, investor_id: InvestorId) -> Stepped<Objects<PersonId>> {
        let persons: Vec<_> = self.input.benefiting_persons.iter().map(BenefitingPerson::to_model).collect();
        let persons = self.client.distributor().benefiting_persons(investor_id).create(&persons);
        self.run
            .call(ADD_BENEFITING_PERSONS, persons, |persons| {
                Objects::new(persons.iter().map(|person| person.person_id))
            })
            .await
    }

    async fn create_wallet(&self, investor_id: InvestorId) -> Stepped<Object<WalletId>> {
        let wallets = self.client.distributor().wallets(investor_id);
        let receiving_enabled = self.input.wallet.receiving_enabled;
        let (step, wallet) = match &self.input.wallet.address {
            None => {
                let managed = model::ManagedWalletCreate::new().receiving_enabled(receiving_enabled);
                (CREATE_MANAGED_WALLET, wallets.create_managed(&managed))
            }
            Some(address) => {
                let own = model::GenericWalletCreate::new(address).receiving_enabled(receiving_enabled);
                (CREATE_OWN_WALLET, wallets.create_generic(&own))
            }
        };
        self.run.call(step, wallet, |wallet| Object::new(wallet.id, None)).await
    }
}
