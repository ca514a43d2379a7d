// Performs the token call and every refund operation with Node's own fetch.

const [base, refunds] = process.argv.slice(2);
const payer = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32";

async function send(method, path, body) {
    const headers = { Authorization: "Bearer any", "Content-Type": "application/json" };
    const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
    return [answer.status, await answer.text()];
}

const client = { client_id: "node", client_secret: "any" };
console.log("token", (await send("POST", "/api/auth/v2/token", client))[0]);
console.log("list", (await send("GET", refunds))[0]);
const allocation = { amount_cents: 5, target: { type: "unattributed" } };
const refund = { non_insurance_payer_id: payer, amount_cents: 5, allocations: [allocation] };
const [created, made] = await send("POST", refunds, refund);
console.log("create", created);
const item = `${refunds}/${JSON.parse(made).non_insurance_payer_refund_id}`;
console.log("get", (await send("GET", item))[0]);
const change = { refund_note: { type: "set", value: "changed" } };
const [updated, text] = await send("PATCH", item, change);
console.log("update", updated, JSON.parse(text).refund_note);
console.log("delete", (await send("DELETE", item))[0]);
console.log("get", (await send("GET", item))[0]);
