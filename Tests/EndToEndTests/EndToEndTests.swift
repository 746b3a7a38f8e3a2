import Testing

/// Whole-system scenarios: services, a gateway, perhaps a Redis, and a client of bare bytes.
///
/// One at a time, because they measure time.
@Suite("End to end", .serialized, .timeLimit(.minutes(1)))
enum EndToEndTests {}
