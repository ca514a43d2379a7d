// The five operations through the official Node SDK: every target kind, earmark, field and update.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connectRefunds, environments, fixture, good, invoiceId, refundOf, refused } from "./sdk.mjs";

const encounter = fixture.encounters[2];
const [claim] = encounter.claims;
const serviceLineId = claim.service_lines[0].service_line_id;
const providerId = fixture.billing_providers[0].billing_provider_id;
const { appointment_id: appointmentId, patient_external_id: patientExternalId } = fixture.appointments.at(-1);
const claimIds = { claimId: claim.claim_id, encounterId: encounter.encounter_id };

const targets = [
    [{ type: "service_line_by_id", value: serviceLineId }, { type: "service_line", serviceLineId, ...claimIds }],
    [{ type: "claim_by_id", value: claim.claim_id }, { type: "claim", ...claimIds }],
    [
        { type: "claim_by_encounter_external_id", value: encounter.encounter_external_id },
        { type: "claim", ...claimIds },
    ],
    [
        { type: "billing_provider_by_id", value: providerId },
        { type: "billing_provider_id", billingProviderId: providerId },
    ],
    [
        { type: "appointment_by_id_and_patient_external_id", appointmentId, patientExternalId },
        { type: "appointment", appointmentId, patientExternalId },
    ],
    [{ type: "unattributed" }, { type: "unattributed" }],
];

const earmarks = [
    { type: "date_of_service", value: "2024-02-29" },
    { type: "external_encounter_id", value: "a visit to come" },
];

test("the Local environment is the default port", () => {
    assert.equal(environments.Local.candidApi, "http://localhost:5050");
});

test("every refund of the default fixture is parsed", async () => {
    const page = await good(connectRefunds().getMulti({ limit: 999 }));
    const known = Object.fromEntries(fixture.refunds.map((r) => [r.non_insurance_payer_refund_id, r]));
    assert.equal(page.items.length, fixture.refunds.length);
    for (const refund of page.items) {
        const { amount_cents: amountCents, refund_timestamp: stamp } = known[refund.nonInsurancePayerRefundId];
        assert.equal(refund.amountCents, amountCents);
        assert.equal(refund.refundTimestamp?.getTime(), stamp && new Date(stamp).getTime());
    }
});

for (const [target, answered] of targets) {
    test(`a refund for ${target.type} is created and got`, async () => {
        const refunds = connectRefunds();
        const created = await good(refunds.create(refundOf(100, { target })));
        assert.deepEqual({ ...created.allocations[0].target }, answered);
        assert.deepEqual(await good(refunds.get(created.nonInsurancePayerRefundId)), created);
    });
}

for (const earmark of earmarks) {
    test(`an earmark for ${earmark.type} is created`, async () => {
        const created = await good(connectRefunds().create(refundOf(500, { earmark })));
        const [{ allocationId, earmark: answered }] = created.allocations;
        assert.deepEqual({ ...answered.target }, earmark);
        assert.equal(answered.amountEarmarkedCents, 500);
        assert.equal(answered.createdByAllocationId, allocationId);
    });
}

const optional = {
    refundTimestamp: new Date("2024-01-02T03:04:05.678Z"),
    refundNote: 'Ünïcode and "quotes"',
    refundReason: "TRANSFER",
    checkNumber: "000 7",
    invoiceId,
};

function shown({ refundTimestamp, refundNote, refundReason, checkNumber, invoiceId }) {
    return { refundTimestamp, refundNote, refundReason, checkNumber, invoiceId };
}

test("every optional field comes back as it was sent", async () => {
    const created = await good(connectRefunds().create(refundOf(1, optional)));
    assert.deepEqual(shown(created), optional);
});

test("an update sets, removes and leaves alone", async () => {
    const refunds = connectRefunds();
    const { nonInsurancePayerRefundId: id } = await good(refunds.create(refundOf(1, optional)));
    const refundTimestamp = new Date("2022-02-02T00:00:00Z");
    const updated = await good(
        refunds.update(id, {
            refundTimestamp,
            refundNote: { type: "set", value: "after" },
            refundReason: { type: "remove" },
            invoiceId: { type: "remove" },
        }),
    );
    const left = { refundTimestamp, refundNote: "after", checkNumber: optional.checkNumber };
    assert.deepEqual(shown(updated), { ...shown({}), ...left });
    assert.deepEqual(await good(refunds.update(id)), updated);
    assert.deepEqual(await good(refunds.update(id, {})), updated);
});

test("a deleted refund is gone", async () => {
    const refunds = connectRefunds();
    const { nonInsurancePayerRefundId: id } = await good(refunds.create(refundOf()));
    await good(refunds.delete(id));
    assert.equal((await refused(refunds.get(id), "EntityNotFoundError")).id, id);
    assert.equal((await refused(refunds.delete(id), "EntityNotFoundError")).id, id);
});
