// What the official Node SDK does when answers are lost, refused for a while, or newer than it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connectTo, good, refundOf } from "./sdk.mjs";

/** What a control call under /_mock answers. */
async function control(world, path, body) {
    const method = body === undefined ? "GET" : "POST";
    const url = `${process.env.MOCKSERVER_URL}/_mock/worlds/${world}${path}`;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await fetch(url, { method, body: sent, headers: { "Content-Type": "application/json" } });
    assert.ok(answer.ok, await answer.clone().text());
    return answer.json();
}

/** Runs `act` with each wait for a retry over at once; answers the milliseconds asked for. */
async function withoutWaiting(act) {
    const { setTimeout: real } = globalThis;
    const waited = [];
    globalThis.setTimeout = (go, ms, ...rest) => {
        const isRetry = ms >= 500 && ms <= 3_000;
        if (isRetry) waited.push(ms);
        return real(go, isRetry ? 0 : ms, ...rest);
    };
    try {
        await act();
    } finally {
        globalThis.setTimeout = real;
    }
    return waited;
}

/** Runs `act` while the clock of this process is ahead. */
async function ahead(ms, act) {
    const Real = Date;
    globalThis.Date = class extends Real {
        constructor(...given) {
            super(...(given.length ? given : [Real.now() + ms]));
        }
        static now() {
            return Real.now() + ms;
        }
    };
    try {
        await act();
    } finally {
        globalThis.Date = Real;
    }
}

/** How many refunds one create leaves, by the SDK's own retries. */
async function left(fault) {
    const { world, client } = connectTo({ maxRetries: undefined });
    const { refunds: before } = await control(world, "/reset", {});
    await control(world, "/faults", { operation: "*.create", first: 1, ...fault });
    await withoutWaiting(() => good(client.nonInsurancePayerRefunds.v1.create(refundOf())));
    return (await control(world, "")).refunds - before;
}

for (const answer of [503, { gateway: 502 }, { gateway: 504 }]) {
    test(`a create whose answer is lost after the write leaves two: ${JSON.stringify(answer)}`, async () => {
        assert.equal(await left({ moment: "after", answer }), 2);
    });

    test(`a create that fails before the write leaves one: ${JSON.stringify(answer)}`, async () => {
        assert.equal(await left({ moment: "before", answer }), 1);
    });
}

for (const moment of ["before", "after"]) {
    test(`a connection that breaks ${moment} the write is not tried again`, async () => {
        const { world, client } = connectTo({ maxRetries: undefined });
        const { refunds: before } = await control(world, "/reset", {});
        await control(world, "/faults", { operation: "*.create", moment, break: "reset" });
        const answer = await client.nonInsurancePayerRefunds.v1.create(refundOf());
        assert.equal(answer.ok, false);
        assert.equal((await control(world, "")).refunds - before, moment === "after" ? 1 : 0);
        assert.equal((await control(world, "/faults")).faults[0].seen, 1);
    });
}

test("a 429 with Retry-After is waited out", async () => {
    const { world, client } = connectTo({ maxRetries: undefined });
    const answer = { error: "TooManyRequestsError", headers: { "Retry-After": "1" } };
    await control(world, "/faults", { operation: "*.get_multi", first: 1, answer });
    const waited = await withoutWaiting(() => good(client.nonInsurancePayerRefunds.v1.getMulti({ limit: 1 })));
    assert.deepEqual(waited, [1000]);
    const { calls } = await control(world, "/journal?operation=*.get_multi");
    assert.deepEqual(calls.map((call) => call.answer.status), [429, 200]);
});

test("a new token is got after five hours, by the clock of the client", async () => {
    const { world, client } = connectTo();
    const refunds = client.nonInsurancePayerRefunds.v1;
    await good(refunds.getMulti({ limit: 1 }));
    await control(world, "/clock", { advance_seconds: 5 * 3600 });
    const late = await refunds.getMulti({ limit: 1 });
    assert.equal(late.ok, false, "the SDK looks at its own clock alone");
    await ahead(5 * 3_600_000, () => good(refunds.getMulti({ limit: 1 })));
    const { calls } = await control(world, "/journal");
    assert.deepEqual(
        calls.map((call) => [call.operation.split(".")[1], call.answer.status]),
        [["get_token", 200], ["get_multi", 200], ["get_multi", 401], ["get_token", 200], ["get_multi", 200]],
    );
});

for (const evolve of ["extra-field", "unknown-enum", "missing-optional"]) {
    test(`an answer with ${evolve} is read`, async () => {
        const { world, client } = connectTo();
        await control(world, "/faults", { operation: "*.get_multi", evolve });
        const page = await good(client.nonInsurancePayerRefunds.v1.getMulti({ limit: 999 }));
        assert.ok(page.items.length > 40);
    });
}
