/// Names and values of an object, in the order in which they were given; each name once.
///
/// One reference in size, and immutable, so that a ``Value`` stays small and copying one costs a single count.
package struct ValueObject: Sendable {
    private final class Storage: Sendable {
        let keys: [String]
        let values: [Value]
        /// The place of each name; only for objects that are too long to search one by one.
        let places: [String: Int]

        init(keys: [String], values: [Value], places: [String: Int]) {
            self.keys = keys
            self.values = values
            self.places = places
        }
    }

    /// Objects of more members than this are searched through a table.
    private static let searchedByHand = 12

    private let storage: Storage

    /// An object of members in order; of equal names the last value counts, in the place of the first.
    package init(_ members: some Sequence<(key: String, value: Value)>) {
        var keys: [String] = []
        var values: [Value] = []
        var places: [String: Int] = [:]
        for (key, value) in members {
            let place = keys.count > Self.searchedByHand ? places[key] : keys.firstIndex(of: key)
            if let place {
                values[place] = value
                continue
            }
            keys.append(key)
            values.append(value)
            if keys.count == Self.searchedByHand + 1 {
                for (place, key) in keys.enumerated() { places[key] = place }
            } else if keys.count > Self.searchedByHand {
                places[key] = keys.count - 1
            }
        }
        self.storage = Storage(keys: keys, values: values, places: places)
    }

    /// The value of a name, or nil when the object has no such name.
    package subscript(name: String) -> Value? {
        if storage.keys.count > Self.searchedByHand {
            return storage.places[name].map { storage.values[$0] }
        }
        return storage.keys.firstIndex(of: name).map { storage.values[$0] }
    }

    /// The names, in order.
    package var keys: [String] { storage.keys }

    /// The values, in the order of their names.
    package var values: [Value] { storage.values }

    /// How many members there are.
    package var count: Int { storage.keys.count }

    /// Whether there are none.
    package var isEmpty: Bool { storage.keys.isEmpty }
}

extension ValueObject: ExpressibleByDictionaryLiteral {
    /// An object written as a literal.
    package init(dictionaryLiteral elements: (String, Value)...) {
        self.init(elements.lazy.map { (key: $0.0, value: $0.1) })
    }
}

extension ValueObject: Equatable {
    /// Equal when both have the same names with the same values, in whatever order.
    package static func == (left: ValueObject, right: ValueObject) -> Bool {
        guard left.count == right.count else { return false }
        for (key, value) in zip(left.keys, left.values) where right[key] != value { return false }
        return true
    }
}
