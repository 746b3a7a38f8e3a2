import Curl
import Testing

@testable import Gateway

struct RetryRuleTests {
    @Test(arguments: [
        (TransferError.Code.reset, TransferError.Progress.requested, "GET", false, false, true),
        (.reset, .requested, "PUT", false, false, true),
        (.reset, .requested, "PUT", false, true, false),
        (.reset, .requested, "POST", true, false, false),
        (.reset, .requested, "PATCH", true, false, false),
        (.reset, .answered, "GET", true, false, false),
        (.connect, .unconnected, "POST", true, false, true),
        (.connect, .unconnected, "GET", false, false, false),
        (.timeout, .unconnected, "GET", true, false, false),
        (.timeout, .requested, "GET", true, false, false),
        (.tooLarge, .answered, "GET", true, false, false),
        (.cancelled, .requested, "GET", true, false, false),
    ]) func allows(
        code: TransferError.Code,
        progress: TransferError.Progress,
        method: String,
        hasAlternatives: Bool,
        isBodyTouched: Bool,
        isAllowed: Bool
    ) {
        let error = TransferError(code, "", progress: progress)
        #expect(
            RetryRule.allows(
                after: error,
                method: method,
                hasAlternatives: hasAlternatives,
                isBodyTouched: isBodyTouched
            ) == isAllowed
        )
    }
}
