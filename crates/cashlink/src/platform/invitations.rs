//! Invitations of the Cashlink API (`/v2`).

use crate::{
    InvitationId, Listing, Mutation, Query,
    model::{Invitation, InvitationCreate, InvitationUpdate},
    resource::resource,
};

resource! {
    /// Creates, fills and reads invitations: online investment processes that end in an investment.
    pub struct Invitations;

    /// Creates an invitation of an onboarded investor to a campaign.
    pub fn create(invitation: &InvitationCreate) -> Mutation<Invitation> = v2_invitations_create;

    /// Fills in part of an invitation; fields that are kept are not sent.
    pub fn update(id: InvitationId, update: &InvitationUpdate) -> Mutation<Invitation>
        = v2_invitations_partial_update;

    /// Reads one invitation. Its costs document appears some time after it was created.
    pub fn retrieve(id: InvitationId) -> Query<Invitation> = v2_invitations_retrieve;

    /// Lists the invitations of the client, oldest first.
    pub fn list() -> Listing<Invitation> = v2_invitations_list;
}
