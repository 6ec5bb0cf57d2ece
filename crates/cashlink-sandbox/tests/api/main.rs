//! The sandbox as its clients see it: over HTTP, by a client that shares nothing with the SDK.

#![cfg(test)]

mod assertions;
mod bodies;
mod campaigns;
mod client;
mod control;
mod control_description;
mod control_refusals;
mod crypto_securities;
mod described;
mod families;
mod fault_refusals;
mod fault_targets;
mod faults;
mod faulty_replies;
mod guides;
mod hangups;
mod idempotency;
mod investments;
mod investors;
mod invitations;
mod issuers;
mod kyc;
mod ledger;
mod listings;
mod pages;
mod products;
mod redemptions;
mod refusals;
mod replies;
mod requests;
mod rules;
mod signed_documents;
mod site;
mod tasks;
mod tenants;
mod tokens;
mod transfers;
mod transitions;
mod uploads;
mod wallets;
