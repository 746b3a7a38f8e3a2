import COpenSSL

/// The parameters that a key is made of; they are freed when they go out of scope.
///
/// The builder refers to names and values until the list is made, so the names are parts of the program.
struct KeyParameters: ~Copyable {
    private let builder: OpaquePointer
    /// The numbers, which the builder refers to until the list is made.
    private var numbers: [OpaquePointer] = []
    /// Copies of the runs of bytes, which the builder refers to until the list is made.
    private var copies: [UnsafeMutableBufferPointer<UInt8>] = []

    init() throws(OpenSSLError) {
        guard let builder = OSSL_PARAM_BLD_new() else { throw .emptyingQueue(.operationFailed) }
        self.builder = builder
    }

    deinit {
        OSSL_PARAM_BLD_free(self.builder)
        for number in self.numbers { BN_free(number) }
        for copy in self.copies { copy.deallocate() }
    }

    /// Adds a number, which has its highest byte first; false without memory.
    mutating func addNumber(_ name: StaticString, _ bytes: [UInt8]) -> Bool {
        guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return false }
        self.numbers.append(number)
        return Self.withCharacters(of: name) { OSSL_PARAM_BLD_push_BN(self.builder, $0.baseAddress, number) == 1 }
    }

    /// Adds a run of bytes; false without memory.
    mutating func addBytes(_ name: StaticString, _ bytes: [UInt8]) -> Bool {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = copy.initialize(from: bytes)
        self.copies.append(copy)
        return Self.withCharacters(of: name) {
            OSSL_PARAM_BLD_push_octet_string(self.builder, $0.baseAddress, copy.baseAddress, copy.count) == 1
        }
    }

    /// Adds a text, which lives as long as the program; false without memory.
    func addText(_ name: StaticString, _ text: StaticString) -> Bool {
        Self.withCharacters(of: name) { name in
            Self.withCharacters(of: text) { text in
                OSSL_PARAM_BLD_push_utf8_string(self.builder, name.baseAddress, text.baseAddress, text.count) == 1
            }
        }
    }

    /// The characters of a text, which end in a zero byte behind the last.
    private static func withCharacters(of text: StaticString, _ body: (UnsafeBufferPointer<CChar>) -> Bool) -> Bool {
        text.withUTF8Buffer { $0.withMemoryRebound(to: CChar.self, body) }
    }

    /// The parameters as a key takes them; nil without memory.
    func list() -> UnsafeMutablePointer<OSSL_PARAM>? { OSSL_PARAM_BLD_to_param(self.builder) }
}
