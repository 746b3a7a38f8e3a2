import Testing

@testable import ServiceStubs

struct PiecesTests {
    @Test(arguments: [(0, 10, 1), (1, 10, 1), (10, 10, 1), (11, 10, 2), (40, 12, 4)])
    func countsPages(total: Int, limit: Int, pages: Int) {
        #expect(PageSlice(page: 1, limit: limit, total: total).pages == pages)
    }

    @Test func oneNeedsNoPagination() {
        #expect(Pieces.pagination(PageSlice(page: 1, limit: 10, total: 10)) { "/\($0)" } == nil)
    }

    @Test func paginationMarksThePageAndLinksTheOthers() throws {
        let slice = PageSlice(page: 2, limit: 10, total: 25)
        let html = try #require(Pieces.pagination(slice) { "/?page=\($0)&a" }).html
        #expect(WellFormedness(html).isWellFormed)
        #expect(html.contains("<span aria-current=\"page\">2</span>"))
        #expect(html.contains("<a rel=\"prev\" href=\"/?page=1&amp;a\">"))
        #expect(html.contains("<a rel=\"next\" href=\"/?page=3&amp;a\">"))
        #expect(slice.offset == 10)
    }

    @Test func pastTheEndThereIsNoNextPage() throws {
        let html = try #require(Pieces.pagination(PageSlice(page: 9, limit: 10, total: 25)) { "/\($0)" }).html
        #expect(!html.contains("rel=\"next\""))
    }
}
