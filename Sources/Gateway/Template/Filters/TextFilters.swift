extension String {
    /// The text without space at its ends.
    var trimmed: String {
        if let first, let last, !first.isWhitespace, !last.isWhitespace { return self }
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }

    /// The text with each word beginning in a capital letter.
    var capitalizedWords: String {
        var isInWord = false
        var text = ""
        for character in self {
            let isPart =
                character.isLetter || character.isNumber || (isInWord && (character == "'" || character == "’"))
            text += isPart && !isInWord ? character.uppercased() : String(character)
            isInWord = isPart
        }
        return text
    }

    /// The text cut after a word so that it is at most `length` characters long, with an end that says so.
    func truncated(to length: Int, end: String) -> String {
        guard count > length else { return self }
        let cut = prefix(Swift.max(0, length - end.count))
        // A single word that is too long is cut in the middle.
        let isAtWordEnd = dropFirst(cut.count).first?.isWhitespace ?? true
        let kept = isAtWordEnd ? cut : cut.lastIndex(where: \.isWhitespace).map { cut[..<$0] } ?? cut
        return String(kept).trimmed + end
    }

    /// The text with each occurrence of a part replaced.
    func replacing(_ old: String, with new: String) -> String {
        let (bytes, wanted) = (Array(utf8), Array(old.utf8))
        guard !wanted.isEmpty else { return self }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: wanted) {
                result += new.utf8
                index += wanted.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text with everything percent-encoded but RFC 3986's unreserved characters.
    var urlEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case _ where byte.isASCIILetter || byte.isASCIIDigit, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }

    /// The text as a part of an address: small letters and digits, with a dash where anything else stands.
    var slug: String {
        var text = ""
        var isDashDue = false
        for character in lowercased() where character != "'" && character != "’" {
            guard character.isLetter || character.isNumber else {
                isDashDue = !text.isEmpty
                continue
            }
            if isDashDue { text += "-" }
            isDashDue = false
            text.append(character)
        }
        return text
    }
}
