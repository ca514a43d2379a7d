// After every request: the id of a refund that a create made, whatever the status of its answer.
// An answer that refuses, and shows no mark of this run, may name somebody else's refund.
const url = pm.request.url.toString();
const creates = ["POST", "PUT"].includes(pm.request.method) && url.includes("REFUNDS_PATH");
if (creates && pm.response) {
  const text = pm.response.text();
  const found = /"non_insurance_payer_refund_id"\s*:\s*"([0-9a-fA-F-]{36})"/.exec(text);
  if (found) {
    const own = pm.response.code < 300 || text.includes(pm.collectionVariables.get("run"));
    const name = own ? "made" : "doubtful";
    const ids = JSON.parse(pm.collectionVariables.get(name) || "[]");
    pm.collectionVariables.set(name, JSON.stringify([...ids, found[1]]));
  }
}
