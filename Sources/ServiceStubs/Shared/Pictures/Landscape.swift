/// Pictures of places.
enum Landscape {
    /// Hills one behind another under a sun, with birds or a tree.
    static func hills(_ palette: Palette, _ brush: inout Brush) -> Markup {
        var pieces: [Markup] = [sun(palette, &brush)]
        for (index, colour) in palette.layers.enumerated() {
            pieces.append(brush.ridge(at: 230 + index * 78, swing: 42 - index * 5, fill: colour))
        }
        if brush.chance(60) {
            let left = brush.within(140...620)
            for bird in 0..<brush.within(3...5) {
                let x = left + bird * 38 + brush.within(-8...8)
                let y = brush.within(90...170)
                pieces.append(
                    """
                    <path d="M\(x - 11) \(y - 5) q6 -7 11 3 q5 -10 11 -3" fill="none" stroke="\(palette.ink)" \
                    stroke-width="3" stroke-linecap="round" />
                    """
                )
            }
        }
        for _ in 0..<brush.within(2...5) {
            pieces.append(tree(palette, x: brush.within(60...900), foot: brush.within(440...500), &brush))
        }
        return Markup(pieces)
    }

    /// Rows of a kitchen garden running to the horizon.
    static func garden(_ palette: Palette, _ brush: inout Brush) -> Markup {
        var pieces: [Markup] = [sun(palette, &brush)]
        pieces.append(brush.ridge(at: 220, swing: 26, fill: palette.layers[0]))
        pieces.append("<path d=\"M0 262 H960 V540 H0 Z\" fill=\"\(palette.layers[1])\" />")
        let vanishing = brush.within(360...600)
        for row in -7...7 {
            let near = vanishing + row * 150
            pieces.append(
                """
                <path d="M\(vanishing + row * 30) 262 L\(near - 34) 540 H\(near + 34) Z" \
                fill="\(palette.layers[row.isMultiple(of: 2) ? 2 : 3])" opacity="0.85" />
                """
            )
            for step in 1...6 {
                let depth = step * step * 7
                let x = vanishing + row * (30 + depth * 120 / 278)
                let size = 3 + step * 2
                pieces.append(
                    """
                    <ellipse cx="\(x)" cy="\(266 + depth)" rx="\(size + 3)" ry="\(size)" \
                    fill="\(brush.chance(14) ? palette.accent : palette.layers[brush.within(0...1)])" />
                    """
                )
            }
        }
        return Markup(pieces)
    }

    /// An evening with lanterns on a string.
    static func lanterns(_ palette: Palette, _ brush: inout Brush) -> Markup {
        var pieces: [Markup] = [
            "<rect width=\"960\" height=\"540\" fill=\"\(palette.ink)\" />",
            "<circle cx=\"\(brush.within(120...840))\" cy=\"110\" r=\"46\" fill=\"\(palette.light)\" />",
        ]
        for _ in 0..<40 {
            pieces.append(
                """
                <circle cx="\(brush.below(960))" cy="\(brush.below(300))" r="\(brush.within(1...2))" \
                fill="\(palette.sky)" opacity="0.7" />
                """
            )
        }
        pieces.append(brush.ridge(at: 380, swing: 30, fill: palette.layers[3]))
        pieces.append(brush.ridge(at: 460, swing: 20, fill: palette.layers[2]))
        for string in 0..<2 {
            let top = 120 + string * 90
            pieces.append(
                """
                <path d="M-10 \(top) Q480 \(top + 180) 970 \(top)" fill="none" stroke="\(palette.layers[0])" \
                stroke-width="3" />
                """
            )
            for lamp in 1...8 {
                let x = lamp * 106 + string * 30
                let along = Double(x + 10) / 980
                let y = top + Int(360 * along * (1 - along))
                let fill = [palette.accent, palette.light, palette.layers[0]][brush.below(3)]
                pieces.append(
                    """
                    <circle cx="\(x)" cy="\(y + 24)" r="44" fill="\(fill)" opacity="0.16" />\
                    <ellipse cx="\(x)" cy="\(y + 24)" rx="17" ry="21" fill="\(fill)" />
                    """
                )
            }
        }
        return Markup(pieces)
    }

    private static func sun(_ palette: Palette, _ brush: inout Brush) -> Markup {
        let x = brush.within(150...810)
        let y = brush.within(90...190)
        return """
            <circle cx="\(x)" cy="\(y)" r="120" fill="\(palette.light)" opacity="0.45" />\
            <circle cx="\(x)" cy="\(y)" r="\(brush.within(52...76))" fill="\(palette.light)" />
            """
    }

    private static func tree(_ palette: Palette, x: Int, foot: Int, _ brush: inout Brush) -> Markup {
        let height = brush.within(60...110)
        return """
            <rect x="\(x - 3)" y="\(foot - height)" width="6" height="\(height)" fill="\(palette.ink)" />\
            <ellipse cx="\(x)" cy="\(foot - height)" rx="\(brush.within(26...38))" ry="\(brush.within(34...50))" \
            fill="\(brush.chance(30) ? palette.accent : palette.layers[2])" />
            """
    }
}
