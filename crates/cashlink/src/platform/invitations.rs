//! Invitations of the Cashlink API (`/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, InvitationId, Listing, Mutation, Query,
    call::{listing, mutation, query},
    model::{Invitation, InvitationCreate, InvitationUpdate},
};

/// Creates, fills and reads invitations: online investment processes that end in an investment.
#[derive(Clone, Copy, Debug)]
pub struct Invitations<'a> {
    client: &'a Cashlink,
}

impl<'a> Invitations<'a> {
    pub(super) fn new(client: &'a Cashlink) -> Self {
        Self { client }
    }

    /// Creates an invitation of an onboarded investor to a campaign.
    pub fn create(&self, invitation: &InvitationCreate) -> Mutation<Invitation> {
        let body = Arc::new(invitation.clone());
        mutation!(self.client, V2_INVITATIONS_CREATE, [body], |api, key| api.v2_invitations_create(key, &body))
    }

    /// Fills in part of an invitation; fields that are kept are not sent.
    pub fn update(&self, id: InvitationId, update: &InvitationUpdate) -> Mutation<Invitation> {
        let body = Arc::new(update.clone());
        mutation!(self.client, V2_INVITATIONS_PARTIAL_UPDATE, [body], |api, key| api.v2_invitations_partial_update(
            &id,
            Some(key),
            &body
        ))
    }

    /// Reads one invitation. Its costs document appears some time after it was created.
    pub fn retrieve(&self, id: InvitationId) -> Query<Invitation> {
        query!(self.client, V2_INVITATIONS_RETRIEVE, |api| api.v2_invitations_retrieve(&id))
    }

    /// Lists the invitations of the client, oldest first.
    pub fn list(&self) -> Listing<Invitation> {
        listing!(self.client, V2_INVITATIONS_LIST, |api, filter| api.v2_invitations_list(None, filter.page_size))
    }
}
