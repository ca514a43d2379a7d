// Lists through the official Node SDK: to the end and back in four orders, filters, and two worlds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connectRefunds, fixture, good, payerId, refundOf, refused } from "./sdk.mjs";

/** The fixture's ids in a list's order: ties by creation, and without a timestamp last. */
function inOrder(field, direction) {
    const value = ({ [field]: sent }) => (typeof sent === "string" ? Date.parse(sent) + fraction(sent) : sent);
    const sign = direction === "asc" ? 1 : -1;
    const there = fixture.refunds.filter((refund) => field in refund);
    there.sort((one, other) => sign * (value(one) - value(other)));
    const rest = fixture.refunds.filter((refund) => !(field in refund));
    return [...there, ...rest].map((refund) => refund.non_insurance_payer_refund_id);
}

/** What Date.parse leaves out of an instant, in milliseconds. */
function fraction(instant) {
    const digits = /\.(\d+)/.exec(instant)?.[1] ?? "";
    return Number(`0.${digits.slice(3).padEnd(1, "0")}`);
}

const ids = (page) => page.items.map((refund) => refund.nonInsurancePayerRefundId);

for (const sort of ["amount_cents", "refund_timestamp"]) {
    for (const sortDirection of ["asc", "desc"]) {
        test(`pages by ${sort} ${sortDirection} are walked to the end and back`, async () => {
            const refunds = connectRefunds();
            const query = { sort, sortDirection, limit: 7 };
            const pages = [await good(refunds.getMulti(query))];
            while (pages.at(-1).nextPageToken !== undefined) {
                const pageToken = pages.at(-1).nextPageToken;
                pages.push(await good(refunds.getMulti({ ...query, pageToken })));
            }
            assert.deepEqual(pages.flatMap(ids), inOrder(sort, sortDirection));
            assert.equal(pages[0].prevPageToken, undefined);
            for (const [place, page] of pages.slice(1).entries()) {
                const back = await good(refunds.getMulti({ ...query, pageToken: page.prevPageToken }));
                assert.deepEqual(ids(back), ids(pages[place]));
            }
        });
    }
}

test("filters leave what agrees in all of them", async () => {
    const wanted = fixture.refunds.filter((refund) => ["1", "0001"].includes(refund.check_number));
    const wantedIds = wanted.map((refund) => refund.non_insurance_payer_refund_id);
    const query = { checkNumber: ["1", "0001"], sort: "refund_timestamp", sortDirection: "asc" };
    const refunds = connectRefunds();
    assert.deepEqual(
        ids(await good(refunds.getMulti(query))),
        inOrder("refund_timestamp", "asc").filter((id) => wantedIds.includes(id)),
    );
    const [own] = wanted.filter((refund) => refund.non_insurance_payer_id === payerId);
    const found = await good(refunds.getMulti({ ...query, nonInsurancePayerId: payerId, invoiceId: own.invoice_id }));
    assert.deepEqual(ids(found), [own.non_insurance_payer_refund_id]);
});

test("two client ids do not see each other", async () => {
    const [one, other] = [connectRefunds(), connectRefunds()];
    const before = await good(other.getMulti({ limit: 999 }));
    const created = await good(one.create(refundOf()));
    await refused(other.get(created.nonInsurancePayerRefundId), "EntityNotFoundError");
    await good(one.delete(before.items[0].nonInsurancePayerRefundId));
    assert.deepEqual(await good(other.getMulti({ limit: 999 })), before);
});
