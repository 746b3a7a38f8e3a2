import Testing

@testable import Gateway

struct AdmissionQueueTests {
    private final class Guest {}

    @Test func admitsQueuesAndRefusesInOrder() {
        var queue = AdmissionQueue<Guest>(places: 2, queueLength: 2)
        let guests = (0..<5).map { _ in Guest() }
        #expect(guests.map { queue.enter($0) } == [.admitted, .admitted, .queued, .queued, .refused])
        #expect(queue.counts == (2, 2))
        #expect(queue.leave() === guests[2])
        let withdrawn = [3, 2].map { queue.withdraw(guests[$0]) }
        #expect(withdrawn == [true, false])
        #expect(queue.leave() == nil)
        #expect(queue.leave() == nil)
        #expect(queue.counts == (0, 0))
        #expect(queue.enter(guests[4]) == .admitted)
    }

    @Test func givesAPlaceOutsideTheQueueOnlyWhereOneIsFree() {
        var queue = AdmissionQueue<Guest>(places: 2, queueLength: 2)
        let guests = (0..<2).map { _ in Guest() }
        #expect(queue.enter(guests[0]) == .admitted)
        #expect(queue.hasPlace)
        let second = queue.enterIfFree()
        let third = queue.enterIfFree()
        #expect(second && !third && !queue.hasPlace)
        #expect(queue.enter(guests[1]) == .queued)
        #expect(queue.leave() === guests[1])
        #expect(queue.counts == (2, 0))
    }

    @Test func sendsTheWaitingAway() {
        var queue = AdmissionQueue<Guest>(places: 1, queueLength: 5)
        let guests = (0..<4).map { _ in Guest() }
        for guest in guests { _ = queue.enter(guest) }
        #expect(queue.removeWaiting().count == 3)
        #expect(queue.counts == (1, 0))
    }

    @Test func sendsThoseAwayWhoseTimeHasCome() {
        var queue = AdmissionQueue<Guest>(places: 1, queueLength: 5)
        let guests = (0..<5).map { _ in Guest() }
        for guest in guests { _ = queue.enter(guest) }
        // The first has its place, whatever its time.
        let times = Dictionary(uniqueKeysWithValues: zip(guests.map(ObjectIdentifier.init), [0, 30, 10, 20, 40]))
        let (removed, next) = queue.removeWaiting(until: 20) { times[ObjectIdentifier($0)] ?? 0 }
        #expect(removed.map { times[ObjectIdentifier($0)] } == [10, 20])
        #expect(next == 30)
        #expect(queue.counts == (1, 2))
        #expect(queue.removeWaiting(until: 40) { times[ObjectIdentifier($0)] ?? 0 }.next == nil)
        #expect(queue.counts == (1, 0))
    }

    @Test func hasAtLeastOnePlace() {
        var queue = AdmissionQueue<Guest>(places: 0, queueLength: 0)
        #expect(queue.enter(Guest()) == .admitted)
        #expect(queue.enter(Guest()) == .refused)
    }
}
