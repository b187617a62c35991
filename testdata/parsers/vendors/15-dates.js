// case: {"input": {"bytes": "65920080", "fPort": 1}}
// case: {"input": {"bytes": "00000000", "fPort": 1}}
// case: {"input": {"bytes": "5f0e1000", "fPort": 1}}
// case: {"input": {"bytes": "7fffffff", "fPort": 1}}
// case: {"input": {"bytes": "3b9aca00", "fPort": 1}}
// case: {"input": {"bytes": "00015180", "fPort": 1}}
function decodeUplink(input) {
  const s = input.bytes.reduce((a, b) => a * 256 + b, 0), d = new Date(s * 1000), o = {};
  o.iso = d.toISOString(); o.utc = d.toUTCString(); o.str = d.toString(); o.ds = d.toDateString(); o.ts = d.toTimeString(); o.json = JSON.stringify({ d });
  o.parts = [d.getFullYear(), d.getMonth(), d.getDate(), d.getDay(), d.getHours(), d.getMinutes(), d.getSeconds(), d.getMilliseconds(), d.getTimezoneOffset(), +d, d.valueOf()];
  o.locale = [d.toLocaleString(), d.toLocaleDateString("en-US"), d.toLocaleTimeString("en-US", { hour12: false }), d.toLocaleString("en-GB", { timeZone: "Asia/Shanghai" }), d.toLocaleDateString("en-US", { weekday: "long", year: "numeric", month: "short", day: "numeric" }), d.toLocaleString("en-US", { timeZone: "Europe/Berlin", dateStyle: "medium", timeStyle: "short" })];
  const e = new Date(d); e.setUTCDate(e.getUTCDate() + 31); e.setHours(25, 61, 61, 1001); o.moved = e.toISOString(); o.diff = (e - d) / 36e5;
  o.parsed = ["2024-01-31", "2024-01-31T10:00:00", "2024-01-31T10:00:00Z", "2024-01-31T10:00:00+08:00", "Jan 31, 2024 10:00", "2024/01/31 10:00:00", "31 Jan 2024", "Wed, 31 Jan 2024 10:00:00 GMT", "2024-02-30", "nonsense", "2024-1-5"].map((t) => { const v = Date.parse(t); return isNaN(v) ? "NaN" : v; });
  o.made = [Date.UTC(2024, 1, 29), Date.UTC(24, 0), +new Date(2024, 12, 1), +new Date(99, 0), new Date(NaN).getTime() + ""]; o.invalid = String(new Date("x")); o.jsonInvalid = new Date(NaN);
  return { data: o };
}
