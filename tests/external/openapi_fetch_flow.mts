/**
 * Works against a sandbox with a client by openapi-fetch, whose types openapi-typescript has written to `./schema.mts`.
 *
 * That it compiles is half of what is shown: each path, parameter, body and member of a reply is named in the description.
 */

import { randomUUID } from "node:crypto";

import createClient from "openapi-fetch";

import type { components, paths } from "./schema.mts";

type Schemas = components["schemas"];

const NUMBER_OF_INVESTORS = 7;
const PAGE_SIZE = 3;

const baseUrl = required("CASHLINK_URL");
const client = createClient<paths>({ baseUrl });

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`set ${name}`);
  return value;
}

function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** A header with a fresh idempotency key. */
function fresh() {
  return { "X-Idempotency-Key": randomUUID() };
}

async function signIn() {
  const { data, error } = await client.POST("/oauth/token", {
    body: {
      grant_type: "client_credentials",
      client_id: required("CASHLINK_CLIENT_ID"),
      client_secret: required("CASHLINK_CLIENT_SECRET"),
    },
    bodySerializer: (form) => new URLSearchParams(form as Record<string, string>),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  expect(data !== undefined, `no token: ${JSON.stringify(error)}`);
  client.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${data.access_token}`);
    },
  });
}

async function upload(name: string): Promise<string> {
  const file = new File(["%PDF-1.4 a protocol"], name, { type: "application/pdf" });
  const { data, error } = await client.POST("/v2/documents/", {
    params: { header: fresh() },
    // A file is text to the types.
    body: { file: file as unknown as string },
    bodySerializer: ({ file }) => {
      const form = new FormData();
      form.set("file", file as unknown as File);
      return form;
    },
  });
  expect(data !== undefined, `no document: ${JSON.stringify(error)}`);
  return data.id;
}

function investor(forename: string): Schemas["InvestorCreate"] {
  return {
    natural_person: {
      salutation: "MR",
      forename,
      surname: "Muster",
      birth_date: "1980-02-29",
      birth_place: "Köln",
      citizenship: "DEU",
      street: "Weg 1",
      city: "Köln",
      zip: "50667",
      country: "DEU",
      phone: "0221 555 0100",
      is_pep: false,
    },
    communication: { email: "muster@example.com", email_confirmed: true },
    tax_information: { tax_identification_number: "12345678901", non_assessment_certificate: true },
    is_beneficiary: true,
  };
}

async function createInvestor(forename: string, header = fresh()): Promise<string> {
  const { data, error } = await client.POST("/v2/investors/", { params: { header }, body: investor(forename) });
  expect(data !== undefined, `no investor: ${JSON.stringify(error)}`);
  return data.id;
}

async function identify(investor_id: string) {
  const { data, error } = await client.POST("/v2/investors/{investor_id}/identifications/", {
    params: { path: { investor_id }, header: fresh() },
    body: {
      document_type: "IDCARD",
      document_id: "L01X00T47",
      document_issuer: "Stadt Köln",
      document_valid_from: "2020-01-01",
      document_valid_to: "2030-01-01",
      identity_provider: "POSTIDENT",
      legitimation_process_id: "process-1",
      legitimation_protocol_id: await upload("größe.pdf"),
      verified_at: "2025-03-04T09:15:00Z",
    },
  });
  expect(data !== undefined, `no identification: ${JSON.stringify(error)}`);
}

/** The ids on every page, following the number of the page as long as there is a next one. */
async function allInvestors() {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await client.GET("/v2/investors/", { params: { query: { page, page_size: PAGE_SIZE } } });
    expect(data !== undefined, `there is no page ${page}`);
    ids.push(...data.results.map((one) => one.id));
    if (data.next === null) {
      expect(data.count === ids.length, `count is ${data.count}, the pages held ${ids.length}`);
      return { ids, pages: page };
    }
  }
}

async function main() {
  await signIn();

  // A key sent again gives the first reply again.
  const header = fresh();
  const first = await createInvestor("Max", header);
  expect((await createInvestor("Max", header)) === first, "the same key made two investors");
  const created = [first];
  for (let number = 1; number < NUMBER_OF_INVESTORS; number += 1) created.push(await createInvestor(`Max ${number}`));

  await identify(first);
  const path = { investor_id: first };
  const managed = "/v2/investors/{investor_id}/wallets/eth-managed/";
  const wallet = await client.POST(managed, { params: { path, header: fresh() } });
  const wallets = await client.GET("/v2/investors/{investor_id}/wallets/", { params: { path } });
  const walletIds = wallets.data?.map((one) => one.id).join();
  expect(walletIds !== undefined && walletIds === wallet.data?.id, `the wallets are ${walletIds}`);

  const { ids, pages } = await allInvestors();
  expect(new Set(ids).size === ids.length, "an investor was on two pages");
  expect(created.every((id) => ids.includes(id)), "an investor is on no page");
  expect(pages > 1, "there was one page only");
  const one = await client.GET("/v2/investors/{investor_id}/", { params: { path } });
  expect(one.data?.natural_person?.forename === "Max", `the investor is ${JSON.stringify(one.data)}`);

  const refused = await client.POST("/v2/investors/{investor_id}/wallets/eth-generic/", {
    params: { path: { investor_id: created[1] }, header: fresh() },
    body: { address: "no address" },
  });
  expect(refused.response.status === 400 && refused.error !== undefined, "an invalid address was not refused");
  const unknown = await client.GET("/v2/investors/{investor_id}/", { params: { path: { investor_id: randomUUID() } } });
  expect(unknown.response.status === 404 && unknown.error !== undefined, "an unknown investor was found");

  const done = `${created.length} investors created, 1 document uploaded, ${ids.length} investors on ${pages} pages`;
  console.log(`openapi-fetch: ${done}`);
}

await main();
