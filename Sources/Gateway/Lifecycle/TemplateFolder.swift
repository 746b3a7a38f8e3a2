internal import FoundationEssentials

/// The folder of templates as it was read: the templates, and the files that browsers get as they are.
///
/// Every `*.html` outside `assets/` is a template, everything in `assets/` is an asset, and other files are left out
/// of account; so is what begins with a dot. Symbolic links may only lead to places within the folder.
package struct TemplateFolder: Sendable {
    /// The templates, sorted by path.
    package let sources: [TemplateSource]
    /// The assets, sorted by path.
    package let assets: [SiteAsset]
    /// What ``stamp(path:)`` gave just before the files were read.
    package let stamp: FolderStamp

    private let assetsByName: [String: SiteAsset]

    /// The most bytes of one template.
    static let maximumTemplateSize = 4 << 20
    /// The most bytes of one asset.
    static let maximumAssetSize = 64 << 20

    init(sources: [TemplateSource], assets: [SiteAsset], stamp: FolderStamp) {
        self.sources = sources
        self.assets = assets
        self.stamp = stamp
        assetsByName = Dictionary(assets.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The asset with a name below `assets/`, as templates name it: `site.css`.
    package func asset(named name: String) -> SiteAsset? { assetsByName[name] }

    /// Reads a folder.
    ///
    /// - Throws: everything that cannot be read or may not be there.
    package static func load(path: String) throws(TemplateFolderError) -> TemplateFolder {
        var listing = FolderListing(root: path)
        listing.read()
        var sources: [TemplateSource] = []
        var assets: [SiteAsset] = []
        for file in listing.files {
            let isAsset = file.path.hasPrefix(SiteAsset.folder)
            let limit = isAsset ? maximumAssetSize : maximumTemplateSize
            guard file.size <= limit else {
                listing.report(file.path, "is larger than \(limit >> 20) MB, the most that is read")
                continue
            }
            let data: Data
            do {
                data = try Data(contentsOf: URL(filePath: file.realPath, directoryHint: .notDirectory))
            } catch {
                listing.report(file.path, reading: error)
                continue
            }
            if isAsset {
                assets.append(SiteAsset(name: String(file.path.dropFirst(SiteAsset.folder.count)), bytes: data))
            } else if let text = String(validating: data, as: UTF8.self) {
                sources.append(TemplateSource(path: file.path, text: text))
            } else {
                listing.report(file.path, "is not UTF-8; save it in that encoding")
            }
        }
        if !listing.problems.isEmpty { throw TemplateFolderError(folder: path, problems: listing.problems) }
        return TemplateFolder(sources: sources, assets: assets, stamp: listing.stamp)
    }

    /// What tells whether a folder has changed, without reading its files.
    ///
    /// - Throws: what ``load(path:)`` throws, what only the files' contents show left aside.
    package static func stamp(path: String) throws(TemplateFolderError) -> FolderStamp {
        var listing = FolderListing(root: path)
        listing.read()
        if !listing.problems.isEmpty { throw TemplateFolderError(folder: path, problems: listing.problems) }
        return listing.stamp
    }
}
