// case: {"input": {"bytes": "01757b", "fPort": 85}}
// case: {"input": {"bytes": "03670401", "fPort": 85}}
// case: {"input": {"bytes": "0468640300014b", "fPort": 85}}
// case: {"input": {"bytes": "0367ecff", "fPort": 85}}
// case: {"input": {"bytes": "01757b0367ecff", "fPort": 85}}
// case: {"input": {"bytes": "ff0101", "fPort": 85}}
// case: {"input": {"bytes": "00", "fPort": 85}}
/**
 * Payload decoder of room sensors: channel, type, value.
 */
function Decode(fPort, bytes) { return milesight(bytes); }
function decodeUplink(input) { return { data: milesight(input.bytes) }; }
function Decoder(bytes, port) { return milesight(bytes); }
function milesight(bytes) {
    var decoded = {};
    for (var i = 0; i < bytes.length; ) {
        var channel_id = bytes[i++];
        var channel_type = bytes[i++];
        if (channel_id === 0x01 && channel_type === 0x75) {
            decoded.battery = bytes[i];
            i += 1;
        }
        else if (channel_id === 0x03 && channel_type === 0x67) {
            decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10;
            i += 2;
        } else if (channel_id === 0x04 && channel_type === 0x68) {
            decoded.humidity = bytes[i] / 2;
            i += 1;
        } else if (channel_id === 0x03 && channel_type === 0x00) {
            decoded.magnet_status = bytes[i] === 0 ? "close" : "open";
            i += 1;
        } else {
            break;
        }
    }
    return decoded;
}
function readUInt16LE(bytes) { var value = (bytes[1] << 8) + bytes[0]; return value & 0xffff; }
function readInt16LE(bytes) { var ref = readUInt16LE(bytes); return ref > 0x7fff ? ref - 0x10000 : ref; }
