import Foundation
import GRDB
import Testing

@testable import ServiceStubs

struct ServiceDatabaseTests {
    @Test func theSeedIsWhole() async throws {
        let database = try StubHarness().environment.database
        try await database.read { database throws in
            #expect(try Post.fetchCount(database) == 12)
            #expect(try Product.fetchCount(database) == 40)
            #expect(try ServiceStubs.Category.fetchCount(database) == 6)
            #expect(try Event.fetchCount(database) == 21)
            #expect(try Member.fetchCount(database) == 12)
            #expect(try Note.fetchCount(database) == 30)
            for picture in try String.fetchAll(
                database,
                sql: "SELECT picture FROM post UNION SELECT picture FROM product UNION SELECT picture FROM event"
            ) {
                #expect(Picture(name: picture) != nil, "\(picture)")
            }
            for post in try Post.fetchAll(database) {
                #expect(post.body.split(separator: "\n\n").count >= 3)
                #expect(try Member.filter(Column("handle") == post.author).fetchCount(database) == 1)
            }
        }
    }

    @Test(arguments: ["2026-11-01", "2026-11-30", "2027-02-15", "2028-02-29", "2026-12-31"])
    func theCalendarIsNeverEmpty(text: String) async throws {
        let today = try #require(Day(text))
        let database = try ServiceDatabase.open(path: ":memory:", today: today)
        try await database.read { database throws in
            #expect(try EventsQueries.events(of: today.month, in: database).count >= 8)
            #expect(try EventsQueries.events(of: today.month.following, in: database).count >= 4)
            #expect(try EventsQueries.events(from: today, in: database, limit: 50).count >= 5)
        }
    }

    @Test func aFileKeepsItsDataAndItsCalendarMovesOn() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stubs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // A leftover in the system's own folder for such things harms nobody.
            try? FileManager.default.removeItem(at: folder)
        }
        let path = folder.appending(path: "stubs.sqlite").path
        let first = try ServiceDatabase.open(path: path, today: Day(year: 2026, month: 11, day: 23))
        try await first.write { try CartLine(subject: "anon:1", product: "dark-rye", quantity: 2).insert($0) }
        try first.close()
        let second = try ServiceDatabase.open(path: path, today: Day(year: 2027, month: 3, day: 2))
        try await second.read { database throws in
            #expect(try Basket(of: "anon:1", in: database).count == 2)
            #expect(try Post.fetchCount(database) == 12)
            #expect(try !EventsQueries.events(of: Month(year: 2027, month: 3), in: database).isEmpty)
        }
        try second.close()
    }
}
