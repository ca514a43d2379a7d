// Before every request: no production host, a name for the run, a token, and the functions that the
// tests call.
const variables = pm.collectionVariables;
const base = pm.variables.replaceIn("{{base_url}}").toLowerCase();
const host = base.replace(/^[a-z]+:\/\//, "").replace(/^[^/]*@/, "").split(/[:/?#]/)[0];
const isProduction = host.replace(/\.$/, "") === "PRODUCTION_HOST";
if (isProduction && pm.variables.get("production") !== "i-mean-it") {
  // A runner may send the request all the same, so it goes nowhere.
  pm.variables.set("base_url", "http://refused.invalid");
  pm.execution.setNextRequest(null);
  throw new Error("PRODUCTION_HOST is the production host, where refunds are real money; " +
    "give base_url the address of staging, or set the variable production to i-mean-it");
}
if (!variables.get("run")) {
  const digit = () => Math.floor(Math.random() * 16).toString(16);
  variables.set("run", "r" + Array.from({ length: 12 }, digit).join(""));
}
for (const known of [judge, keep, again]) {
  if (!variables.get(known.name)) variables.set(known.name, "(" + known.toString() + ")");
}
if (!variables.get("token")) {
  const credentials = {
    client_id: variables.get("client_id") || "payloads-" + variables.get("run"),
    client_secret: variables.get("client_secret"),
  };
  pm.sendRequest({
    url: pm.variables.replaceIn("{{base_url}}/api/auth/v2/token"),
    method: "POST",
    header: { "content-type": "application/json" },
    body: { mode: "raw", raw: JSON.stringify(credentials) },
  }, (error, response) => {
    if (error || response.code !== 200) throw new Error("no token: " + (error || response.code));
    keep("token", response.json().access_token);
  });
} else if (!variables.get("token_cut")) {
  keep("token", variables.get("token"));
}

// A text under its name, and its other spellings under names made of that.
function keep(name, text) {
  const middle = Math.floor(text.length / 2);
  const letter = text[middle] === "A" ? "B" : "A";
  const encoded = Array.from(text, (sign) => encodeURIComponent(sign) !== sign
    ? encodeURIComponent(sign) : "%" + sign.charCodeAt(0).toString(16).toUpperCase());
  pm.collectionVariables.set(name, text);
  pm.collectionVariables.set(name.toUpperCase(), text.toUpperCase());
  pm.collectionVariables.set(name + "_cut", text.slice(0, -1));
  pm.collectionVariables.set(name + "_altered",
    text.slice(0, middle) + letter + text.slice(middle + 1));
  pm.collectionVariables.set(name + "_encoded", encoded.join(""));
}

// Sends the request of the test that calls this once more, until it was sent so many times.
function again(times) {
  const left = (pm.collectionVariables.get("left") || times) - 1;
  pm.collectionVariables.set("left", left);
  if (left > 0) postman.setNextRequest(pm.info.requestName);
}

function judge(answers) {
  const kinds = {
    uuid: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
    "date-time": /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/,
    integer: /^-?\d+$/,
    string: /./,
  };
  const filled = (value) => JSON.parse(JSON.stringify(value), (key, item) =>
    typeof item !== "string" ? item : item.replace(/\{\{(\w+)\}\}/g, (whole, name) =>
      pm.collectionVariables.get(name) ?? whole));
  const instant = (text) => {
    const digits = /\.(\d+)/.exec(text);
    const whole = String(text).replace(/\.\d+/, "").replace(" ", "T").toUpperCase();
    return [Date.parse(whole), digits ? digits[1].replace(/0+$/, "") : ""].join(".");
  };
  const special = {
    $any: (kind, value) => kinds[kind].test(String(value)),
    $instant: (text, value) => instant(text) === instant(value),
    $perhaps: (wanted, value) => value === undefined || fits(wanted, value),
    $absent: (wanted, value) => value === undefined,
    $empty: (wanted, value) => value === undefined,
    $anything: () => true,
    $rows: (wanted, value) => Array.isArray(value) && value.length <= wanted.most &&
      value.length >= wanted.least &&
      value.every((row) => fits(wanted.each, row)),
  };
  const fits = (wanted, value) => {
    if (Array.isArray(wanted)) {
      return Array.isArray(value) && value.length === wanted.length &&
        wanted.every((item, index) => fits(item, value[index]));
    }
    if (wanted === null || typeof wanted !== "object") return wanted === value;
    const name = Object.keys(wanted).find((key) => key.startsWith("$"));
    if (name) return special[name](wanted[name], value);
    return value !== null && typeof value === "object" &&
      Object.keys(wanted).every((key) => fits(wanted[key], value[key]));
  };
  const right = answers.filter((answer) => answer.status === pm.response.code);
  pm.test("status is " + answers.map((answer) => answer.status).join(" or "), () => {
    pm.expect(answers.map((answer) => answer.status)).to.include(pm.response.code);
  });
  const text = pm.response.text();
  let body;
  try { body = text ? JSON.parse(text) : undefined; } catch (error) { body = text; }
  pm.test("body is as expected", () => {
    const fitting = right.some((answer) => fits(filled(answer.body), body));
    pm.expect(fitting, JSON.stringify(right) + " but received " + text.slice(0, 500)).to.be.true;
  });
}
