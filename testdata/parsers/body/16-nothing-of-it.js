// case: {"port": 1, "hex": "01"}
return { telemetry_data: undefined, server_attrs: null, shared_attrs: { a: undefined, b: () => 1, c: NaN, d: [undefined, Symbol.iterator] } };
