//! The arguments of `cashlink guide`.

use std::path::PathBuf;

use cashlink::{CampaignId, DistributionPlatformId, InvestorId, ProductId};
use clap::Subcommand;

use super::{ConnectionOptions, OptionalJournal};
use crate::run_id::RunId;

#[derive(clap::Args)]
pub(crate) struct Guide {
    #[command(subcommand)]
    pub(crate) name: GuideName,
}

#[derive(Subcommand)]
pub(crate) enum GuideName {
    /// Import a signed and paid investment into the registry, and redeem it if there is a product.
    #[command(after_help = GUIDE_HELP)]
    Registry {
        #[command(flatten)]
        options: GuideOptions,
        #[command(flatten)]
        campaign: CampaignOption,
        /// Product whose units are redeemed after the delivery [env: CASHLINK_PRODUCT_ID]
        #[arg(long, value_name = "UUID", help_heading = "Ids")]
        product_id: Option<ProductId>,
        /// Do not redeem, whatever the file or the environment says.
        #[arg(long, conflicts_with = "product_id", help_heading = "Ids")]
        no_redeem: bool,
    },
    /// Onboard a company as an investor, with identification, benefiting persons and a wallet.
    #[command(after_help = GUIDE_HELP)]
    Distributor {
        #[command(flatten)]
        options: GuideOptions,
    },
    /// Lead an onboarded investor from an invitation to an investment.
    #[command(after_help = GUIDE_HELP)]
    Platform {
        #[command(flatten)]
        options: GuideOptions,
        #[command(flatten)]
        campaign: CampaignOption,
        /// Investor who invests; onboarded already, with a wallet [env: CASHLINK_INVESTOR_ID]
        #[arg(long, value_name = "UUID", help_heading = "Ids")]
        investor_id: Option<InvestorId>,
    },
    /// Bring a security from its issuer, by way of a listing and a campaign, to its first investor.
    #[command(after_help = GUIDE_HELP)]
    Issuance {
        #[command(flatten)]
        options: GuideOptions,
        /// Investor who invests; onboarded already [env: CASHLINK_INVESTOR_ID]
        #[arg(long, value_name = "UUID", help_heading = "Ids")]
        investor_id: Option<InvestorId>,
        /// Platform that sells; found if just one allows listings [env: CASHLINK_DISTRIBUTION_PLATFORM_ID]
        #[arg(long, value_name = "UUID", help_heading = "Ids")]
        distribution_platform_id: Option<DistributionPlatformId>,
    },
}

#[derive(clap::Args)]
pub(crate) struct CampaignOption {
    /// Campaign to invest in [env: CASHLINK_CAMPAIGN_ID]
    #[arg(long, value_name = "UUID", help_heading = "Ids")]
    pub(crate) campaign_id: Option<CampaignId>,
}

/// The ids that guides take, each some of them.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Ids that were given by flags when the run began")]
pub(crate) struct Ids {
    /// As given to `guide registry` or `guide platform` [env: CASHLINK_CAMPAIGN_ID]
    #[arg(long, value_name = "UUID")]
    pub(crate) campaign_id: Option<CampaignId>,
    /// As given to `guide registry` [env: CASHLINK_PRODUCT_ID]
    #[arg(long, value_name = "UUID")]
    pub(crate) product_id: Option<ProductId>,
    /// As given to `guide registry`
    #[arg(long, conflicts_with = "product_id")]
    pub(crate) no_redeem: bool,
    /// As given to `guide platform` or `guide issuance` [env: CASHLINK_INVESTOR_ID]
    #[arg(long, value_name = "UUID")]
    pub(crate) investor_id: Option<InvestorId>,
    /// As given to `guide issuance` [env: CASHLINK_DISTRIBUTION_PLATFORM_ID]
    #[arg(long, value_name = "UUID")]
    pub(crate) distribution_platform_id: Option<DistributionPlatformId>,
}

impl Ids {
    /// Those that were given, as flag and value.
    pub(crate) fn given(&self) -> Vec<(&'static str, Option<String>)> {
        let some = |flag, id: Option<String>| id.map(|id| (flag, Some(id)));
        let given = [
            some("--campaign-id", self.campaign_id.map(|id| id.to_string())),
            some("--product-id", self.product_id.map(|id| id.to_string())),
            self.no_redeem.then_some(("--no-redeem", None)),
            some("--investor-id", self.investor_id.map(|id| id.to_string())),
            some("--distribution-platform-id", self.distribution_platform_id.map(|id| id.to_string())),
        ];
        given.into_iter().flatten().collect()
    }
}

/// What all guides take.
#[derive(clap::Args)]
pub(crate) struct GuideOptions {
    /// Input in YAML, `-` for stdin. Without it, the guide's sample data are used, which production refuses.
    #[arg(long, value_name = "INPUT.yaml", conflicts_with = "template")]
    pub(crate) file: Option<PathBuf>,
    /// Print a commented input file and end. Needs neither address nor credentials.
    #[arg(long)]
    pub(crate) template: bool,
    /// What the idempotency keys are derived from: a UUID, or 1 to 64 characters without spaces. Random unless given.
    ///
    /// Run again under the same id and with the same input after a failure or a crash: what was done is not repeated.
    /// Without a journal, that is so for as long as the API remembers the keys.
    #[arg(long, value_name = "ID")]
    pub(crate) run_id: Option<RunId>,
    #[command(flatten)]
    pub(crate) journal: OptionalJournal,
    #[command(flatten)]
    pub(crate) connection: ConnectionOptions,
}

/// Explains what the options of a guide leave open.
const GUIDE_HELP: &str = "\
A flag beats the input file, which beats the environment. An empty variable counts as unset.

Exit codes:
    0  done
    1  internal error
    2  usage or invalid input; nothing was sent
    3  rejected by the API
    4  authentication failed
    5  not sent; it cannot have happened
    6  outcome unknown; it may have happened
    7  partly done; some steps were applied
  130  interrupted";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_a_guide_ends_with_the_exit_codes() {
        assert!(GUIDE_HELP.ends_with(crate::exit::HELP));
    }
}
