import TestSupport
import Testing
import Zlib

@Suite("CRC-32")
struct CRC32Tests {
    @Test("known values")
    func known() {
        #expect(CRC32().value == 0)
        #expect(CRC32(of: []).value == 0)
        // The check value of the catalogue of CRCs (CRC-32/ISO-HDLC).
        #expect(CRC32(of: Array("123456789".utf8)).value == 0xcbf4_3926)
    }

    @Test("the checksum of parts, appended or combined, is that of the whole")
    func parts() {
        var generator = SeededGenerator(seed: 4)
        for round in 0..<200 {
            let parts = (0..<Int.random(in: 1..<6, using: &generator)).map { _ in
                SampleTexts.noise(Int.random(in: 0..<3000, using: &generator), using: &generator)
            }
            var appended = CRC32()
            var combined = CRC32()
            for part in parts {
                appended.append(part)
                combined.append(CRC32(of: part), CRC32.CombineOperator(length: part.count))
            }
            let whole = CRC32(of: Array(parts.joined()))
            #expect(appended == whole, "round \(round)")
            #expect(combined == whole, "round \(round)")
        }
    }
}
