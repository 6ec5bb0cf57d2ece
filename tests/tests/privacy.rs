//! Nothing personal and nothing secret is printed: not in logs at the finest level, not by `Debug`, not in errors.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    fmt::{Debug, Write as _},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use cashlink::{
    Cashlink, DocumentSource, RetryPolicy,
    guides::{self, Direct, distributor, input, issuance, platform, registry},
    model,
};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::{
    clock::JumpingClock,
    instances::{Sensitive, instance},
    log::Log,
    personal,
    relay::Relay,
    session, spec,
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

const SECRET: &str = "sandbox-secret";

#[tokio::test]
async fn the_guides_print_nothing_personal_at_the_finest_log_level_whether_they_end_well_or_not() {
    let log = Log::catch();
    let folder = tempfile::tempdir().unwrap();
    let inputs = Inputs::personal(folder.path());
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(sandbox.client_secret(), SECRET);
    let relay = Relay::start(sandbox.origin()).await.unwrap();
    let printed = Printed::default();

    let client = client(&sandbox, &relay, RetryPolicy::default());
    inputs.run(&sandbox, &client, &printed).await;
    let quoting = serde_json::to_string(&inputs.quoted()).unwrap();
    for fault in [
        Fault::reply_lost_after_commit(),
        Fault::truncated_reply().times(9),
        Fault::throttle(Duration::from_secs(1)).times(9),
        Fault::token_expired().times(9),
        Fault::html_reply(502).body(&quoting).times(9),
        Fault::reply(400, "application/json", &quoting),
        Fault::reply(201, "application/json", &quoting).times(9),
    ] {
        for operation in ["investors_create", "identifications_create", "wallets_eth_managed_create"] {
            for family in ["v2", "distributor_v2"] {
                let operation = operation.replace("identifications", "investors_identifications");
                let operation = operation.replace("wallets", "investors_wallets");
                sandbox.arm(fault.clone().on(&format!("{family}_{operation}")));
            }
        }
        for operation in [
            "v2_invitations_partial_update",
            "issuer_v2_issuers_create",
            "issuer_v2_products_create",
            "issuer_v2_distribution_platforms_list",
            "distributor_v2_investments_create",
        ] {
            sandbox.arm(fault.clone().on(operation));
        }
        let client = self::client(&sandbox, &relay, RetryPolicy::default().max_attempts(2));
        inputs.run(&sandbox, &client, &printed).await;
        sandbox.clear_faults();
    }
    inputs.with_mistakes().run(&sandbox, &client, &printed).await;
    printed.debug(&session::builder(&sandbox));
    printed.debug(&client);
    printed.debug(&sandbox);
    let person: model::InvestorCreate = read(&inputs.registry.investor);
    printed.debug(&client.platform().investors().create(&person));
    let file = DocumentSource::path(folder.path().join(FILE));
    printed.debug(&client.platform().documents().upload(&file));

    let hidden = inputs.hidden(&relay);
    let text = printed.text();
    assert_eq!(personal::printed(&text, &hidden), Vec::<String>::new(), "printed by Debug or Display");
    let logged = log.text();
    assert_eq!(personal::printed(&logged, &hidden), Vec::<String>::new(), "logged");

    // What is printed is found.
    tracing::trace!("{}", inputs.registry.investor.natural_person.surname);
    let found = personal::printed(&log.text(), &hidden);
    assert!(matches!(&found[..], [only] if only.starts_with("Beispiel Zq7 in: ")), "{found:?}");

    // All of it was there to be printed, and everybody was listened to.
    let (sent, crossed) = (relay.sent(), format!("{}{}", relay.sent(), relay.answered()));
    let at_home = folder.path().to_string_lossy().into_owned();
    let missed: Vec<_> =
        inputs.values().into_iter().filter(|value| !crossed.contains(value) && *value != at_home).collect();
    assert_eq!(missed, Vec::<String>::new(), "never left");
    assert!(sent.contains("Bearer ") && sent.contains(SECRET));
    for target in
        ["TRACE hyper_util", "DEBUG reqwest", "DEBUG cashlink", "cashlink_sandbox", "attempt failed", "step ended"]
    {
        assert!(logged.contains(target), "nothing was logged by {target}");
    }
}

/// Reads a part of an input as the request that it becomes.
fn read<T: DeserializeOwned>(part: &impl Serialize) -> T {
    serde_json::from_value(serde_json::to_value(part).unwrap()).unwrap()
}

fn client(sandbox: &Sandbox, relay: &Relay, policy: RetryPolicy) -> Cashlink {
    session::builder(sandbox).base_url(relay.url()).retry(policy).clock(JumpingClock::new()).build().unwrap()
}

/// What was printed by `Debug` and `Display`.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<String>>);

impl Printed {
    fn debug(&self, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{value:?}\n{value:#?}").unwrap();
    }

    fn result<T: Debug>(&self, result: &Result<T, guides::Error>) {
        self.debug(result);
        let Err(error) = result else { return };
        self.debug(&(error.problems(), error.rejection(), error.call(), error.call().and_then(cashlink::Error::api)));
        let mut source: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = source {
            writeln!(self.0.lock().unwrap(), "{error}").unwrap();
            self.debug(&error);
            source = error.source();
        }
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }
}

/// Inputs of all guides, with unmistakable personal values and documents in files that are named after people.
#[derive(Clone)]
struct Inputs {
    registry: registry::Input,
    distributor: distributor::Input,
    platform: platform::Input,
    issuance: issuance::Input,
}

const FILE: &str = "erika-beispiel-zq7.pdf";

impl Inputs {
    fn personal(folder: &Path) -> Self {
        let file = folder.join(FILE);
        std::fs::write(&file, b"%PDF-1.4 content of erika zq7").unwrap();
        let document = DocumentSource::path(file);
        let mut registry = registry::Input::sample();
        let mut distributor = distributor::Input::sample();
        let mut platform = platform::Input::sample();
        let mut issuance = issuance::Input::sample();
        for signed in &mut registry.investment.signed_documents {
            signed.file = document.clone();
        }
        registry.identification.legitimation_protocol = document.clone();
        distributor.identification.legitimation_protocol = document.clone();
        distributor.legal_person.company_identity_proof = document.clone();
        distributor.legal_person.company_structure_proof = document.clone();
        for signed in &mut issuance.investment.signed_documents {
            signed.file = document.clone();
        }
        issuance.issuer.legal_person.company_identity_proof = document.clone();
        issuance.issuer.legal_person.company_structure_proof = document;
        let answer = serde_json::json!({"question": "loans", "answer": "answer zq7"});
        platform.survey.answers = vec![answer.as_object().unwrap().clone()];
        platform.survey_waiver = None;
        Self {
            registry: personal::unmistakable(&registry).unwrap(),
            distributor: personal::unmistakable(&distributor).unwrap(),
            platform,
            // The product and its campaign are on public offer.
            issuance: issuance::Input { issuer: personal::unmistakable(&issuance.issuer).unwrap(), ..issuance },
        }
    }

    /// The same with something wrong in every part that is checked.
    fn with_mistakes(&self) -> Self {
        let mut inputs = self.clone();
        inputs.registry.investor.bank_account.as_mut().unwrap().iban.push('0');
        inputs.registry.investor.communication.as_mut().unwrap().email.push('@');
        inputs.registry.identification.legitimation_protocol = DocumentSource::path(format!("missing/{FILE}"));
        inputs.distributor.natural_person.citizenship.push('X');
        inputs.distributor.benefiting_persons[0].country.push('X');
        inputs.distributor.bank_account.bic.push('0');
        inputs.platform.units = 0;
        inputs.issuance.issuer.natural_person.citizenship.push('X');
        inputs.issuance.issuer.bank_account.iban.push('0');
        inputs.issuance.campaign.allocation = 0;
        inputs
    }

    /// Everything personal, as a server might quote it.
    fn quoted(&self) -> serde_json::Value {
        let messages: Vec<_> = self.values().into_iter().map(|value| format!("{value} is not allowed")).collect();
        serde_json::json!({"id": messages, "natural_person": {"surname": messages}, "Beispiel Zq7": messages})
    }

    async fn run(&self, sandbox: &Sandbox, client: &Cashlink, printed: &Printed) {
        let mut inputs = self.clone();
        inputs.registry.investment.campaign_id = Some(sandbox.campaign_id().into());
        inputs.registry.redemption.product_id = Some(sandbox.product_id().into());
        inputs.platform.campaign_id = Some(sandbox.campaign_id().into());
        inputs.platform.investor_id = Some(sandbox.investor_id().into());
        inputs.issuance.investment.investor_id = Some(sandbox.investor_id().into());
        let steps = || {
            let printed = printed.clone();
            Direct::new(Uuid::new_v4()).observe(move |progress| printed.debug(progress))
        };
        printed.debug(&steps());
        inputs.debug(printed);
        printed.result(&registry::import(client, &steps(), &inputs.registry).await);
        printed.result(&distributor::onboard(client, &steps(), &inputs.distributor).await);
        printed.result(&platform::invest(client, &steps(), &inputs.platform).await);
        printed.result(&issuance::issue(client, &steps(), &inputs.issuance).await);
    }

    /// Prints the inputs and every part of them, as whoever holds only a part might.
    fn debug(&self, printed: &Printed) {
        let Self { registry, distributor, platform, issuance } = self;
        let (investor, issuer) = (&registry.investor, &issuance.issuer);
        let parts: [&dyn Debug; 27] = [
            registry,
            investor,
            &investor.natural_person,
            &investor.bank_account,
            &investor.tax_information,
            &investor.communication,
            &registry.identification,
            &registry.identification.legitimation_protocol,
            &registry.investment,
            &registry.investment.signed_documents,
            distributor,
            &distributor.legal_person,
            &distributor.natural_person,
            &distributor.bank_account,
            &distributor.tax_information,
            &distributor.communication,
            &distributor.benefiting_persons,
            &distributor.wallet,
            platform,
            &platform.self_disclosure,
            &platform.survey,
            issuance,
            issuer,
            &issuer.legal_person,
            &issuer.natural_person,
            &issuer.bank_account,
            &issuance.investment,
        ];
        for part in parts {
            printed.debug(part);
        }
    }

    /// The personal values, the file name and the answers included.
    fn values(&self) -> BTreeSet<String> {
        let mut values = personal::values(&self.registry).unwrap();
        values.extend(personal::values(&self.distributor).unwrap());
        values.extend(personal::values(&self.issuance.issuer).unwrap());
        values.extend([FILE, "content of erika zq7", "answer zq7"].map(str::to_owned));
        values
    }

    /// All that must not be printed.
    fn hidden(&self, relay: &Relay) -> BTreeSet<String> {
        let answered = relay.answered();
        let tokens: BTreeSet<&str> =
            answered.split(r#""access_token":""#).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(!tokens.is_empty(), "no token was given out: {answered}");
        let mut hidden = self.values();
        hidden.extend(tokens.iter().flat_map(|token| personal::forms(token)));
        hidden.extend(personal::forms(SECRET));
        hidden.extend(personal::forms(&format!("sandbox-client:{SECRET}")));
        hidden
    }
}

#[test]
fn debug_of_inputs_does_not_depend_on_anything_personal() {
    check::<input::NaturalPerson>("NaturalPersonCreate");
    check::<input::DistributorNaturalPerson>("DistributorNaturalPersonCreate");
    check::<input::BenefitingPerson>("BenefitingPersonCreate");
    check::<input::IssuerNaturalPerson>("IssuerNaturalPersonCreate");
    check::<input::BankAccount>("BankAccountCreate");
    check::<input::TaxInformation>("TaxInformationCreate");
    check::<input::DistributorTaxInformation>("DistributorTaxInformationCreate");
    check::<input::Communication>("CommunicationCreate");
    check::<input::OwnWallet>("GenericWalletCreate");
}

#[test]
fn debug_of_models_does_not_depend_on_anything_sensitive() {
    let mut checked = BTreeSet::from([
        // Amounts are not personal.
        "Decimal",
        "Money",
        "Price",
        // The client alone reads these, and the tests of the raw client look at what they print.
        "AccessToken",
        "TokenRequest",
        // No model reads the bodies of errors.
        "ErrorDetail",
        "OAuthError",
        "FieldErrors",
    ]);
    macro_rules! check_models {
        ($($name:ident)+) => {$(
            check::<model::$name>(stringify!($name));
            checked.insert(stringify!($name));
        )+};
    }
    check_models! {
        BankAccount BankAccountCreate BankAccountUpdate BenefitingPerson BenefitingPersonCreate BenefitingPersonPage
        Campaign CampaignCreate CampaignPage CampaignUpdate Communication CommunicationCreate CommunicationUpdate
        CostsDocument Credit DistributionPlatform DistributionPlatformPage
        DistributorCommunicationUpdate DistributorInvestorCreate DistributorInvestorUpdate DistributorLegalPersonCreate
        DistributorNaturalPersonCreate DistributorTaxInformationCreate DistributorTaxInformationUpdate Document
        GenericWalletCreate Identification IdentificationCreate IdentificationImport IdentificationPage
        IdentificationStart Investment InvestmentCreate InvestmentCreateDirect InvestmentCreateFromInvitation
        InvestmentPage InvestmentStatusWebhook InvestmentUpdate Investor InvestorCreate InvestorPage InvestorUpdate
        Invitation InvitationCreate InvitationPage InvitationUpdate Issuer IssuerCreate IssuerNaturalPersonCreate
        IssuerPage IssuerUpdate LegalPerson LegalPersonCreate LegalPersonUpdate Listing ListingCreate ListingPage
        MandatoryBankAccountUpdate ManagedWalletCreate NaturalPerson NaturalPersonCreate NaturalPersonUpdate
        PaymentDetails Product ProductCreate ProductPage ProductUpdate Redemption RedemptionCreate RedemptionPage RegistryStatement RegistryStatementPage
        SecuritiesDepositAccount SecuritiesDepositAccountCreate SecuritiesDepositAccountUpdate SignedDocument
        SignedDocumentCreate SignedDocumentPage TaxInformation TaxInformationCreate TaxInformationUpdate Transfer
        TransferCreate TransferPage Wallet WalletPage WalletUpdate
    }
    let objects = spec::schemas().filter(|(_, schema)| schema["type"] != "string").map(|(name, _)| name);
    assert_eq!(objects.filter(|name| !checked.contains(name)).collect::<Vec<_>>(), Vec::<&str>::new());
}

/// Two instances that differ in sensitive fields only look the same, and neither lost anything on the way.
#[track_caller]
fn check<T: Serialize + DeserializeOwned + Debug>(name: &str) {
    let instances = [Sensitive::First, Sensitive::Second].map(|sensitive| {
        let json = instance(name, sensitive);
        let value: T = serde_json::from_value(json.clone()).expect(name);
        assert_eq!(serde_json::to_value(&value).unwrap(), json, "{name} lost something");
        (format!("{value:?}"), format!("{value:#?}"))
    });
    assert_eq!(instances[0], instances[1], "{name} prints something sensitive");
}
