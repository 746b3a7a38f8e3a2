/// Checks the token of a sign-out, which a form has or a header.
enum SignOutToken {
    static func refusal(header: String, body: [UInt8], session: Session) -> CSRFRefusal? {
        if !header.isEmpty { return CSRFPolicy.refusal(of: header, session: session) }
        do throws(FormBodyError) {
            let form = try FormBody(parsing: body.span)
            return CSRFPolicy.refusal(of: form.first(named: CSRFPolicy.fieldName) ?? "", session: session)
        } catch {
            return .missingToken
        }
    }
}
