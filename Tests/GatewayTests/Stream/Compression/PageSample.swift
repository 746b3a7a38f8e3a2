import NIOCore
import TestSupport

@testable import Gateway

/// A page of pieces with their natures, as its recipe and its bytes.
struct PageSample {
    static let hasher: CacheKeyHasher = {
        var generator = RepeatableGenerator(seed: 77)
        return CacheKeyHasher(using: &generator)
    }()

    let recipe: PageRecipe
    let bytes: ByteBuffer
    /// The bytes of the personal pieces, in order.
    let personal: ContiguousArray<ByteBuffer>

    init(_ pieces: [(text: [UInt8], nature: PieceNature)]) {
        var recipe = PageRecipe(text: Self.hasher.hash("static text"), hasher: Self.hasher)
        var bytes = ByteBuffer()
        var personal: ContiguousArray<ByteBuffer> = []
        for piece in pieces {
            recipe.add(Self.hasher.hash(piece.text.span.bytes), length: piece.text.count, piece.nature)
            bytes.writeBytes(piece.text)
            if piece.nature == .personal, !piece.text.isEmpty { personal.append(ByteBuffer(bytes: piece.text)) }
        }
        self.recipe = recipe
        self.bytes = bytes
        self.personal = personal
    }
}
