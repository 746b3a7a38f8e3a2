/// What has happened on a ``RedisTier`` since its start, over all its connections.
final class RedisTally {
    var counters = RedisTier.Counters()
}
