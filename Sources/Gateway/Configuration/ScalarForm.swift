/// How the values of a kind are written in one scalar.
struct ScalarForm<Value> {
    /// What became of a text.
    enum Parsed {
        case value(Value)
        /// It is something else; the message tells the expectation.
        case mismatch
        /// It is of the kind, but cannot be; the message tells why and how to mend it.
        case refused(String)
    }

    /// The kind in words: `a duration such as 250ms, 30s, 5m, 1h or 1d`.
    let expectation: String
    /// Whether messages keep silent about the text.
    var isSecret = false
    /// Reads a text.
    let parse: (String) -> Parsed
    /// Writes a value so that `parse` reads it again; `***` for a secret.
    let plain: (Value) -> String

    /// A value as a YAML scalar, in quotes where it needs them.
    func print(_ value: Value) -> String { EffectiveConfiguration.scalar(plain(value)) }

    /// The same form with a further condition; `refusal` gives why a value cannot be.
    func checked(_ refusal: @escaping (Value) -> String?) -> ScalarForm {
        ScalarForm(
            expectation: expectation,
            isSecret: isSecret,
            parse: { text in
                let parsed = parse(text)
                guard case .value(let value) = parsed, let why = refusal(value) else { return parsed }
                return .refused(why)
            },
            plain: plain
        )
    }
}

extension ScalarForm where Value == String {
    /// Any text of at least one character, without control characters.
    static func text(_ expectation: String) -> ScalarForm {
        ScalarForm(
            expectation: expectation,
            parse: { text in
                let isClean = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
                return text.isEmpty || !isClean ? .mismatch : .value(text)
            },
            plain: { $0 }
        )
    }

    /// One of a few words; `later` are those that other versions know.
    static func word(_ words: [String], later: [String] = []) -> ScalarForm {
        let expectation = words.map { "'\($0)'" }.joined(separator: " or ")
        return ScalarForm(
            expectation: expectation,
            parse: { text in
                if later.contains(text) {
                    return .refused("'\(text)' is not supported by this version; use \(expectation)")
                }
                return words.contains(text) ? .value(text) : .mismatch
            },
            plain: { $0 }
        )
    }

    /// One label of a host name, in lower case.
    static var hostLabel: ScalarForm {
        ScalarForm(
            expectation: "a name of lower-case letters, digits and '-', such as blog",
            parse: { HostName.isLabel($0[...]) ? .value($0) : .mismatch },
            plain: { $0 }
        )
    }

    /// A host name, in lower case.
    static var hostName: ScalarForm {
        ScalarForm(
            expectation: "a host name in lower case, such as localhost or rose-ash.example",
            parse: { HostName.isName($0[...]) ? .value($0) : .mismatch },
            plain: { $0 }
        )
    }

    /// A path on this machine.
    static var folder: ScalarForm { text("the path of a folder") }

    /// A template's path in the folder of templates.
    static var templatePath: ScalarForm {
        ScalarForm(
            expectation: "a template's path below the folder of templates, such as blog/home.html",
            parse: { text in
                let segments = text.split(separator: "/", omittingEmptySubsequences: false)
                let isClean = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
                let isPath = segments.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
                return isClean && isPath && text.hasSuffix(".html") ? .value(text) : .mismatch
            },
            plain: { $0 }
        )
    }

    /// A language tag of RFC 5646, by its shape.
    static var language: ScalarForm {
        ScalarForm(
            expectation: "a language tag such as en or pt-BR",
            parse: { text in
                let parts = text.split(separator: "-", omittingEmptySubsequences: false)
                let isTag = parts.enumerated().allSatisfy { index, part in
                    (index == 0 ? 2...3 : 1...8).contains(part.utf8.count)
                        && part.utf8.allSatisfy { PlainASCII.isLetter($0) || index > 0 && PlainASCII.isDigit($0) }
                }
                return isTag ? .value(text) : .mismatch
            },
            plain: { $0 }
        )
    }

    /// A name for purging: one that `Cache-Tag` can carry.
    static var tag: ScalarForm {
        ScalarForm(
            expectation: "a tag of visible ASCII characters without commas, such as nav",
            parse: { text in
                let isTag = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") }
                return isTag && (1...128).contains(text.utf8.count) ? .value(text) : .mismatch
            },
            plain: { $0 }
        )
    }
}

extension ScalarForm where Value == Secret {
    /// A text of at least 32 bytes that is never printed.
    static var secret: ScalarForm {
        ScalarForm(
            expectation: "a secret of 32 bytes or more, made for example by 'openssl rand -base64 32'",
            isSecret: true,
            parse: { $0.utf8.count >= 32 ? .value(Secret($0)) : .mismatch },
            plain: \.description
        )
    }

    /// A password that somebody else has chosen, never printed.
    static var password: ScalarForm {
        ScalarForm(
            expectation: "a password",
            isSecret: true,
            parse: { $0.isEmpty ? .mismatch : .value(Secret($0)) },
            plain: \.description
        )
    }

    /// The 32 bytes of an Ed25519 private key in base64, never printed.
    static var privateKey: ScalarForm {
        ScalarForm(
            expectation: "the base64 text of 32 bytes, made for example by 'openssl rand -base64 32'",
            isSecret: true,
            parse: { text in
                let secret = Secret(text)
                return secret.base64Bytes()?.count == 32 ? .value(secret) : .mismatch
            },
            plain: \.description
        )
    }
}

extension ScalarForm where Value == Bool {
    /// `true` or `false`.
    static var bool: ScalarForm {
        ScalarForm(
            expectation: "true or false",
            parse: { text in
                switch text {
                case "true": .value(true)
                case "false": .value(false)
                default: .mismatch
                }
            },
            plain: { $0 ? "true" : "false" }
        )
    }
}

extension ScalarForm where Value == Bool {
    /// `p95`, which is `true`, or `false`.
    static var hedge: ScalarForm {
        ScalarForm(
            expectation: "p95, true or false",
            parse: { text in
                switch text {
                case "true", "p95": .value(true)
                case "false": .value(false)
                default: .mismatch
                }
            },
            plain: { $0 ? "p95" : "false" }
        )
    }
}

extension ScalarForm where Value == Int {
    /// A whole number in a range.
    static func integer(_ range: ClosedRange<Int>) -> ScalarForm {
        ScalarForm(
            expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in
                guard PlainASCII.isDigits(text), let value = Int(text), range.contains(value) else { return .mismatch }
                return .value(value)
            },
            plain: { String($0) }
        )
    }

    /// A number of bytes in a range: `512B`, `64KB`, `1MB` or `2GB`, in steps of 1024.
    static func size(_ range: ClosedRange<Int>) -> ScalarForm {
        ScalarForm(
            expectation: "a size such as 64KB, 1MB or 2GB",
            parse: { text in
                guard let size = ByteSize(text) else { return .mismatch }
                guard range.contains(size.bytes) else {
                    return .refused(
                        "\(text) is out of range; it must be from \(ByteSize(bytes: range.lowerBound)) to "
                            + "\(ByteSize(bytes: range.upperBound))"
                    )
                }
                return .value(size.bytes)
            },
            plain: { ByteSize(bytes: $0).description }
        )
    }
}

extension ScalarForm where Value == Duration {
    /// A duration in a range: `250ms`, `30s`, `5m`, `1h` or `1d`; `0` needs no unit.
    static func duration(_ range: ClosedRange<Duration>) -> ScalarForm {
        ScalarForm(
            expectation: "a duration such as 250ms, 30s, 5m, 1h or 1d",
            parse: { text in
                guard let duration = TimeText(text) else { return .mismatch }
                guard range.contains(duration.duration) else {
                    return .refused(
                        "\(text) is out of range; it must be from \(TimeText(duration: range.lowerBound)) to "
                            + "\(TimeText(duration: range.upperBound))"
                    )
                }
                return .value(duration.duration)
            },
            plain: { TimeText(duration: $0).description }
        )
    }

    /// A duration that may be as long as wanted, or zero.
    static var anyDuration: ScalarForm { duration(.zero...ScalarForm.longest) }

    /// How long something may take: a millisecond or more.
    static var timeout: ScalarForm { duration(.milliseconds(1)...Duration.seconds(86_400)) }

    /// Ten years: longer makes no sense, and sums of it still fit in what counts milliseconds.
    private static var longest: Duration { .seconds(3650 * 86_400) }
}
