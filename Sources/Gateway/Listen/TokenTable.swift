/// Which bytes may stand in a token and in a host, as one bit a character: the characters 0 to 63, then 64 to 127.
///
/// Constants rather than a table, since the check is on every byte of every header name.
enum TokenTable {
    /// Whether the byte may stand in a token (RFC 9110, section 5.6.2).
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        let half: UInt64 = byte < 64 ? 0x03ff_6cfa_0000_0000 : 0x57ff_ffff_c7ff_fffe
        return (half >> UInt64(byte & 63)) & 1 == 1
    }

    /// Whether the byte may stand in a host name or address with its port (RFC 3986, section 3.2).
    @inline(__always)
    static func isHost(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        let half: UInt64 = byte < 64 ? 0x07ff_6000_0000_0000 : 0x07ff_fffe_afff_fffe
        return (half >> UInt64(byte & 63)) & 1 == 1
    }
}
