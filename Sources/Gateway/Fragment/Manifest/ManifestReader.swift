import Curl
import FragmentProtocol
import NIOCore
import Synchronization

/// Asks an upstream for its service's manifest.
struct ManifestReader: Sendable {
    let fetcher: Fetcher
    /// Where answers come in.
    let loop: any EventLoop
    let timeout: Duration
    let maximumSize: Int

    /// Reads a manifest.
    ///
    /// - Parameters:
    ///   - service: the service's name.
    ///   - name: what the fetcher knows the upstream by.
    /// - Returns: the manifest, which is valid.
    /// - Throws: why there is none; ends at once as `cancelled` when the task is.
    func read(_ service: String, from name: String) async throws(ManifestFailure) -> ServiceManifest {
        let request = FetchRequest(
            service: name,
            path: ServicePath.fragments,
            headers: [(HeaderName.accept, FragmentContent.json.mediaType)],
            timeout: self.timeout,
            maximumBodyBytes: self.maximumSize
        )
        let response: FetchResponse
        do throws(FetchFailure) {
            response = try await self.fetch(request).get()
        } catch {
            throw .noAnswer(error)
        }
        guard response.status == 200 else { throw .status(response.status) }
        let manifest: ServiceManifest
        do throws(ManifestError) {
            manifest = try ServiceManifest.decode(from: response.body.readableBytesView)
        } catch {
            throw .invalid(error)
        }
        guard manifest.service == service else { throw .otherService(manifest.service, expected: service) }
        return manifest
    }

    /// Reads the fragments that stand in for others.
    ///
    /// - Parameters:
    ///   - types: their types.
    ///   - name: what the fetcher knows the upstream by.
    /// - Returns: the bodies of those that could be had, by type, and why the others could not.
    func readFragments(
        _ types: Set<String>,
        from name: String
    ) async -> (bodies: [String: ByteBuffer], failures: [String: String]) {
        var bodies: [String: ByteBuffer] = [:]
        var failures: [String: String] = [:]
        for type in types.sorted() {
            let request = FetchRequest(
                service: name,
                path: ServicePath.fragments + "/" + type,
                headers: [(HeaderName.accept, FragmentContent.html.mediaType)],
                timeout: self.timeout,
                maximumBodyBytes: self.maximumSize
            )
            switch await self.fetch(request) {
            case .failure(let failure): failures[type] = "\(failure)"
            case .success(let response) where response.status == 204: bodies[type] = ByteBuffer()
            case .success(let response):
                if response.status != 200 {
                    failures[type] = "status \(response.status)"
                } else if !FragmentAnswerPolicy.isDeclared(response.firstValue(of: HeaderName.contentType), .html) {
                    failures[type] = "the content type is not text/html"
                } else {
                    bodies[type] = response.body
                }
            }
        }
        return (bodies, failures)
    }

    private func fetch(_ request: FetchRequest) async -> Result<FetchResponse, FetchFailure> {
        let running = RunningFetch()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                running.began(
                    self.fetcher.fetch(request, on: self.loop) { continuation.resume(returning: $0) }
                )
            }
        } onCancel: {
            running.cancel()
        }
    }
}

/// The fetch that a task waits for, which ends with the task.
private final class RunningFetch: Sendable {
    private struct State {
        var fetch: Fetch?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func began(_ fetch: Fetch) {
        let isCancelled = self.state.withLock { state in
            state.fetch = fetch
            return state.isCancelled
        }
        if isCancelled { fetch.cancel() }
    }

    func cancel() {
        let fetch = self.state.withLock { state in
            state.isCancelled = true
            return state.fetch
        }
        fetch?.cancel()
    }
}
