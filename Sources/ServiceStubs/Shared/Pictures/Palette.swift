/// Colours that go together.
struct Palette: Sendable {
    /// The ground of the picture.
    let sky: String
    /// Sun, moon or window.
    let light: String
    /// From the farthest to the nearest.
    let layers: [String]
    /// One strong colour, used sparingly.
    let accent: String
    /// Lines and shadows.
    let ink: String

    static let all = [
        Palette(
            sky: "#f7e8d9",
            light: "#fff6e6",
            layers: ["#e4c3b0", "#cf9f8d", "#a9746d", "#744f57"],
            accent: "#c4495c",
            ink: "#46333d"
        ),
        Palette(
            sky: "#e6eee8",
            light: "#fdfaf0",
            layers: ["#c3d6c6", "#98b89f", "#6a9478", "#436a56"],
            accent: "#d98a6a",
            ink: "#2c4439"
        ),
        Palette(
            sky: "#e8e6f1",
            light: "#fbf3ea",
            layers: ["#cdc6e0", "#a99fc6", "#8077a3", "#57507a"],
            accent: "#d77a8d",
            ink: "#3a3554"
        ),
        Palette(
            sky: "#e3eef3",
            light: "#fff8e8",
            layers: ["#bfd8e2", "#92b9c9", "#6394a8", "#3f6a7f"],
            accent: "#e2a25b",
            ink: "#29475a"
        ),
        Palette(
            sky: "#faf0da",
            light: "#fffdf4",
            layers: ["#ecd7a6", "#dbb974", "#b68d4c", "#7d6136"],
            accent: "#b5563f",
            ink: "#4d3b24"
        ),
        Palette(
            sky: "#f6e6e8",
            light: "#fff7f2",
            layers: ["#e6c2c9", "#cf98a5", "#a96d80", "#744a5e"],
            accent: "#5f8a73",
            ink: "#482f3d"
        ),
        Palette(
            sky: "#eeeadf",
            light: "#fffaf0",
            layers: ["#d5d0ba", "#b3b290", "#86906a", "#5a6749"],
            accent: "#c76b52",
            ink: "#394130"
        ),
    ]
}
