//! Which distribution platform sells the product: the one that the input names, or the only one that allows it.

use crate::{
    DistributionPlatformId, Issuer,
    guides::{
        Step, StepError, Steps,
        object::Object,
        run::{Run, Stepped},
    },
    model,
};

pub(super) const READ_PLATFORM: Step = Step::read("read_platform", "issuer_v2_distribution_platforms_retrieve");
pub(super) const LIST_PLATFORMS: Step = Step::read("list_platforms", "issuer_v2_distribution_platforms_list");

/// What a platform is called on which products may be listed.
const ALLOWED: &str = "allowed";

/// What helps when a platform does not allow listings.
const AGREE: &str = "does once Cashlink has verified your agreement with it; run the guide again then";

/// The platform of this id, or the only one that allows listings. In both cases it must allow them.
pub(super) async fn choose<S: Steps>(
    run: &Run<S>,
    api: Issuer<'_>,
    id: Option<DistributionPlatformId>,
) -> Stepped<DistributionPlatformId> {
    match id {
        Some(id) => named(run, api, id).await,
        None => only(run, api).await,
    }
}

async fn named<S: Steps>(run: &Run<S>, api: Issuer<'_>, id: DistributionPlatformId) -> Stepped<DistributionPlatformId> {
    let query = api.distribution_platforms().retrieve(id);
    let platform = run.step(READ_PLATFORM, |_| async move {
        let platform = query.send().await?;
        if !is_allowed(&platform) {
            return Err(StepError::Obstacle(format!("a platform that does not allow listings: it {AGREE}")));
        }
        Ok(Object::new(platform.id, Some(ALLOWED)))
    });
    platform.await?;
    Ok(id)
}

async fn only<S: Steps>(run: &Run<S>, api: Issuer<'_>) -> Stepped<DistributionPlatformId> {
    let list = api.distribution_platforms().list();
    let only = run.step(LIST_PLATFORMS, |_| async move {
        let platforms = list.all().await?;
        let allowed = platforms.iter().filter(|platform| is_allowed(platform)).map(|platform| platform.id);
        let only = the_only(&allowed.collect::<Vec<_>>()).map_err(StepError::Obstacle)?;
        Ok(Object::new(only, Some(ALLOWED)))
    });
    Ok(only.await?.id)
}

/// The only one, or what is found instead.
fn the_only(allowed: &[DistributionPlatformId]) -> Result<DistributionPlatformId, String> {
    match allowed {
        [only] => Ok(*only),
        [] => Err(format!("no platform that allows listings: one {AGREE}")),
        several => {
            let ids: Vec<_> = several.iter().map(ToString::to_string).collect();
            let (count, ids) = (ids.len(), ids.join(", "));
            Err(format!(
                "{count} platforms that allow listings: set distribution_platform_id to one of them ({ids}), and \
                 begin a new run, as that is another input"
            ))
        }
    }
}

/// Whether products may be listed on the platform. Silence is a no.
fn is_allowed(platform: &model::DistributionPlatform) -> bool {
    platform.is_allowed == Some(true)
}
