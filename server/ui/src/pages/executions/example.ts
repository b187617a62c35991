/** The command that posts an uplink, for whoever has not posted one. */
export function firstUplink(eui = "a84041000181c061"): string {
  return [
    `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/api/v1/uplinks \\`,
    `  --json '{ "eui": "${eui}", "thingModelId": "thermometer", "telemetry_data": { "temperature": 21.5 } }'`,
  ].join("\n");
}
