// The reference: what a host on Node does to run a script that it does not trust, per call a new
// context, the inputs parsed into it, and a timeout.
"use strict";
const vm = require("node:vm");

const samples = JSON.parse(process.argv[1]);
const times = {};
for (const s of samples) {
  const call = s.kind === "trigger"
    ? "JSON.stringify(trigger_script(JSON.parse(__device), __model))"
    : "JSON.stringify(rpc_script({ device: JSON.parse(__device), params: JSON.parse(__params), alarms: JSON.parse(__alarms), org_params: JSON.parse(__org), logger: console }))";
  const source = s.source + "\n;" + call;
  const run = () => {
    return vm.runInNewContext(source, {
      __device: JSON.stringify(s.device), __params: JSON.stringify(s.params), __alarms: JSON.stringify(s.alarms),
      __org: JSON.stringify(s.org_params), __model: s.model, console, Buffer,
    }, { timeout: 1000 });
  };
  const until = (ms) => {
    const start = process.hrtime.bigint();
    let n = 0;
    while (Number(process.hrtime.bigint() - start) < ms * 1e6) {
      if (!run()) throw new Error(s.name + " returned nothing");
      n++;
    }
    return Number(process.hrtime.bigint() - start) / 1e3 / n;
  };
  until(300);
  times[s.name] = until(1500);
}
process.stdout.write(JSON.stringify(times));
