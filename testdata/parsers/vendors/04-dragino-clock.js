// case: {"input": {"bytes": "0cb60a1f5e", "fPort": 2}}
// case: {"input": {"bytes": "5f5e1000", "fPort": 2}}
// case: {"input": {"bytes": "386d438001", "fPort": 2}}
// case: {"input": {"bytes": "7fffffff", "fPort": 2}}
// case: {"input": {"bytes": "ffffffff", "fPort": 2}}
// case: {"input": {"bytes": "00", "fPort": 2}}
function Decoder(bytes, port) {
  var decode = {};
  getzf = function (c_num) { if (parseInt(c_num) < 10) c_num = '0' + c_num; return c_num; };
  getMyDate = function (str) {
    var c_Date;
    if (str > 9999999999) c_Date = new Date(parseInt(str)); else c_Date = new Date(parseInt(str) * 1000);
    var c_Year = c_Date.getFullYear(), c_Month = c_Date.getMonth() + 1, c_Day = c_Date.getDate(), c_Hour = c_Date.getHours(), c_Min = c_Date.getMinutes(), c_Sen = c_Date.getSeconds();
    return c_Year + '-' + getzf(c_Month) + '-' + getzf(c_Day) + ' ' + getzf(c_Hour) + ':' + getzf(c_Min) + ':' + getzf(c_Sen);
  };
  decode.DATE = getMyDate((bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]).toString(10));
  decode.unsigned = getMyDate(String((bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]) >>> 0));
  decode.text = String(new Date(bytes.length * 1e9));
  decode.json = new Date(bytes.length * 1e9);
  return decode;
}
