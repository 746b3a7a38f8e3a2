import Testing

@testable import FragmentProtocol
@testable import Gateway

@Suite struct CacheStatusTests {
    @Test(
        "the field's member is a structured item with parameters (RFC 9211)",
        arguments: [
            (CacheStatus(isHit: true, timeToLive: 7), "rose-ash; hit; ttl=7"),
            (
                CacheStatus(isHit: true, timeToLive: -3, detail: .staleWhileRevalidate),
                "rose-ash; hit; ttl=-3; detail=stale-while-revalidate"
            ),
            (CacheStatus(forward: .uriMiss, isStored: true), "rose-ash; fwd=uri-miss; stored"),
            (CacheStatus(forward: .varyMiss), "rose-ash; fwd=vary-miss"),
            (CacheStatus(forward: .method), "rose-ash; fwd=method"),
            (CacheStatus(forward: .bypass), "rose-ash; fwd=bypass"),
            (CacheStatus(forward: .request), "rose-ash; fwd=request"),
            (
                CacheStatus(forward: .stale, forwardStatus: 304, timeToLive: 60, isStored: true),
                "rose-ash; fwd=stale; fwd-status=304; ttl=60; stored"
            ),
            (CacheStatus(isHit: true, timeToLive: 1, isCollapsed: true), "rose-ash; hit; ttl=1; collapsed"),
            (
                CacheStatus(forward: .stale, forwardStatus: 503, timeToLive: -1, detail: .staleIfError),
                "rose-ash; fwd=stale; fwd-status=503; ttl=-1; detail=stale-if-error"
            ),
            (CacheStatus(detail: .onlyIfCached), "rose-ash; detail=only-if-cached"),
        ]
    )
    func text(status: CacheStatus, expected: String) {
        #expect(status.description == expected)
        // An item of a list has the grammar of a dictionary's value.
        #expect(StructuredDictionary(parsing: "member=\(status.description)") != nil)
    }
}
