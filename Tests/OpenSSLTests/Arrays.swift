import OpenSSL

// The same calls with arrays, whose spans could not be taken inside an expectation.

extension AES256GCM {
    func seal(_ message: [UInt8], nonce: [UInt8], associatedData: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try self.seal(message.span, nonce: nonce.span, associatedData: associatedData.span)
    }

    func open(_ sealed: [UInt8], nonce: [UInt8], associatedData: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try self.open(sealed.span, nonce: nonce.span, associatedData: associatedData.span)
    }
}

extension HMACSHA256 {
    func code(of message: [UInt8]) throws(OpenSSLError) -> [UInt8] { try self.code(of: message.span) }

    func isCode(_ code: [UInt8], of message: [UInt8]) throws(OpenSSLError) -> Bool {
        try self.isCode(code.span, of: message.span)
    }
}
