import GRDB

/// The members and what they have been saying.
enum FederationSeed {
    /// Writes members, notes and notifications.
    static func plant(in database: Database, today: Day) throws {
        for member in members {
            try member.insert(database)
        }
        for (index, note) in notes.enumerated() {
            // Seven or so hours between notes, the newest on the evening before the start.
            let moment = today.number * 86_400 - 9_000 - index * 26_460
            try Note(
                id: index + 1,
                author: note.author,
                name: Self.name(of: note.author),
                text: note.text,
                moment: moment,
                likes: note.likes,
                boosts: note.likes / 3
            ).insert(database)
        }
        for (index, notification) in notifications.enumerated() {
            try Notification(
                id: index + 1,
                subject: notification.subject,
                text: notification.text,
                unread: notification.unread
            ).insert(database)
        }
    }

    private static func name(of author: String) -> String {
        if let member = members.first(where: { $0.handle == author }) {
            return member.name
        }
        return strangers[author] ?? author
    }

    private static let members = [
        Member(
            subject: "user-1",
            handle: "robin",
            name: "Robin Hale",
            email: "member@example.org",
            role: "Coppice and hedges",
            bio: """
                Cuts hazel in the winter and makes baskets of it in the spring. Has been lost in every wood in the \
                county and recommends it.
                """,
            since: 2021
        ),
        Member(
            subject: "user-2",
            handle: "edith",
            name: "Edith Marlowe",
            email: "editor@example.org",
            role: "Secretary and editor",
            bio: """
                Keeps the minutes, the blog and the binder with the goose on it. Believes that a clear sentence is a \
                kindness.
                """,
            since: 2016
        ),
        Member(
            subject: "user-3",
            handle: "tomasz",
            name: "Tomasz Wren",
            email: "tomasz@example.org",
            role: "Baker",
            bio: """
                Up at three. Twenty breads, one oven, no alarm clock. The leaven is called Halina and is older than \
                the bakery.
                """,
            since: 2017
        ),
        Member(
            subject: "user-4",
            handle: "nadia",
            name: "Nadia Farouk",
            email: "nadia@example.org",
            role: "Head grower",
            bio: """
                Looks after four acres, three tunnels and the opinions of a hundred and eighteen box households on \
                cabbage.
                """,
            since: 2016
        ),
        Member(
            subject: "user-5",
            handle: "gwen",
            name: "Gwen Pritchard",
            email: "gwen@example.org",
            role: "Potter",
            bio: "Digs clay where others see mud. If your mug is too small, that is because you have not met Gwen yet.",
            since: 2018
        ),
        Member(
            subject: "user-6",
            handle: "kofi",
            name: "Kofi Mensah",
            email: "kofi@example.org",
            role: "Beekeeper",
            bio: "Seven hives, one year, about four hundred stings. Also the person to ask about spreadsheets.",
            since: 2023
        ),
        Member(
            subject: "user-7",
            handle: "ailsa",
            name: "Ailsa Munro",
            email: "ailsa@example.org",
            role: "Orchard and cider",
            bio: "Maps the old apple trees of the valley and listens to barrels. Slowly, she says, is a temperature.",
            since: 2019
        ),
        Member(
            subject: "user-8",
            handle: "jun",
            name: "Jun Takeda",
            email: "jun@example.org",
            role: "Cook and fermenter",
            bio: """
                Cooks for forty, or four. There is always something fizzing on the second shelf; please do not \
                tighten the lids.
                """,
            since: 2020
        ),
        Member(
            subject: "user-9",
            handle: "bea",
            name: "Bea Lindqvist",
            email: "bea@example.org",
            role: "Weaver and dyer",
            bio: "Nine hundred threads at a time. Teaches anyone who sits still, and several who do not.",
            since: 2018
        ),
        Member(
            subject: "user-10",
            handle: "samir",
            name: "Samir Haddad",
            email: "samir@example.org",
            role: "Repair café",
            bio: "Has never met a screw he did not keep. Two hundred and forty things went home working this year.",
            since: 2019
        ),
        Member(
            subject: "user-11",
            handle: "orla",
            name: "Orla Byrne",
            email: "orla@example.org",
            role: "Music and gatherings",
            bio: "Books nobody, invites everybody. Plays the fiddle, and plays down how well.",
            since: 2020
        ),
        Member(
            subject: "user-12",
            handle: "leo",
            name: "Leo Castellanos",
            email: "leo@example.org",
            role: "Deliveries and accounts",
            bio: """
                Counts rain, herons and invoices. Believes that there are few problems which a cargo bike makes \
                worse.
                """,
            since: 2017
        ),
    ]

    private static let strangers = [
        "canalstreet@roasters.example": "Canal Street Roasters", "hollinmill@stones.example": "Hollin Mill",
        "meadowlark@birds.example": "Meadowlark",
    ]

    private static let notes: [(author: String, text: String, likes: Int)] = [
        ("tomasz", "Rye is out. Four still warm if you hurry, three if I get to them first.", 14),
        ("nadia", "First frost on the kale this morning. It will be twice as sweet by Friday, and so will I.", 22),
        ("leo", "Rain gauge: 4 mm. Herons: 3. Punctures: 0. A fine day by any measure.", 17),
        (
            "canalstreet@roasters.example",
            """
            New beans from Huehuetenango landed. We kept the first sack for our friends at Rose Ash.
            """, 31
        ),
        ("gwen", "Kiln opened. Twenty-eight of thirty came through, and the other two are now very small tiles.", 26),
        ("kofi", "The bees are clustered and quiet. I put my ear to every hive like a man in love.", 45),
        (
            "jun",
            """
            Whoever borrowed the forty-litre pot: it is soup day. I know where you live, since I deliver there.
            """, 19
        ),
        ("bea", "Scarf number three is off the loom. It has one mistake in it and I am not saying where.", 24),
        (
            "edith",
            """
            The minutes are on the wall. I have left out the part about the goose at the goose's request.
            """, 33
        ),
        ("samir", "A trombone, a toaster and a talking clock. All three make their proper noises again.", 28),
        ("orla", "Songs on Saturday. Bring a chair, a cushion or a cousin.", 21),
        ("robin", "Hazel cutting starts in the top copse. The robins follow me about as if I were somebody.", 16),
        ("ailsa", "Barrel four has begun to tick. One bubble every nine seconds: I counted for an hour.", 20),
        (
            "meadowlark@birds.example",
            """
            Forty-one fieldfares in the Rose Ash orchard, eating windfalls and quarrelling. Thank you for leaving \
            them.
            """, 38
        ),
        ("nadia", "To those who asked for more beetroot: I have heard you. There are both of you.", 41),
        (
            "tomasz",
            """
            Halina the leaven is on holiday with Bea this week. Please send her your warm thoughts, about 24 degrees.
            """, 29
        ),
        (
            "hollinmill@stones.example",
            """
            Dressed the stones today. Flour will be finer than usual and the miller somewhat deafer.
            """, 18
        ),
        ("leo", "The second cargo bike has a bell now. The ducks have asked me to stop.", 23),
        (
            "edith",
            """
            New members this week: three households on Canal Street. Say hello, they are the ones with the good \
            ideas.
            """, 36
        ),
        (
            "gwen",
            """
            Somebody returned a bowl that chipped in 2019, with an apology. Dear whoever: it was an honour.
            """, 40
        ),
        ("jun", "Leek soup for forty came out as leek soup for fifty-two. Nobody has ever complained of this.", 27),
        (
            "kofi",
            """
            Asked the children what bees do in the winter. "They do a big hug." I have nothing to add to that.
            """, 58
        ),
        ("samir", "Soldering class: nine lights lit, one thumb slightly singed, ten people pleased.", 15),
        ("bea", "Madder roots, three years old today. Brick red, and worth the waiting for.", 25),
        ("robin", "If anyone lost one left boot in the swale, it has been found, and something has moved in.", 34),
        ("orla", "A new kettle has come, large enough to have its own weather.", 30),
        ("ailsa", "The old post office russet has come back from the laboratory as \"unknown\". Good.", 44),
        (
            "canalstreet@roasters.example",
            """
            To the person who pays for a coffee for whoever comes next, every Monday, for a year now: we see you.
            """, 61
        ),
        ("nadia", "Cover crops are up in six beds. From the hill it looks as if someone ironed the field.", 19),
        (
            "tomasz",
            """
            You can always tell the first day of term: I sell no buns at four and all of them at a quarter to nine.
            """, 22
        ),
    ]

    private static let notifications: [(subject: String, text: String, unread: Bool)] = [
        ("user-1", "Nadia Farouk has put your name down for soup on digging day.", true),
        ("user-1", "Your hazel basket was bought by somebody on Canal Street.", true),
        ("user-1", "Orla Byrne liked your note about the robins.", false),
        ("user-2", "Three new members are waiting for a welcome letter.", true),
        ("user-2", "Leo Castellanos has sent you the delivery accounts.", true),
        ("user-2", "The proofs of The Slow Oven have come from the printer.", true),
        ("user-2", "Tomasz Wren answered your question about flour.", false),
    ]
}
