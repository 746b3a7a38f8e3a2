import COpenSSL
import Testing

@testable import OpenSSL

@Suite("Errors of the library")
struct OpenSSLErrorTests {
    @Test("the queue's texts are read and taken away")
    func queue() {
        ERR_clear_error()
        // An algorithm that does not exist leaves a reason in the queue of this thread.
        #expect(EVP_CIPHER_fetch(nil, "no-such-cipher", nil) == nil)
        let error = OpenSSLError.emptyingQueue(.algorithmUnavailable)
        #expect(error.reasons.first?.contains("unsupported") == true)
        #expect(error.description.contains("algorithmUnavailable"))
        #expect(ERR_peek_error() == 0)
        #expect(OpenSSLError.emptyingQueue(.operationFailed).reasons.isEmpty)
    }

    @Test("errors left by others are not taken for ours")
    func strangers() throws {
        _ = EVP_CIPHER_fetch(nil, "no-such-cipher", nil)
        let cipher = try AES256GCM(key: [UInt8](repeating: 1, count: 32))
        let nonce = [UInt8](repeating: 2, count: 12)
        let sealed = [UInt8](repeating: 3, count: 20)
        do throws(OpenSSLError) {
            _ = try cipher.open(sealed, nonce: nonce, associatedData: nonce)
            Issue.record("forged bytes were opened")
        } catch {
            #expect(error.code == .notAuthentic)
            #expect(error.reasons.isEmpty)
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test("errors are equal by their codes")
    func equality() {
        #expect(OpenSSLError(code: .tooLong, reasons: ["a"]) == OpenSSLError(code: .tooLong))
        #expect(OpenSSLError(code: .tooLong) != OpenSSLError(code: .keyLength))
    }
}
