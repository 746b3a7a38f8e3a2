/// A generated picture: the same name always gives the same SVG.
///
/// The name begins with its motif, `loaf-country-sourdough`; the rest seeds colours and composition.
struct Picture: Sendable {
    /// What a picture shows.
    enum Motif: String, CaseIterable, Sendable {
        case hills
        case leaves
        case loaf
        case fruit
        case vessel
        case garden
        case lantern
        case avatar
    }

    let motif: Motif
    /// The whole name, which seeds the random numbers.
    let name: String

    /// Fails for a name that does not begin with a motif or holds anything but `a-z0-9-`.
    init?(name: String) {
        guard name.utf8.count <= 80,
            name.utf8.allSatisfy({ byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }),
            let motif = name.split(separator: "-").first.flatMap({ Motif(rawValue: String($0)) })
        else { return nil }
        self.motif = motif
        self.name = name
    }

    /// The picture as an SVG document.
    var svg: Markup {
        var brush = Brush(seed: name)
        let palette = Palette.all[brush.below(Palette.all.count)]
        let (width, height) = motif == .avatar ? (96, 96) : (960, 540)
        let drawing =
            switch motif {
            case .hills: Landscape.hills(palette, &brush)
            case .garden: Landscape.garden(palette, &brush)
            case .lantern: Landscape.lanterns(palette, &brush)
            case .leaves: StillLife.leaves(palette, &brush)
            case .loaf: StillLife.loaf(palette, &brush)
            case .fruit: StillLife.fruit(palette, &brush)
            case .vessel: StillLife.vessel(palette, &brush)
            case .avatar: Portrait.avatar(palette, &brush)
            }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)">\
            <rect width="\(width)" height="\(height)" fill="\(palette.sky)" />\(drawing)</svg>
            """
    }
}

/// Random numbers that depend on a name alone (SplitMix64 seeded by FNV-1a), with the shapes that pictures share.
struct Brush {
    private var state: UInt64

    init(seed: String) {
        state = ContentHash(seed.utf8).value
    }

    /// The next 64 random bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to the bound, which is not reached.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// A number of the range, both ends included.
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True as often as `chances` in 100.
    mutating func chance(_ chances: Int) -> Bool { below(100) < chances }

    /// A ridge from left to right as a closed area down to the foot, its crests about `height` from the top.
    mutating func ridge(at height: Int, swing: Int, fill: String) -> Markup {
        let steps = within(3...5)
        let width = 960 / steps
        var path = "M0 \(height + within(-swing...swing))"
        for step in 1...steps {
            let top = height + within(-swing...swing)
            let bend = height + within(-swing * 2...swing)
            path += " S\(step * width - width / 2) \(bend) \(step * width + (step == steps ? 4 : 0)) \(top)"
        }
        return "<path d=\"\(path) V540 H0 Z\" fill=\"\(fill)\" />"
    }
}

/// FNV-1a over 64 bits, for seeds and entity tags; not against an adversary.
struct ContentHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    init() {}

    init(_ bytes: some Sequence<UInt8>) {
        add(bytes)
    }

    /// Takes more bytes in.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
        }
    }
}
