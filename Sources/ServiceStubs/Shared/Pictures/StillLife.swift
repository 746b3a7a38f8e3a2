/// Pictures of things on a table.
enum StillLife {
    /// Sprigs that grow from the foot of the picture.
    static func leaves(_ palette: Palette, _ brush: inout Brush) -> Markup {
        var pieces: [Markup] = [
            "<circle cx=\"480\" cy=\"270\" r=\"\(brush.within(180...230))\" fill=\"\(palette.light)\" />"
        ]
        for sprig in 0..<7 {
            let foot = 60 + sprig * 140 + brush.within(-30...30)
            let lean = brush.within(-14...14)
            let colour = palette.layers[brush.within(1...3)]
            var leaves: [Markup] = [
                """
                <path d="M0 0 C\(lean) -140 \(lean) -260 0 -400" fill="none" stroke="\(colour)" stroke-width="5" />
                """
            ]
            for pair in 1...brush.within(5...7) {
                let y = -pair * 56
                let size = 74 - pair * 6
                for side in [-1, 1] {
                    leaves.append(
                        """
                        <path d="M0 \(y) q\(side * size / 2) -\(size / 2) \(side * size) -\(size / 3) \
                        q\(-side * size / 3) \(size / 2) \(-side * size) \(size / 3) Z" fill="\(colour)" />
                        """
                    )
                }
            }
            if brush.chance(45) {
                leaves.append("<circle cx=\"0\" cy=\"-408\" r=\"15\" fill=\"\(palette.accent)\" />")
            }
            pieces.append(
                "<g transform=\"translate(\(foot) 560) rotate(\(brush.within(-12...12)))\">\(leaves)</g>"
            )
        }
        return Markup(pieces)
    }

    /// A loaf with its cuts, on a board.
    static func loaf(_ palette: Palette, _ brush: inout Brush) -> Markup {
        let width = brush.within(210...270)
        let height = brush.within(120...160)
        let (crust, crumb) = [("#b97842", "#e6bd86"), ("#a5673a", "#dcae77"), ("#c98d52", "#efd0a0")][brush.below(3)]
        var cuts: [Markup] = []
        let count = brush.within(3...5)
        for cut in 0..<count {
            let x = 480 - width + (cut + 1) * width * 2 / (count + 1)
            cuts.append(
                """
                <path d="M\(x - 26) \(400 - height / 3) Q\(x) \(370 - height) \(x + 30) \(392 - height)" fill="none" \
                stroke="\(crumb)" stroke-width="15" stroke-linecap="round" />
                """
            )
        }
        return """
            \(table(palette, &brush))\
            <ellipse cx="480" cy="440" rx="\(width + 70)" ry="34" fill="\(palette.layers[2])" />\
            <ellipse cx="480" cy="430" rx="\(width + 70)" ry="32" fill="\(palette.layers[0])" />\
            <path d="M\(480 - width) 425 C\(480 - width - 30) \(420 - height * 2) \(480 + width + 30) \
            \(420 - height * 2) \(480 + width) 425 Q480 460 \(480 - width) 425 Z" fill="\(crust)" />\(cuts)\
            \(grains(palette, &brush))
            """
    }

    /// Fruit or roots in a shallow bowl.
    static func fruit(_ palette: Palette, _ brush: inout Brush) -> Markup {
        var pieces: [Markup] = [table(palette, &brush)]
        let colours = [palette.accent, "#d9a441", "#c65f4a", "#8fa65a", "#7d5a78"]
        let main = brush.below(colours.count)
        for row in 0..<3 {
            let count = 3 + row * 2
            for item in 0..<count {
                let x = 480 + (item * 2 - count + 1) * 44 + brush.within(-6...6)
                let y = 250 + row * 56
                let radius = brush.within(42...50)
                let colour = colours[brush.chance(70) ? main : brush.below(colours.count)]
                pieces.append(
                    """
                    <circle cx="\(x)" cy="\(y)" r="\(radius)" fill="\(colour)" />\
                    <ellipse cx="\(x - 14)" cy="\(y - 16)" rx="11" ry="15" fill="\(palette.light)" opacity="0.45" />\
                    <path d="M\(x) \(y - radius) q4 -16 14 -20" fill="none" stroke="\(palette.ink)" stroke-width="4" \
                    stroke-linecap="round" />
                    """
                )
            }
        }
        pieces.append(
            """
            <path d="M210 360 H750 Q720 480 570 486 H390 Q240 480 210 360 Z" fill="\(palette.layers[3])" />\
            <path d="M210 360 H750 Q748 378 742 392 H218 Q212 378 210 360 Z" fill="\(palette.ink)" opacity="0.25" />
            """
        )
        return Markup(pieces)
    }

    /// Jars and jugs on a shelf.
    static func vessel(_ palette: Palette, _ brush: inout Brush) -> Markup {
        var pieces: [Markup] = [table(palette, &brush)]
        for place in 0..<3 {
            let x = 270 + place * 210 + brush.within(-20...20)
            let height = brush.within(150...250)
            let width = brush.within(56...84)
            let colour = [palette.accent, palette.layers[1], palette.layers[2], palette.layers[3]][brush.below(4)]
            let neck = brush.within(22...38)
            pieces.append(
                """
                <ellipse cx="\(x)" cy="432" rx="\(width + 18)" ry="13" fill="\(palette.ink)" opacity="0.22" />\
                <path d="M\(x - neck) \(430 - height) \
                C\(x - neck) \(470 - height) \(x - width - 22) \(460 - height / 2) \
                \(x - width) 430 Q\(x) 444 \(x + width) 430 C\(x + width + 22) \(460 - height / 2) \(x + neck) \
                \(470 - height) \(x + neck) \(430 - height) Z" fill="\(colour)" />\
                <ellipse cx="\(x)" cy="\(430 - height)" rx="\(neck)" ry="9" fill="\(palette.ink)" opacity="0.55" />\
                <path d="M\(x - width / 2) \(425 - height / 2) q-6 40 4 70" fill="none" stroke="\(palette.light)" \
                stroke-width="9" stroke-linecap="round" opacity="0.55" />
                """
            )
            if brush.chance(50) {
                pieces.append(
                    """
                    <path d="M\(x - width + 2) \(430 - height / 3) Q\(x) \(448 - height / 3) \(x + width - 2) \
                    \(430 - height / 3)" fill="none" stroke="\(palette.light)" stroke-width="7" opacity="0.8" />
                    """
                )
            }
        }
        return Markup(pieces)
    }

    private static func table(_ palette: Palette, _ brush: inout Brush) -> Markup {
        """
        <circle cx="\(brush.within(200...760))" cy="\(brush.within(130...200))" r="\(brush.within(110...170))" \
        fill="\(palette.light)" /><path d="M0 410 H960 V540 H0 Z" fill="\(palette.layers[1])" />\
        <path d="M0 410 H960 V420 H0 Z" fill="\(palette.layers[2])" opacity="0.6" />
        """
    }

    private static func grains(_ palette: Palette, _ brush: inout Brush) -> Markup {
        Markup(
            (0..<14).map { _ in
                """
                <ellipse cx="\(brush.within(120...840))" cy="\(brush.within(470...520))" rx="7" ry="3" \
                fill="\(palette.light)" opacity="0.8" />
                """
            }
        )
    }
}

/// Pictures of people.
enum Portrait {
    /// Head, hair and shoulders, without a face.
    static func avatar(_ palette: Palette, _ brush: inout Brush) -> Markup {
        let skin = ["#f0cfb4", "#e0b08c", "#c68c66", "#96623f", "#6f4630"][brush.below(5)]
        let hair = ["#3b2b26", "#6b4630", "#a8733f", "#b9b3ab", "#7b3f35", palette.ink][brush.below(6)]
        let length = brush.within(44...70)
        return """
            <circle cx="48" cy="48" r="46" fill="\(palette.layers[0])" />\
            <path d="M26 \(length) C20 18 76 18 70 \(length) Z" fill="\(hair)" />\
            <path d="M12 96 C14 70 34 66 48 66 S82 70 84 96 Z" fill="\(palette.accent)" />\
            <rect x="41" y="54" width="14" height="18" rx="7" fill="\(skin)" />\
            <ellipse cx="48" cy="44" rx="17" ry="20" fill="\(skin)" />\
            <path d="M29 42 C27 12 69 12 67 42 C58 30 \(brush.within(36...52)) 32 30 42 Z" fill="\(hair)" />
            """
    }
}
