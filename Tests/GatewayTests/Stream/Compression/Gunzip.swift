import TestSupport

/// What `python3` reads out of gzip members: each must be one, whole, and have nothing after it.
func gunzip(_ members: [[UInt8]]) throws -> [[UInt8]] {
    let script = """
        import zlib
        def decode(data):
            reader = zlib.decompressobj(31)
            plain = reader.decompress(data)
            assert reader.eof and not reader.unused_data
            return plain
        """
    return try Tool.python(script, inputs: members)
}
