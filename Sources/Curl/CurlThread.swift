import CCurl
import Glibc

/// The driver's thread: commands in, libcurl's work, receivers called, then a wait for sockets, time or a command.
final class CurlThread {
    private let settings: CurlDriverSettings
    private let mailbox: CurlMailbox
    private let wakeup: CurlWakeup
    private let afterTurn: @Sendable () -> Void
    private let multi: UnsafeMutableRawPointer
    private let limits: ResponseHeadReader.Limits
    private var active: [ObjectIdentifier: ActiveTransfer] = [:]
    private var freeHandles: [EasyHandle] = []
    /// No transfer can have stood still for too long before this.
    private var nextIdleCheck: ContinuousClock.Instant?

    private static let keptHandles = 256
    private static let longestWait: Duration = .seconds(1)
    private static let globalInit: CURLcode = gateway_curl_global_init()

    /// Starts the thread; nil when the system has none to give.
    static func start(
        settings: CurlDriverSettings,
        mailbox: CurlMailbox,
        afterTurn: @escaping @Sendable () -> Void
    ) -> pthread_t? {
        guard globalInit == CURLE_OK, let wakeup = CurlWakeup() else { return nil }
        let start = Unmanaged.passRetained(
            Start(settings: settings, mailbox: mailbox, wakeup: wakeup, afterTurn: afterTurn)
        )
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { context in
                if let context { Unmanaged<Start>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            start.release()
            return nil
        }
        return thread
    }

    /// What the thread gets from its starter.
    private final class Start: Sendable {
        let settings: CurlDriverSettings
        let mailbox: CurlMailbox
        let wakeup: CurlWakeup
        let afterTurn: @Sendable () -> Void

        init(
            settings: CurlDriverSettings,
            mailbox: CurlMailbox,
            wakeup: CurlWakeup,
            afterTurn: @escaping @Sendable () -> Void
        ) {
            self.settings = settings
            self.mailbox = mailbox
            self.wakeup = wakeup
            self.afterTurn = afterTurn
        }

        func run() {
            // The process's signals are for other threads; SIGPIPE of a TLS write would end the process.
            var signals = sigset_t()
            sigfillset(&signals)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            CurlThread(self).run()
            mailbox.didStop()
        }
    }

    private init(_ start: Start) {
        settings = start.settings
        mailbox = start.mailbox
        wakeup = start.wakeup
        afterTurn = start.afterTurn
        limits = start.settings.headLimits
        // Only when memory is out as the driver's thread starts; without a handle no service can ever be asked.
        guard let multi = curl_multi_init() else { fatalError("libcurl has no memory for a multi handle") }
        self.multi = multi
        _ = gateway_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, start.settings.keptConnections)
    }

    private func run() {
        mailbox.open(wakeup)
        var commands: [CurlCommand] = []
        while mailbox.take(into: &commands) {
            for command in commands { obey(command) }
            commands.removeAll(keepingCapacity: true)
            turn()
            afterTurn()
            wait()
        }
        end(commands)
    }

    private func obey(_ command: CurlCommand) {
        switch command {
        case .start(let transfer):
            begin(transfer)
        case .cancel(let transfer):
            if let cancelled = remove(transfer) { cancelled.finish(.cancelled, "cancelled") }
        case .resumeReceiving(let transfer):
            resume(transfer, receiving: true, sending: false)
        case .resumeSending(let transfer):
            resume(transfer, receiving: false, sending: true)
        }
    }

    private func begin(_ transfer: Transfer) {
        guard let handle = freeHandles.popLast() ?? EasyHandle() else {
            transfer.receiver.transferFinished(.failure(TransferError(.connect, "memory is short")))
            return
        }
        let now = ContinuousClock.now
        let beginning = ActiveTransfer(transfer, handle: handle, limits: limits, now: now)
        do {
            try handle.prepare(
                transfer.request,
                settings: settings,
                context: Unmanaged.passUnretained(beginning).toOpaque(),
                now: now
            )
        } catch {
            freeHandles.append(handle)
            transfer.receiver.transferFinished(.failure(error))
            return
        }
        guard curl_multi_add_handle(multi, handle.pointer) == CURLM_OK else {
            transfer.receiver.transferFinished(.failure(TransferError(.connect, "libcurl takes no further transfer")))
            return
        }
        active[ObjectIdentifier(transfer)] = beginning
        watch(beginning)
    }

    private func resume(_ transfer: Transfer, receiving: Bool, sending: Bool) {
        guard let resumed = active[ObjectIdentifier(transfer)] else { return }
        resumed.resume(receiving: receiving, sending: sending)
        if resumed.hasFailed, let failed = remove(transfer) {
            failed.finish(.reset, "broken")
        } else {
            watch(resumed)
        }
    }

    /// Takes a transfer out of libcurl's hands, which closes its connection when it was in use.
    private func remove(_ transfer: Transfer) -> ActiveTransfer? {
        guard let removed = active.removeValue(forKey: ObjectIdentifier(transfer)) else { return nil }
        _ = curl_multi_remove_handle(multi, removed.handle.pointer)
        if freeHandles.count < Self.keptHandles { freeHandles.append(removed.handle) }
        return removed
    }

    private func turn() {
        var running: Int32 = 0
        _ = curl_multi_perform(multi, &running)
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle else { continue }
            // The message is gone once its handle is removed.
            let code = gateway_curl_message_result(message)
            var context: UnsafeMutableRawPointer?
            guard gateway_curl_get_pointer(pointer, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else {
                continue
            }
            let finished = Unmanaged<ActiveTransfer>.fromOpaque(context).takeUnretainedValue()
            guard active.removeValue(forKey: ObjectIdentifier(finished.transfer)) != nil else { continue }
            _ = curl_multi_remove_handle(multi, pointer)
            finished.finish(code)
            if freeHandles.count < Self.keptHandles { freeHandles.append(finished.handle) }
        }
        checkIdle()
    }

    private func watch(_ transfer: ActiveTransfer) {
        guard let deadline = transfer.idleDeadline else { return }
        nextIdleCheck = min(nextIdleCheck ?? deadline, deadline)
    }

    private func checkIdle() {
        guard let check = nextIdleCheck, check <= .now else { return }
        nextIdleCheck = nil
        let now = ContinuousClock.now
        for candidate in Array(active.values) {
            guard let deadline = candidate.idleDeadline else { continue }
            if deadline <= now {
                remove(candidate.transfer)?.finish(.timeout, "no byte moved for too long")
            } else {
                watch(candidate)
            }
        }
    }

    private func wait() {
        guard mailbox.beginPolling() else { return }
        var time = Self.longestWait
        if let check = nextIdleCheck { time = max(.zero, min(time, check - .now)) }
        // One more millisecond: a wait that is cut short would come round in vain.
        let milliseconds = time == .zero ? 0 : Int32(time / .milliseconds(1)) + 1
        var waiting = curl_waitfd(fd: wakeup.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        _ = curl_multi_poll(multi, &waiting, 1, milliseconds, nil)
        if waiting.revents != 0 { wakeup.reset() }
    }

    private func end(_ commands: [CurlCommand]) {
        for ending in Array(active.values) {
            remove(ending.transfer)?.finish(.cancelled, "the driver was shut down")
        }
        for case .start(let transfer) in commands {
            transfer.receiver.transferFinished(.failure(TransferError(.cancelled, "the driver was shut down")))
        }
        afterTurn()
        freeHandles.removeAll()
        _ = curl_multi_cleanup(multi)
    }
}
