/// The positions of keys, in the order in which they were appended.
///
/// Most pages have few parts: looking through their keys costs less than a table until there are some.
struct KeyPositions {
    private var keys: [CacheKey] = []
    /// Of all keys, once there are too many to look through.
    private var table: [CacheKey: Int] = [:]

    /// Most keys that are looked through.
    static let looked = 24

    mutating func reserveCapacity(_ count: Int) { keys.reserveCapacity(count) }

    /// Where a key is; nil when it was not appended.
    subscript(key: CacheKey) -> Int? {
        guard table.isEmpty else { return table[key] }
        var position = 0
        while position < keys.count {
            if keys[position] == key { return position }
            position += 1
        }
        return nil
    }

    /// Appends a key that is not there.
    mutating func append(_ key: CacheKey) {
        keys.append(key)
        guard keys.count > Self.looked else { return }
        if table.isEmpty {
            for (position, key) in keys.enumerated() { table[key] = position }
        } else {
            table[key] = keys.count - 1
        }
    }
}
