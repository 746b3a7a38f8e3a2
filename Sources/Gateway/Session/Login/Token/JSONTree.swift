import FoundationEssentials

/// A JSON value of somebody else's making.
indirect enum JSONTree: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// The members of an object in UTF-8; nil when the bytes are anything else.
    ///
    /// The library bounds how deep it goes; the size is the caller's to bound.
    static func object(in bytes: some Sequence<UInt8>) -> [String: JSONTree]? {
        do {
            guard case .object(let members) = try JSONDecoder().decode(JSONTree.self, from: Data(bytes)) else {
                return nil
            }
            return members
        } catch {
            // What is wrong with it is of no use to anybody: it is not JSON, or not an object.
            return nil
        }
    }

    /// The text, where it is one.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The texts of an array of nothing else.
    var texts: [String]? {
        guard case .array(let elements) = self else { return nil }
        let texts = elements.compactMap(\.text)
        return texts.count == elements.count ? texts : nil
    }

    /// The moment that seconds since 1970 stand for, until the year 9999 (RFC 7519, section 2).
    var moment: Instant? {
        let last: Int64 = 253_402_300_799
        switch self {
        case .integer(let seconds) where (0...last).contains(seconds): return Instant(milliseconds: seconds * 1000)
        case .number(let seconds) where seconds >= 0 && seconds <= Double(last):
            return Instant(milliseconds: Int64(seconds * 1000))
        default: return nil
        }
    }
}

extension JSONTree: Decodable {
    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let truth = Self.attempt({ try value.decode(Bool.self) }) {
            self = .bool(truth)
        } else if let integer = Self.attempt({ try value.decode(Int64.self) }) {
            self = .integer(integer)
        } else if let number = Self.attempt({ try value.decode(Double.self) }) {
            self = .number(number)
        } else if let text = Self.attempt({ try value.decode(String.self) }) {
            self = .string(text)
        } else if let elements = Self.attempt({ try value.decode([JSONTree].self) }) {
            self = .array(elements)
        } else {
            self = .object(try value.decode([String: JSONTree].self))
        }
    }

    /// What a value is, when it is that; another kind of value is no mistake here.
    private static func attempt<Value>(_ decode: () throws -> Value) -> Value? {
        do { return try decode() } catch { return nil }
    }
}
