/// Numbers for people, as English writes them.
enum NumberFormat {
    /// More decimals than this are never printed.
    private static let mostDecimals = 12

    /// Currencies with a sign of their own; the others are written with their code.
    private static let signs = ["GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥"]
    /// Currencies without a smaller unit.
    private static let wholeOnly: Set<String> = ["ISK", "JPY", "KRW", "VND"]

    /// A number with commas between thousands; with as many decimals as it has, when none are given.
    static func grouped(_ value: Value, decimals: Int?) -> String {
        if decimals == nil, case .integer(let integer) = value.numeric { return grouping(String(integer)) }
        guard let number = value.double else { return "" }
        return grouped(number, decimals: decimals)
    }

    /// An amount in units of a currency: `£1,250.00`.
    static func currency(_ amount: Double, code: String) -> String {
        let code = code.uppercased()
        let digits = grouped(amount.magnitude, decimals: wholeOnly.contains(code) ? 0 : 2)
        let isNegative = amount < 0 && digits.contains { ("1"..."9").contains($0) }
        return (isNegative ? "−" : "") + (signs[code] ?? code + "\u{A0}") + digits
    }

    private static func grouped(_ number: Double, decimals: Int?) -> String {
        guard let decimals else { return grouping(number.templateText) }
        let places = min(max(0, decimals), mostDecimals)
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        // Beyond 2^53 a Double has no decimals that mean anything.
        guard number.magnitude * scale < 9_007_199_254_740_992 else { return grouping(number.description) }
        // 1.005 is stored as a little less than that; the nearest decimal text rounds as people expect.
        let scaled = Int((number.magnitude * scale + number.magnitude.ulp * scale).rounded())
        var digits = String(scaled)
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        let whole = digits.dropLast(places)
        let sign = number < 0 && scaled != 0 ? "-" : ""
        return sign + grouping(String(whole)) + (places == 0 ? "" : "." + digits.suffix(places))
    }

    /// Commas between the thousands of a number that is written out.
    private static func grouping(_ number: String) -> String {
        if number.contains("e") { return number }
        let sign = number.hasPrefix("-") ? "-" : ""
        let parts = number.dropFirst(sign.count).split(separator: ".", maxSplits: 1)
        guard let whole = parts.first else { return number }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped += "," }
            grouped.append(digit)
        }
        return sign + grouped + (parts.count == 2 ? "." + parts[1] : "")
    }
}
