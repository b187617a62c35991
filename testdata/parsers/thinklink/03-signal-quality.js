// case: {"msg": {"moteeui": "a1", "userdata": {"port": 2, "payload": "AGQ="}, "gwrx": [{"eui": "g1", "rssi": -92, "lsnr": 13.2}, {"eui": "g2", "rssi": -80, "lsnr": 4.5}], "moteTx": {"datr": "SF7BW125", "freq": 471.5}}}
// case: {"msg": {"moteeui": "a1", "userdata": {"port": 2, "payload": "AGQ="}, "gwrx": []}}
function payload_parser({ msg }) {
  const best = [...(msg.gwrx ?? [])].sort((a, b) => b.rssi - a.rssi)[0];
  const [, sf, bw] = /^SF(\d+)BW(\d+)$/.exec(msg.moteTx?.datr ?? "") ?? [];
  return {
    telemetry_data: {
      level: Buffer.from(msg.userdata.payload, "base64").readInt16BE(0) / 10,
      rssi: best?.rssi, snr: best?.lsnr, gateway: best?.eui,
      gateways: msg.gwrx.length, sf: sf && +sf, bw: bw && +bw,
      mhz: msg.moteTx?.freq?.toFixed(1),
    },
  };
}
