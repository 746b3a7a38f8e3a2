import NIOCore

/// Reads one request from a connection's bytes, as little strictly as a test needs.
struct OriginRequestReader {
    enum Event {
        case needsMore
        /// The head is there; the body follows.
        case head
        case complete
    }

    private enum State {
        case head
        case sized(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
        case complete
    }

    private(set) var path = ""
    private(set) var bodyLength = 0
    private var method = ""
    private var headers: [(name: String, value: String)] = []
    private var body = ByteBuffer()
    private var state = State.head

    private static let keptBytes = 1_048_576

    func request(connection: Int) -> OriginRequest {
        OriginRequest(
            method: method,
            path: path,
            headers: headers,
            body: body,
            bodyLength: bodyLength,
            connection: connection
        )
    }

    mutating func next(_ input: inout ByteBuffer) -> Event {
        while true {
            switch state {
            case .head:
                guard readHead(&input) else { return .needsMore }
                return .head
            case .sized(0):
                state = .complete
            case .sized(let left):
                guard let taken = take(left, &input) else { return .needsMore }
                state = .sized(left - taken)
            case .chunkSize:
                guard let line = readLine(&input) else { return .needsMore }
                let size = Int(line.prefix { $0 != ";" }, radix: 16) ?? 0
                state = size == 0 ? .trailers : .chunk(size)
            case .chunk(0):
                state = .chunkEnd
            case .chunk(let left):
                guard let taken = take(left, &input) else { return .needsMore }
                state = .chunk(left - taken)
            case .chunkEnd:
                guard readLine(&input) != nil else { return .needsMore }
                state = .chunkSize
            case .trailers:
                guard let line = readLine(&input) else { return .needsMore }
                if line.isEmpty { state = .complete }
            case .complete:
                return .complete
            }
        }
    }

    private mutating func readHead(_ input: inout ByteBuffer) -> Bool {
        var rest = input
        var lines: [String] = []
        while let line = readLine(&rest) {
            if !line.isEmpty {
                lines.append(line)
            } else if !lines.isEmpty {
                input = rest
                setHead(lines)
                return true
            }
        }
        return false
    }

    private mutating func setHead(_ lines: [String]) {
        let parts = lines[0].split(separator: " ", maxSplits: 2)
        method = parts.first.map(String.init) ?? ""
        path = parts.count > 1 ? String(parts[1]) : ""
        headers = lines.dropFirst().map { line in
            let end = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<end]), String(line[end...].dropFirst().drop { $0 == " " }))
        }
        func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        if value("transfer-encoding")?.lowercased() == "chunked" {
            state = .chunkSize
        } else {
            state = .sized(value("content-length").flatMap { Int($0) } ?? 0)
        }
    }

    private mutating func take(_ count: Int, _ input: inout ByteBuffer) -> Int? {
        guard let slice = input.readSlice(length: min(count, input.readableBytes)), slice.readableBytes > 0 else {
            return nil
        }
        if body.readableBytes < Self.keptBytes { body.writeImmutableBuffer(slice) }
        bodyLength += slice.readableBytes
        return slice.readableBytes
    }

    private func readLine(_ input: inout ByteBuffer) -> String? {
        let view = input.readableBytesView
        guard
            let end = view.firstIndex(of: UInt8(ascii: "\n")),
            let line = input.readString(length: end - view.startIndex)
        else { return nil }
        input.moveReaderIndex(forwardBy: 1)
        return line.hasSuffix("\r") ? String(line.dropLast()) : line
    }
}
