// Every documented error through the official Node SDK, by the name that it knows it under.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, connectRefunds, good, invoiceId, nowhere, refundOf, refused } from "./sdk.mjs";

const missing = [
    [{ type: "service_line_by_id", value: nowhere }, nowhere],
    [{ type: "claim_by_id", value: nowhere }, nowhere],
    [{ type: "claim_by_encounter_external_id", value: "no visit" }, "no visit"],
    [{ type: "billing_provider_by_id", value: nowhere }, nowhere],
    [
        {
            type: "appointment_by_id_and_patient_external_id",
            appointmentId: "no appointment",
            patientExternalId: "PT-2001",
        },
        "no appointment",
    ],
];

for (const [target, id] of missing) {
    test(`a ${target.type} that is not there is not found`, async () => {
        const content = await refused(connectRefunds().create(refundOf(1, { target })), "EntityNotFoundError");
        assert.equal(content.id, id);
    });
}

const notFound = {
    get: (refunds) => refunds.get(nowhere),
    update: (refunds) => refunds.update(nowhere),
    delete: (refunds) => refunds.delete(nowhere),
    "create for a payer": (refunds) => refunds.create(refundOf(1, { nonInsurancePayerId: nowhere })),
    "create with an invoice": (refunds) => refunds.create(refundOf(1, { invoiceId: nowhere })),
};

for (const [name, call] of Object.entries(notFound)) {
    test(`${name}: what is not there is not found`, async () => {
        assert.equal((await refused(call(connectRefunds()), "EntityNotFoundError")).id, nowhere);
    });
}

const earmark = { type: "date_of_service", value: "2023-02-29" };
const unprocessable = {
    "a limit of 0": [(refunds) => refunds.getMulti({ limit: 0 }), "limit"],
    "a limit of 1000": [(refunds) => refunds.getMulti({ limit: 1000 }), "limit"],
    "a made up page token": [(refunds) => refunds.getMulti({ pageToken: "made up" }), "made up"],
    "an amount of 0": [(refunds) => refunds.create(refundOf(0)), "$.amount_cents"],
    "an amount with a fraction": [(refunds) => refunds.create(refundOf(0.5)), "0.5"],
    "an amount too large": [(refunds) => refunds.create(refundOf(2 ** 31)), String(2 ** 31)],
    "an earmark for no date": [(refunds) => refunds.create(refundOf(1, { earmark })), earmark.value],
};

for (const [name, [call, told]] of Object.entries(unprocessable)) {
    test(`${name} is unprocessable`, async () => {
        const { message } = await refused(call(connectRefunds()), "UnprocessableEntityError");
        assert.ok(message.includes(told), message);
    });
}

test("a bearer token that is empty is a 401", async () => {
    const refunds = connect({ clientId: undefined, token: () => "" }).nonInsurancePayerRefunds.v1;
    const error = await refused(refunds.getMulti(), undefined);
    assert.equal(error.statusCode, 401);
    assert.equal(error.body.errorName, "UnauthorizedError");
});

test("a second token is asked for too often", async () => {
    const client = connect();
    const pair = { clientId: "node-twice", clientSecret: "x" };
    assert.equal((await good(client.auth.default.getToken(pair))).tokenType, "Bearer");
    const { message } = await refused(client.auth.default.getToken(pair), "TooManyRequestsError");
    assert.ok(message.includes("1 in 3600 s"), message);
});

test("a token call with another content type is refused", async () => {
    const options = { headers: { "Content-Type": "text/plain" } };
    const pair = { clientId: "node-plain", clientSecret: "x" };
    const { message } = await refused(connect().auth.default.getToken(pair, options), "InvalidContentTypeError");
    assert.ok(message.includes("text/plain"), message);
});

test("what is refused changes nothing", async () => {
    const refunds = connectRefunds();
    const before = await good(refunds.getMulti({ limit: 999 }));
    const { nonInsurancePayerRefundId: id } = before.items[0];
    const changes = { refundNote: { type: "set", value: "never kept" }, invoiceId: { type: "set", value: nowhere } };
    await refused(refunds.update(id, changes), "EntityNotFoundError");
    await refused(refunds.create(refundOf(0, { invoiceId })), "UnprocessableEntityError");
    assert.deepEqual(await good(refunds.getMulti({ limit: 999 })), before);
});
