// The official Node SDK pointed at the stand-in of MOCKSERVER_URL, and what all its tests share.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import candidhealth from "candidhealth";

const { CandidApiClient, CandidApiEnvironment } = candidhealth;

export const url = process.env.MOCKSERVER_URL;
assert.ok(url, "MOCKSERVER_URL says where the stand-in is");

export const environments = CandidApiEnvironment;
export const fixture = JSON.parse(readFileSync(process.env.MOCKSERVER_FIXTURE_FILE, "utf8"));
export const payerId = fixture.non_insurance_payers[1].non_insurance_payer_id;
export const invoiceId = fixture.invoices[1].invoice_id;
export const nowhere = "0badc0de-0000-4000-8000-000000000000";

// The SDK never clears the timer of a call that failed, which would keep the process for a minute.
const start = globalThis.setTimeout;
globalThis.setTimeout = (act, ms, ...rest) => {
    const timer = start(act, ms, ...rest);
    return ms < 5_000 ? timer : timer.unref();
};

const environment = { ...CandidApiEnvironment.Local, candidApi: url };
let worlds = 0;

/** A client with a client id that no other test uses, and so in a world of its own. */
export function connect(options = {}) {
    return connectTo(options).client;
}

/** The same, and the name of its world. */
export function connectTo(options = {}) {
    worlds += 1;
    const world = `node-${process.pid}-${worlds}`;
    const own = { environment, clientId: world, clientSecret: "x", maxRetries: 0 };
    return { world, client: new CandidApiClient({ ...own, ...options }) };
}

/** The client of the refunds family, in a world of its own. */
export function connectRefunds() {
    return connect().nonInsurancePayerRefunds.v1;
}

/** What a call answers, which must be good. */
export async function good(call) {
    const answer = await call;
    assert.ok(answer.ok, `refused: ${JSON.stringify(answer.error)}`);
    return answer.body;
}

/** The error that a call answers, which must be one that the SDK knows by this name. */
export async function refused(call, errorName) {
    const answer = await call;
    assert.equal(answer.ok, false, `not refused: ${JSON.stringify(answer.body)}`);
    assert.equal(answer.error.errorName, errorName);
    return answer.error.content;
}

/** A refund to create: all of it unattributed, if no field says otherwise. */
export function refundOf(amountCents = 100, { target, earmark, ...fields } = {}) {
    const allocation = { amountCents, target: target ?? { type: "unattributed" }, earmark };
    return { nonInsurancePayerId: payerId, amountCents, allocations: [allocation], ...fields };
}
