import GRDB

/// The calendar around the month of the start.
enum EventsSeed {
    /// Writes all events.
    static func plant(in database: Database, today: Day) throws {
        for row in rows {
            try row.event(in: today.month).insert(database)
            for (position, ticket) in row.tickets.enumerated() {
                try TicketType(
                    event: row.slug,
                    name: ticket.name,
                    pence: ticket.pence,
                    remaining: ticket.remaining,
                    position: position
                ).insert(database)
            }
        }
    }

    /// Brings the seeded events to the month of this start, so that an old database has no empty calendar.
    static func move(in database: Database, today: Day) throws {
        for row in rows {
            try database.execute(
                literal: "UPDATE event SET day = \(row.event(in: today.month).day) WHERE slug = \(row.slug)"
            )
        }
    }

    /// An event with its place in the calendar.
    private struct Row {
        let slug: String
        let title: String
        /// Which week, counted from the one in which the month begins.
        let week: Int
        /// 0 for Monday to 6 for Sunday.
        let weekday: Int
        let time: (begins: String, ends: String)
        let place: String
        let picture: String
        let summary: String
        let body: String
        let tickets: [(name: String, pence: Int, remaining: Int)]

        func event(in month: Month) -> Event {
            let monday = month.first + -month.first.weekday
            return Event(
                slug: slug,
                title: title,
                day: (monday + (week * 7 + weekday)).text,
                begins: time.begins,
                ends: time.ends,
                place: place,
                picture: picture,
                summary: summary,
                body: summary + "\n\n" + body
            )
        }
    }

    private static let free = [(name: "Free place", pence: 0, remaining: 30)]

    private static func prices(_ adult: Int, _ remaining: Int) -> [(name: String, pence: Int, remaining: Int)] {
        [
            (name: "Standard", pence: adult, remaining: remaining),
            (name: "Member", pence: adult * 4 / 5, remaining: remaining / 2),
            (name: "Pay what you can", pence: adult / 4, remaining: 6),
        ]
    }

    private static let rows = courses + gatherings

    private static let courses = [
        Row(
            slug: "sourdough-from-the-start",
            title: "Sourdough from the start",
            week: 1,
            weekday: 5,
            time: ("09:30", "15:00"),
            place: "The bakery",
            picture: "loaf-sourdough-course",
            summary: "A day at the wood oven: mix, fold, shape and bake, and take your own leaven home.",
            body: """
                Tomasz teaches eight people at a time, because that is how many fit around the bench. You will make \
                two loaves and a flatbread for lunch, learn what the dough is telling you at each hour, and go home \
                with a jar that bubbles. No experience is wanted; an apron is.
                """,
            tickets: prices(6500, 8)
        ),
        Row(
            slug: "repair-cafe",
            title: "Repair café",
            week: 1,
            weekday: 6,
            time: ("10:00", "16:00"),
            place: "The workshop",
            picture: "lantern-repair-day",
            summary: "Bring what is broken, and sit down with us while we find out why.",
            body: """
                Lamps, trousers, toasters, toys, bicycles and the occasional trombone. There is tea. We ask you to \
                stay with your thing, and to come back and tell us how it does.
                """,
            tickets: free
        ),
        Row(
            slug: "weaving-week",
            title: "An open loom",
            week: 2,
            weekday: 1,
            time: ("14:00", "18:00"),
            place: "Upper workshop",
            picture: "leaves-open-loom",
            summary: "Throw a shuttle for ten minutes or for the whole afternoon.",
            body: """
                Bea is there to show you the treadles and to keep you from counting. What we weave together becomes \
                the scarves of the winter raffle.
                """,
            tickets: [(name: "Drop in", pence: 300, remaining: 20)]
        ),
        Row(
            slug: "kimchi-and-company",
            title: "Kimchi and company",
            week: 2,
            weekday: 3,
            time: ("18:30", "21:00"),
            place: "The kitchen",
            picture: "vessel-kimchi-evening",
            summary: "Salt, squeeze, spice: an evening of ferments with Jun.",
            body: """
                We make white kimchi, a hot radish kimchi and a jar of something with whatever the garden has too \
                much of. You take three jars home and must be patient with them for five days.
                """,
            tickets: prices(3200, 14)
        ),
        Row(
            slug: "bowls-from-the-field",
            title: "Bowls from the field",
            week: 3,
            weekday: 5,
            time: ("10:00", "16:30"),
            place: "The pottery",
            picture: "vessel-bowl-course",
            summary: "Dig a bucket of clay, and throw your first bowl from it.",
            body: """
                In the morning we walk down with spades; in the afternoon we sit at the wheels with clay that Gwen \
                prepared before, since it needs two weeks. Your bowl is fired with the next kiln and waits for you \
                at the till.
                """,
            tickets: prices(5400, 9)
        ),
        Row(
            slug: "grafting-day",
            title: "Grafting day",
            week: 6,
            weekday: 5,
            time: ("10:00", "13:00"),
            place: "The orchard shed",
            picture: "fruit-grafting-day",
            summary: "Two cuts, some tape, and a tree with a name that nobody remembers.",
            body: """
                Ailsa brings rootstocks and cuttings of the old post office's russet. You will leave with a tree the \
                size of an umbrella and instructions for the next hundred years.
                """,
            tickets: prices(1800, 24)
        ),
        Row(
            slug: "first-steps-with-bees",
            title: "First steps with bees",
            week: 5,
            weekday: 2,
            time: ("19:00", "21:00"),
            place: "The barn",
            picture: "leaves-bee-evening",
            summary: "An evening for anyone who would like to keep bees, or to sit near them.",
            body: """
                Kofi passes around an empty hive, a full jar and all of his mistakes. Children are welcome with \
                somebody who is taller.
                """,
            tickets: prices(900, 26)
        ),
        Row(
            slug: "candle-dipping",
            title: "Candle dipping",
            week: 4,
            weekday: 6,
            time: ("14:00", "16:30"),
            place: "The barn",
            picture: "lantern-candle-dipping",
            summary: "Beeswax, a wick and twenty-six slow dips.",
            body: """
                Everybody makes two pairs and learns not to hurry. Wear something that may smell of honey afterwards.
                """,
            tickets: prices(1400, 18)
        ),
        Row(
            slug: "soldering-for-beginners",
            title: "Soldering for beginners",
            week: 7,
            weekday: 3,
            time: ("18:00", "20:30"),
            place: "The workshop",
            picture: "lantern-soldering",
            summary: "Build a night light, then learn how to repair everything else.",
            body: """
                Samir has ten irons, ten pairs of goggles and no fear of questions. You take the light home; the \
                skill stays with you too.
                """,
            tickets: prices(1600, 10)
        ),
        Row(
            slug: "winter-pruning",
            title: "Winter pruning",
            week: 8,
            weekday: 6,
            time: ("10:00", "12:30"),
            place: "The churchyard trees",
            picture: "hills-winter-pruning",
            summary: "Old apple trees, sharp saws, and where to cut.",
            body: """
                We go from tree to tree and argue about each. Bring gloves and, if you have one, a pruning saw; the \
                ladders are ours.
                """,
            tickets: free
        ),
    ]

    private static let gatherings = [
        Row(
            slug: "harvest-supper",
            title: "Harvest supper",
            week: -2,
            weekday: 5,
            time: ("18:30", "22:30"),
            place: "The barn",
            picture: "lantern-harvest-supper",
            summary: "One long table, everything that the garden gave, and whoever you sit next to.",
            body: """
                Ninety places and no seating plan. Jun cooks, Tomasz bakes, and Ailsa's new cider is opened with \
                some ceremony.
                """,
            tickets: prices(2400, 0)
        ),
        Row(
            slug: "members-meeting",
            title: "Members' meeting",
            week: 0,
            weekday: 3,
            time: ("19:30", "21:30"),
            place: "The barn, and by telephone",
            picture: "lantern-members-evening",
            summary: "The accounts, the van, and whatever you would like to bring up.",
            body: """
                All members have one vote, however many loaves they buy. Papers hang in the post room a week before. \
                There are biscuits, and there is a dog of that name.
                """,
            tickets: free
        ),
        Row(
            slug: "digging-day",
            title: "The great swale dig",
            week: 0,
            weekday: 5,
            time: ("09:00", "15:00"),
            place: "The upper beds",
            picture: "garden-digging-day",
            summary: "Twenty pairs of hands, one ditch along the contour, soup for everybody.",
            body: """
                We catch the winter's rain above the tunnels and let it soak instead of run. Boots, gloves and a \
                change of socks. Small children may be in charge of worms.
                """,
            tickets: free
        ),
        Row(
            slug: "songs-in-the-barn",
            title: "Songs in the barn",
            week: 3,
            weekday: 5,
            time: ("19:30", "22:30"),
            place: "The barn",
            picture: "lantern-songs",
            summary: "No programme: somebody starts something, and whoever knows it joins in.",
            body: """
                Pay what you like at the door. The kettle has been replaced, and the owls are expected on the second \
                verse.
                """,
            tickets: [
                (name: "Pay what you like", pence: 500, remaining: 80),
                (name: "Under sixteen", pence: 0, remaining: 40),
            ]
        ),
        Row(
            slug: "cheese-and-cider",
            title: "Cheese and cider",
            week: 2,
            weekday: 4,
            time: ("19:00", "21:30"),
            place: "The old dairy",
            picture: "fruit-cheese-and-cider",
            summary: "Five ciders, five cheeses from the valley, and the people who made them.",
            body: """
                Ailsa pours, the makers talk, and you decide which belongs with which. There is apple juice for \
                those who drive, from the same trees.
                """,
            tickets: prices(2100, 22)
        ),
        Row(
            slug: "heron-walk",
            title: "The heron walk",
            week: 3,
            weekday: 6,
            time: ("07:30", "09:30"),
            place: "Canal bridge 41",
            picture: "hills-heron-walk",
            summary: "Along the towpath with Leo while the water still smokes.",
            body: """
                Three flat miles, five herons if we are quiet, coffee from a flask. Suitable for prams that do not \
                squeak.
                """,
            tickets: free
        ),
        Row(
            slug: "winter-market",
            title: "Winter market",
            week: 4,
            weekday: 5,
            time: ("11:00", "18:00"),
            place: "The yard",
            picture: "lantern-winter-market",
            summary: "Forty stalls, the big oven lit all day, and lanterns from four o'clock.",
            body: """
                Bread, bowls, honey, scarves and seeds from us; cheese, baskets and books from our neighbours. The \
                school sings at half past three, in the order of height.
                """,
            tickets: [(name: "Free entry", pence: 0, remaining: 400)]
        ),
        Row(
            slug: "film-night",
            title: "Film night in the hayloft",
            week: 4,
            weekday: 2,
            time: ("19:00", "21:30"),
            place: "The hayloft",
            picture: "lantern-film-night",
            summary: "A film about a postman, with blankets, chosen by the people of Canal Street.",
            body: "Doors and soup from half past six. Bales are hard; bring a cushion.",
            tickets: prices(600, 35)
        ),
        Row(
            slug: "solstice-fire",
            title: "Solstice fire",
            week: 7,
            weekday: 0,
            time: ("16:00", "20:00"),
            place: "The lower field",
            picture: "lantern-solstice",
            summary: "We light the longest night together.",
            body: """
                A fire, a few words, chestnuts, and silence for as long as it takes the first log to fall. Come in \
                everything warm that you own.
                """,
            tickets: free
        ),
        Row(
            slug: "seed-swap",
            title: "Seed swap",
            week: 9,
            weekday: 5,
            time: ("10:00", "14:00"),
            place: "The barn",
            picture: "garden-seed-swap",
            summary: "Bring what you saved, take what you will grow.",
            body: """
                If you saved nothing, bring a cake. Nadia will be at the table by the stove and knows what goes with \
                clay, shade and slugs.
                """,
            tickets: free
        ),
        Row(
            slug: "thursday-coffee",
            title: "Thursday coffee",
            week: 1,
            weekday: 3,
            time: ("10:30", "12:00"),
            place: "The post room",
            picture: "vessel-thursday-coffee",
            summary: "Coffee, beans to shell, and no agenda.",
            body: """
                Somebody always brings a cake and somebody always brings news. New in the village? This is the door \
                to come through.
                """,
            tickets: free
        ),
    ]
}
