/// A time as people say it: to a tenth of a second below ten seconds, to the second, or to the minute.
struct AgeText: CustomStringConvertible {
    let milliseconds: Int64

    var description: String {
        switch self.milliseconds {
        case ..<1000: "\(self.milliseconds)ms"
        case ..<10_000: "\(self.milliseconds / 1000).\(self.milliseconds % 1000 / 100)s"
        case ..<120_000: "\(self.milliseconds / 1000)s"
        case ..<7_200_000: "\(self.milliseconds / 60_000)m"
        default: "\(self.milliseconds / 3_600_000)h"
        }
    }
}
