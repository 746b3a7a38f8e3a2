import Curl
import NIOCore
import Synchronization
import TestSupport
import Testing

/// Pausing, cancelling, time and the end of the driver.
struct CurlDriverFlowTests {
    @Test func holdsAndResumesTheBody() async throws {
        try await CurlDriverTests.with(
            handler: OriginHandler { _ in [.head(200, [("Content-Length", "3000000")]), .fill(3_000_000)] }
        ) {
            driver,
            origin in
            let receiver = RecordingReceiver(takesBody: false, keepsBody: false)
            let transfer = Transfer(TransferRequest(method: "GET", origin: origin.url, target: "/"), receiver: receiver)
            #expect(driver.start(transfer))
            #expect(await eventually { receiver.record.refusals == 1 })
            #expect(receiver.record.bodyCount == 0)
            // Resuming without taking holds again, with the same bytes.
            driver.resumeReceiving(transfer)
            #expect(await eventually { receiver.record.refusals == 2 })
            receiver.change { $0.takesBody = true }
            driver.resumeReceiving(transfer)
            let record = await receiver.finished()
            #expect(record.bodyCount == 3_000_000)
            #expect(record.failure == nil)
        }
    }

    @Test(arguments: [Int64?.none, 10]) func holdsAndResumesAnUpload(length: Int64?) async throws {
        try await CurlDriverTests.with(
            handler: OriginHandler { request in
                OriginStep.answer(
                    200,
                    [],
                    "\(request.bodyLength) \(request.values("transfer-encoding") + request.values("content-length"))"
                )
            }
        ) { driver, origin in
            let receiver = RecordingReceiver(upload: [Array("12345".utf8)], isUploadFinished: false)
            let transfer = Transfer(
                TransferRequest(method: "PUT", origin: origin.url, target: "/", body: .streamed(length: length)),
                receiver: receiver
            )
            #expect(driver.start(transfer))
            #expect(await eventually { receiver.record.heldUploads == 1 })
            receiver.change { record in
                record.pieces = [Array("67890".utf8)]
                record.isUploadFinished = true
            }
            driver.resumeSending(transfer)
            let record = await receiver.finished()
            #expect(record.text == (length == nil ? "10 [\"chunked\"]" : "10 [\"10\"]"))
        }
    }

    @Test(arguments: [3, 8]) func refusesAnUploadOfAnotherLength(length: Int64) async throws {
        try await CurlDriverTests.with(handler: OriginHandler { _ in OriginStep.answer() }) { driver, origin in
            let receiver = RecordingReceiver(upload: [Array("12345".utf8)])
            let record = await driver.run(
                TransferRequest(method: "PUT", origin: origin.url, target: "/", body: .streamed(length: length)),
                receiver
            )
            #expect(record.failure?.code == .invalidRequest)
            #expect(origin.requestCount("/") == 0)
        }
    }

    @Test func takesAnAnswerThatComesBeforeTheUploadsEnd() async throws {
        var options = ScriptedOrigin.Options()
        options.answersAtHead = ["/early"]
        try await CurlDriverTests.with(
            options,
            handler: OriginHandler { _ in OriginStep.answer(413, [], "too much") + [.close] }
        ) { driver, origin in
            let receiver = RecordingReceiver(upload: [[1, 2, 3]], isUploadFinished: false)
            let record = await driver.run(
                TransferRequest(
                    method: "POST",
                    origin: origin.url,
                    target: "/early",
                    body: .streamed(length: nil),
                    idleTimeout: .seconds(5)
                ),
                receiver
            )
            #expect(record.head?.status == 413)
            #expect(record.text == "too much")
            #expect(record.failure == nil)
        }
    }

    @Test func endsWhatStandsStill() async throws {
        try await CurlDriverTests.with(
            handler: OriginHandler { _ in [.head(200, [("Content-Length", "9")]), .bytes("1"), .stall] }
        ) {
            driver,
            origin in
            let start = ContinuousClock.now
            let record = await driver.run(
                TransferRequest(method: "GET", origin: origin.url, target: "/", idleTimeout: .milliseconds(150))
            )
            #expect(record.failure?.code == .timeout)
            #expect(.now - start >= .milliseconds(150))
        }
    }

    @Test func cancels() async throws {
        try await CurlDriverTests.with(handler: OriginHandler { _ in [.stall] }) { driver, origin in
            let receiver = RecordingReceiver()
            let transfer = Transfer(TransferRequest(method: "GET", origin: origin.url, target: "/"), receiver: receiver)
            #expect(driver.start(transfer))
            #expect(await eventually { origin.requestCount("/") == 1 })
            driver.cancel(transfer)
            driver.cancel(transfer)
            let record = await receiver.finished()
            #expect(record.failure?.code == .cancelled)
            #expect(record.finishCount == 1)
            #expect(await eventually { origin.counts.openConnections == 0 })
        }
    }

    @Test func shutdownEndsEverything() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in [.stall] }) { origin in
            let driver = CurlDriver()
            let receivers = (0..<10).map { _ in RecordingReceiver() }
            for receiver in receivers {
                #expect(
                    driver.start(
                        Transfer(TransferRequest(method: "GET", origin: origin.url, target: "/"), receiver: receiver)
                    )
                )
            }
            #expect(await eventually { origin.requestCount("/") == 10 })
            await driver.shutdown()
            for receiver in receivers { #expect(receiver.record.failure?.code == .cancelled) }
            #expect(await eventually { origin.counts.openConnections == 0 })
            #expect(
                !driver.start(
                    Transfer(
                        TransferRequest(method: "GET", origin: origin.url, target: "/"),
                        receiver: RecordingReceiver()
                    )
                )
            )
            await driver.shutdown()
        }
    }

    @Test func shutsDownWithoutHavingRun() async {
        await CurlDriver().shutdown()
    }

    @Test func deliversInBatches() async throws {
        try await ScriptedOrigin.with(handler: OriginHandler { _ in OriginStep.answer(200, [], "x") }) { origin in
            let turns = Mutex(0)
            let driver = CurlDriver(afterTurn: { turns.withLock { $0 += 1 } })
            await withTaskGroup { group in
                for _ in 0..<200 {
                    group.addTask {
                        let record = await driver.run(TransferRequest(method: "GET", origin: origin.url, target: "/"))
                        #expect(record.text == "x")
                    }
                }
            }
            #expect(turns.withLock { $0 } > 0)
            await driver.shutdown()
        }
    }
}
