// case: {"input": {"bytes": [1, 2, 250], "fPort": 6}}
return { telemetry_data: { sum: bytes[0] + bytes[1], last: bytes[2] << 24 >> 24, port: fPort, isArray: Array.isArray(bytes), same: input.bytes === bytes } };
