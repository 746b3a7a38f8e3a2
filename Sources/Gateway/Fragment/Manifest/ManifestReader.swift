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
