// All tests of the Node SDK in one process: to load the SDK takes longer than to run them.

import "./errors.mjs";
import "./faults.mjs";
import "./operations.mjs";
import "./paging.mjs";
import "./retries.mjs";
