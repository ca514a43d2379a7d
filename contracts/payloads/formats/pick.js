// The newest refund that is not yet deleted; where there is none, an id that no refund has.
const made = JSON.parse(pm.collectionVariables.get("made") || "[]");
pm.collectionVariables.set("created_id", made.pop() || "00000000-0000-0000-0000-000000000000");
