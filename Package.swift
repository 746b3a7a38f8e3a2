// swift-tools-version:6.2
import PackageDescription

/// Language features that a later Swift turns on by itself, each with the proposal that describes it.
let upcomingFeatures: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// What reads bytes from outside marks each unsafe construct, and builds without a warning.
let strict: [SwiftSetting] =
    upcomingFeatures + [
        // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0458-strict-memory-safety.md
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]

/// What the gateway's sources need, wherever they are compiled.
let gatewayDependencies: [Target.Dependency] = [
    "FragmentProtocol", "Hiredis", "Curl", "LibXML2", "OpenSSL", "Zlib", "Brotli", "Zstd",
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "Yams", package: "Yams"),
    .product(name: "Logging", package: "swift-log"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "GRDB", package: "GRDB.swift"),
]

let gatewaySettings: [SwiftSetting] =
    strict + [
        // Dynamic exclusivity checks are 39 % of a page's instructions; debug builds, and so the tests, keep them.
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

/// Links Swift's own libraries in: finding their symbols at each start takes a fifth of the time until it listens.
///
/// The libraries are what Foundation needs; a program that was compiled for the shared one does not name them.
let startsQuickly: [LinkerSetting] =
    [.unsafeFlags(["-static-stdlib"], .when(platforms: [.linux], configuration: .release))]
    + ["CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections"].map {
        .linkedLibrary($0, .when(platforms: [.linux], configuration: .release))
    }

let package = Package(
    name: "rose-ash-gateway",
    products: [
        .executable(name: "gateway", targets: ["GatewayCommand"]),
        .executable(name: "service-stubs", targets: ["ServiceStubs"]),
        .library(name: "FragmentProtocol", targets: ["FragmentProtocol"]),
    ],
    dependencies: [
        // The network: event loops, sockets, byte buffers.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // HMAC and Ed25519 for the identity assertion; the keys, hashes and signatures of the authorization server.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // gateway.yaml, with the line and column of each node.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // The command line of both executables.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Diagnostics of the running process.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Start and stop in order, on signals.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // The service stubs' and the admin address's HTTP server.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        // The service stubs' database, and the gateway's state where it has no Redis.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // The C libraries, each imported by its one wrapper.
        .systemLibrary(
            name: "CHiredis",
            path: "Sources/CLibraries/hiredis",
            pkgConfig: "hiredis",
            providers: [.apt(["libhiredis-dev"])]
        ),
        .systemLibrary(
            name: "CCurl",
            path: "Sources/CLibraries/curl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(
            name: "CLibXML2",
            path: "Sources/CLibraries/xml2",
            pkgConfig: "libxml-2.0",
            providers: [.apt(["libxml2-dev"])]
        ),
        .systemLibrary(
            name: "COpenSSL",
            path: "Sources/CLibraries/openssl",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CZlib",
            path: "Sources/CLibraries/zlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        .systemLibrary(
            name: "CBrotli",
            path: "Sources/CLibraries/brotli",
            pkgConfig: "libbrotlienc",
            providers: [.apt(["libbrotli-dev"])]
        ),
        .systemLibrary(
            name: "CZstd",
            path: "Sources/CLibraries/zstd",
            pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"])]
        ),
        // Safe Swift faces of the C libraries; they know nothing of gateways.
        .target(name: "Hiredis", dependencies: ["CHiredis"], swiftSettings: upcomingFeatures),
        .target(name: "Curl", dependencies: ["CCurl"], swiftSettings: upcomingFeatures),
        .target(name: "LibXML2", dependencies: ["CLibXML2"], swiftSettings: upcomingFeatures),
        .target(name: "OpenSSL", dependencies: ["COpenSSL"], swiftSettings: upcomingFeatures),
        .target(name: "Zlib", dependencies: ["CZlib"], swiftSettings: upcomingFeatures),
        .target(name: "Brotli", dependencies: ["CBrotli"], swiftSettings: upcomingFeatures),
        .target(name: "Zstd", dependencies: ["CZstd"], swiftSettings: upcomingFeatures),
        // The contract of services and gateway; no I/O.
        .target(
            name: "FragmentProtocol",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        // Everything a browser meets, by the stages of a request's way.
        .target(
            name: "Gateway",
            dependencies: gatewayDependencies,
            swiftSettings: gatewaySettings
        ),
        // The command `gateway`.
        .executableTarget(
            name: "GatewayCommand",
            dependencies: [
                "FragmentProtocol", "Gateway",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: upcomingFeatures,
            linkerSettings: startsQuickly
        ),
        // The six services of the cooperative, as small as a service can be.
        .executableTarget(
            name: "ServiceStubs",
            dependencies: [
                "FragmentProtocol", "Curl",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                // RSA signatures and scrypt.
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: upcomingFeatures
        ),
        // A Redis and an origin of the tests' own.
        .target(
            name: "TestSupport",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: upcomingFeatures
        ),
        .testTarget(name: "FragmentProtocolTests", dependencies: ["FragmentProtocol"], swiftSettings: strict),
        .testTarget(name: "OpenSSLTests", dependencies: ["OpenSSL", "COpenSSL"], swiftSettings: upcomingFeatures),
        .testTarget(name: "LibXML2Tests", dependencies: ["LibXML2"], swiftSettings: upcomingFeatures),
        .testTarget(name: "ZlibTests", dependencies: ["Zlib", "TestSupport"], swiftSettings: upcomingFeatures),
        .testTarget(name: "BrotliTests", dependencies: ["Brotli", "TestSupport"], swiftSettings: upcomingFeatures),
        .testTarget(name: "ZstdTests", dependencies: ["Zstd", "TestSupport"], swiftSettings: upcomingFeatures),
        .testTarget(name: "HiredisTests", dependencies: ["Hiredis"], swiftSettings: upcomingFeatures),
        .testTarget(
            name: "CurlTests",
            dependencies: [
                "Curl", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: upcomingFeatures
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "FragmentProtocol", "Curl", "OpenSSL", "Zlib", "Brotli", "Zstd", "TestSupport",
                // Signs what the providers of the tests send.
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                // llhttp, which the request reader is compared with.
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: upcomingFeatures
        ),
        .testTarget(
            name: "ServiceStubsTests",
            dependencies: [
                "ServiceStubs", "FragmentProtocol", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: upcomingFeatures
        ),
        // The built programs as their users meet them: whole pages, over sockets.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: upcomingFeatures
        ),
    ]
)

// The stages of a request's way, each alone: one module with the gateway's sources (`Benchmarks/Micro/Gateway` is a link
// to them), so that what is measured is inlined and specialised as in the gateway, and nothing is opened to be measured.
// Only `make bench-micro` asks for it, as every other build would compile the gateway twice.
if Context.environment["GATEWAY_BENCHMARKS"] != nil {
    package.products.append(.executable(name: "benchmarks", targets: ["Benchmarks"]))
    package.targets.append(
        .executableTarget(
            name: "Benchmarks",
            dependencies: gatewayDependencies + [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            path: "Benchmarks/Micro",
            exclude: [
                "README.md", "callgrind.py", "measure.py", "measure_test.py", "report.py", "thresholds.json",
                "thresholds.py",
            ],
            swiftSettings: gatewaySettings
        )
    )
}
