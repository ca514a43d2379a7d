// What the retries of the official Node SDK leave behind, as the stand-in reports it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, good, refundOf, url } from "./sdk.mjs";

/** What the control plane answers about a world. */
async function control(world, path, document) {
    const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(document) };
    const answer = await fetch(`${url}/_mock/worlds/${world}${path}`, document && options);
    assert.ok(answer.ok, await answer.clone().text());
    return answer.json();
}

/** Timers that do not wait a second before a call is tried again. */
function hasten(context) {
    const wait = globalThis.setTimeout;
    context.mock.method(globalThis, "setTimeout", (act, ms, ...rest) => wait(act, ms < 5_000 ? 0 : ms, ...rest));
}

for (const [moment, left] of [
    ["before", 1],
    ["after", 2],
]) {
    test(`a create that fails ${moment} the write leaves ${left}`, async (context) => {
        hasten(context);
        const clientId = `node-retries-${process.pid}-${moment}`;
        await control(clientId, "/faults", { operation: "*.create", first: 1, moment, answer: 503 });
        const refunds = connect({ clientId, maxRetries: undefined }).nonInsurancePayerRefunds.v1;
        const before = (await control(clientId, "")).refunds;
        await good(refunds.create(refundOf()));
        assert.equal((await control(clientId, "")).refunds - before, left);
        const { findings } = await control(clientId, "/conduct");
        assert.deepEqual(
            findings.map(({ kind, calls }) => [kind, calls.length]),
            left === 2 ? [["repeated-create", 2]] : [],
        );
    });
}
