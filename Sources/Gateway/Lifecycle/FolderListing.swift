internal import FoundationEssentials

/// Finds the templates and assets of a folder.
struct FolderListing {
    /// A file to be read.
    struct File {
        /// The path within the folder, with `/`.
        let path: String
        /// Where it is, no symbolic link left.
        let realPath: String
        let size: Int
    }

    /// The files, sorted by path.
    private(set) var files: [File] = []
    private(set) var problems: [TemplateFolderError.Problem] = []
    private var entries: [FolderStamp.Entry] = []
    private let root: String
    private let realRoot: String

    /// Inert until ``read()``.
    init(root: String) {
        self.root = root
        realRoot = Self.realPath(root)
    }

    /// The state of the files.
    var stamp: FolderStamp { FolderStamp(entries: entries) }

    /// Goes through the folder.
    mutating func read() {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: realRoot)
            guard attributes[.type] as? FileAttributeType == .typeDirectory else {
                report("", "is not a folder; `templates:` of the configuration names the folder of the templates")
                return
            }
        } catch {
            report("", reading: error)
            return
        }
        read(folder: "", realPath: realRoot, ancestors: [realRoot])
        files.sort { $0.path < $1.path }
        entries.sort { $0.path < $1.path }
        problems.sort { $0.path < $1.path }
    }

    /// Notes a problem.
    mutating func report(_ path: String, _ message: String) {
        problems.append(TemplateFolderError.Problem(path: path, message: message))
    }

    /// Notes that something cannot be read.
    mutating func report(_ path: String, reading error: any Error) {
        let message =
            switch (error as? CocoaError)?.code {
            case .fileReadNoSuchFile?, .fileNoSuchFile?: "does not exist"
            case .fileReadNoPermission?: "may not be read; change its permissions"
            default: "cannot be read (\(error))"
            }
        report(path, message)
    }

    private mutating func read(folder: String, realPath: String, ancestors: [String]) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: realPath)
        } catch {
            report(folder, reading: error)
            return
        }
        for name in names where !name.hasPrefix(".") {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            read(path: path, at: "\(realPath)/\(name)", ancestors: ancestors)
        }
    }

    private mutating func read(path: String, at place: String, ancestors: [String]) {
        let realPath = Self.realPath(place)
        guard realPath == realRoot || realPath.hasPrefix(realRoot == "/" ? "/" : realRoot + "/") else {
            report(path, "is a symbolic link that leads out of the folder")
            return
        }
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: realPath)
        } catch {
            report(path, reading: error)
            return
        }
        switch attributes[.type] as? FileAttributeType {
        case .typeDirectory?:
            guard !ancestors.contains(realPath) else {
                report(path, "is a symbolic link to a folder that it is in")
                return
            }
            read(folder: path, realPath: realPath, ancestors: ancestors + [realPath])
        case .typeRegular?:
            let isAsset = path.hasPrefix(SiteAsset.folder)
            guard isAsset || path.hasSuffix(".html") else { return }
            if isAsset, !SiteAsset.isPlain(path) {
                report(path, "has a name that cannot stand in a URL; use ASCII letters, digits, '.', '_', '-' and '~'")
                return
            }
            add(path: path, realPath: realPath, attributes)
        case .typeSymbolicLink?:
            report(path, "is a symbolic link to what does not exist")
        default:
            report(path, "is neither a file nor a folder")
        }
    }

    private mutating func add(path: String, realPath: String, _ attributes: [FileAttributeKey: Any]) {
        guard
            let size = attributes[.size] as? UInt,
            let number = attributes[.systemFileNumber] as? UInt64,
            let modified = attributes[.modificationDate] as? Date
        else {
            report(path, "has neither a size nor a date")
            return
        }
        files.append(File(path: path, realPath: realPath, size: Int(clamping: size)))
        entries.append(FolderStamp.Entry(path: path, size: size, number: number, modified: modified))
    }

    /// A path without symbolic links; one that leads nowhere stays as it is.
    private static func realPath(_ path: String) -> String {
        let resolved = URL(filePath: path).resolvingSymlinksInPath().path
        return resolved.count > 1 && resolved.hasSuffix("/") ? String(resolved.dropLast()) : resolved
    }
}
