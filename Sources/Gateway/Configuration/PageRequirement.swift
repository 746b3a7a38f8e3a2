/// Who may see a page (`require:` of an entry of `pages:`).
package enum PageRequirement: Sendable, Hashable, CustomStringConvertible {
    /// Whoever is signed in.
    case login
    /// Whoever is signed in and has the role.
    case role(String)

    /// As it is written in the file: `login` or `role:editor`.
    package var description: String {
        switch self {
        case .login: "login"
        case .role(let role): "role:\(role)"
        }
    }
}
