import GRDB

extension AuthorizationTables {
    /// Lets two of the members sign in, both with the password `rose-ash`: data for development alone.
    static func plant(in database: Database) throws {
        for (email, password, roles) in credentials {
            guard let member = try SiteMember.find(email: email, in: database) else { continue }
            try Credential(subject: member.subject, password: password, roles: roles).insert(database)
        }
    }

    /// Hashes, as making them takes as long as it should.
    private static let credentials = [
        (
            "member@example.org", "scrypt$15$8$1$cm9zZS1hc2ggbWVtYmVyIQ$8a5lgmoW0pj6dU4DYDDFwKPd-gdsKt3IV41M1daT_2g",
            ""
        ),
        (
            "editor@example.org", "scrypt$15$8$1$cm9zZS1hc2ggZWRpdG9yIQ$9zgJtO0Y9YVUw-TphmSg8P3CQnxiwWSQIMboly48dkk",
            "editor"
        ),
    ]
}
