/// What a browser calls itself, in plain words for the list of devices.
///
/// `User-Agent` is what anybody wishes it to be, so nothing is decided by it.
package enum BrowserName {
    /// In the order in which they are looked for: most browsers name those that they are like as well.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
        ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Epiphany/", "Web"),
        ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]
    private static let systems = [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"), ("Linux", "Linux"),
    ]

    /// The plain words, such as `Firefox on Linux`.
    ///
    /// - Parameter userAgent: the value of `User-Agent`; empty when there is none.
    /// - Returns: the browser and its system, as far as they are known.
    package static func plain(_ userAgent: String) -> String {
        let browser = Self.browsers.first { userAgent.contains($0.0) }?.1
        let system = Self.systems.first { userAgent.contains($0.0) }?.1
        switch (browser, system) {
        case (let browser?, let system?): return "\(browser) on \(system)"
        case (let browser?, nil): return browser
        case (nil, let system?): return "A browser on \(system)"
        case (nil, nil): return "An unknown browser"
        }
    }
}
