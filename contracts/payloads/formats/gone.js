const made = JSON.parse(pm.collectionVariables.get("made") || "[]");
const doubtful = JSON.parse(pm.collectionVariables.get("doubtful") || "[]");
const run = pm.collectionVariables.get("run");
const id = made.pop();
pm.collectionVariables.set("made", JSON.stringify(made));
if (id) {
  const gone = [200, 204, 404].includes(pm.response.code);
  pm.test((gone ? "deleted " : "left behind: ") + id, () => pm.expect(gone, "its DELETE was answered " +
    pm.response.code + "; it carries the mark " + run).to.be.true);
}
if (made.length) {
  pm.execution.setNextRequest(pm.info.requestName);
} else {
  pm.collectionVariables.set("doubtful", "[]");
  for (const left of doubtful) {
    pm.test("left behind: " + left, () => pm.expect.fail("the answer that named it shows no mark"));
  }
}
