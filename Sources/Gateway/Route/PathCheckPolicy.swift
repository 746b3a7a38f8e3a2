/// Decides whether a path could be taken, by any reading of it, for one that only the gateway may ask of a service.
///
/// What stands under `/internal` is never reachable from outside, in whatever spelling: the check takes the most
/// lenient reading that any server is known to have, and refuses what meets it. The same holds for other spellings of what is
/// below `/auth`, where the gateway itself answers.
enum PathCheckPolicy {
    enum Verdict: Equatable {
        case allowed
        /// By some reading the path lies under `/internal`.
        case reserved
        /// The path holds an encoding that is not UTF-8 text, or an encoded NUL.
        case malformed
    }

    /// How often encodings of encodings are taken off.
    private static let decodingRounds = 4

    /// Checks a path that has only one spelling (``RequestHead/pathNeedsNormalising`` is false): one comparison.
    @inline(__always)
    static func isReserved(_ path: ByteRange, in bytes: Span<UInt8>) -> Bool {
        guard path.length >= 9, bytes[path.range.lowerBound + 1].lowercased == 0x69 else { return false }
        let prefix = ByteRange(offset: path.range.lowerBound, length: 9)
        guard bytes.matchesIgnoringCase("/internal", at: prefix) else { return false }
        // Then the end or a slash, perhaps after dots, which are nothing to some file systems.
        var position = prefix.range.upperBound
        while position < path.range.upperBound, bytes[position] == 0x2e { position += 1 }
        return position == path.range.upperBound || bytes[position] == .slash
    }

    /// Checks a path that may have other spellings.
    ///
    /// Every layer of encoding is looked at, since nobody knows how many a service takes off.
    ///
    /// - Parameters:
    ///   - path: the path, as it was sent.
    ///   - bytes: what it stands in.
    ///   - reservesAuth: whether `/auth` is reserved too.
    /// - Returns: whether it may go on.
    static func verdict(on path: ByteRange, in bytes: Span<UInt8>, reservesAuth: Bool = false) -> Verdict {
        var reading: [UInt8] = []
        reading.reserveCapacity(Int(path.length))
        for position in path.range { reading.append(bytes[position]) }
        for round in 0...Self.decodingRounds {
            if Self.isReserved(reading, "internal") || reservesAuth && Self.isReserved(reading, "auth") {
                return .reserved
            }
            let (decoded, isWellFormed) = Self.decoded(reading)
            // Only the first round's encodings are the client's own: "100%25" is text with a percent sign.
            if round == 0, !isWellFormed { return .malformed }
            if decoded == reading { return .allowed }
            if decoded.contains(0) || String(validating: decoded, as: UTF8.self) == nil { return .malformed }
            reading = decoded
        }
        // Nobody has that many layers to hide an honest path under.
        return .malformed
    }

    /// Takes one layer of percent-encoding off; a `%` without two hexadecimal digits stays and is not well-formed.
    private static func decoded(_ bytes: [UInt8]) -> (bytes: [UInt8], isWellFormed: Bool) {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var isWellFormed = true
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25 {
                if index + 2 < bytes.count, let high = bytes[index + 1].hexadecimalValue,
                    let low = bytes[index + 2].hexadecimalValue
                {
                    result.append(high << 4 | low)
                    index += 3
                    continue
                }
                isWellFormed = false
            }
            result.append(bytes[index])
            index += 1
        }
        return (result, isWellFormed)
    }

    /// Whether the path lies under a name as it stands, with its dot segments resolved, or without a first segment
    /// that some take for a host.
    private static func isReserved(_ bytes: [UInt8], _ name: String) -> Bool {
        let segments = bytes.split(omittingEmptySubsequences: false) { $0 == .slash || $0 == 0x5c }
        if Self.begins(segments[...], name) { return true }
        // "//host/path" is an address without a scheme (RFC 3986, section 4.2).
        guard segments.count > 3, segments[0].isEmpty, segments[1].isEmpty else { return false }
        return Self.begins(segments[3...], name)
    }

    /// Whether a name is ever the first segment while dot segments are resolved: a service that does not resolve
    /// them, or does so after it has chosen, takes it for the first as well.
    private static func begins(_ segments: ArraySlice<ArraySlice<UInt8>>, _ reserved: String) -> Bool {
        var depth = 0
        for segment in segments {
            // Parameters, and what is a query once it is decoded, end a name.
            var name = segment.prefix { $0 != .semicolon && $0 != 0x3f && $0 != 0x23 }
            // White space around a name and dots after it are nothing to some.
            name = name.drop { $0 <= .space }
            while let last = name.last, last <= .space { name.removeLast() }
            if name.elementsEqual("..".utf8) {
                depth = max(0, depth - 1)
                continue
            }
            while let last = name.last, last == 0x2e || last <= .space { name.removeLast() }
            if name.isEmpty { continue }
            if depth == 0, name.count == reserved.utf8.count, name.map(\.lowercased).elementsEqual(reserved.utf8) {
                return true
            }
            depth += 1
        }
        return false
    }
}
