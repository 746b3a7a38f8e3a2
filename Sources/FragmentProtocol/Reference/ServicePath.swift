/// The paths that every service answers; none of them is reachable from outside.
public enum ServicePath {
    /// What no path of a service's public interface begins with.
    public static let `internal` = "/internal"
    /// The manifest; a fragment is at this path, a slash and its type.
    public static let fragments = "/internal/fragments"
    /// Answers `200` when the service can answer.
    public static let health = "/internal/health"
}
