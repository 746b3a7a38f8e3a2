/// Drinks, the workshop and the books.
extension MarketSeed {
    static let drinks = [
        product(
            "fruit-apple-juice",
            "Village apple juice",
            in: "drinks",
            by: "Ailsa Munro",
            350,
            "750 ml bottle",
            stock: 120,
            "Apple day in a bottle: cloudy, sharp first and sweet after.",
            """
            Pressed from two tonnes of apples out of ninety gardens. No two boxes taste the same, since no two \
            trees were.
            """
        ),
        product(
            "vessel-keeved-cider",
            "Keeved cider",
            in: "drinks",
            by: "Ailsa Munro",
            890,
            "750 ml bottle, 4.5 %",
            stock: 34,
            "Naturally sweet and gently sparkling, made in the old slow way.",
            """
            Last year's apples, fermented through the whole winter at the temperature of Ailsa's back shed. For \
            grown-ups, and best in small glasses out of doors.
            """
        ),
        product(
            "leaves-mint-and-nettle-tea",
            "Mint and nettle tea",
            in: "drinks",
            by: "Jun Takeda",
            420,
            "40 g tin",
            stock: 38,
            "Bright, green and steadying, from the bank behind the tunnels.",
            """
            Cut before noon and dried in the loft over the bakery. Five minutes in the pot, and the nettles do \
            not sting, we promise.
            """
        ),
        product(
            "leaves-chamomile-evening-tea",
            "Evening tea",
            in: "drinks",
            by: "Jun Takeda",
            440,
            "40 g tin",
            stock: 29,
            "Chamomile, lime flower and a little lavender for the end of the day.",
            """
            What the choir drinks after practice. It will not send you to sleep, but it will stop you from \
            arguing about the van.
            """
        ),
        product(
            "vessel-ginger-switchel",
            "Ginger switchel",
            in: "drinks",
            by: "Jun Takeda",
            480,
            "500 ml bottle",
            stock: 16,
            "Cider vinegar, honey and ginger: haymakers' lemonade.",
            """
            A cordial; mix it with five parts of cold water in summer, or hot water and a slice of lemon when \
            everybody has a cold.
            """
        ),
        product(
            "vessel-house-coffee",
            "House coffee",
            in: "drinks",
            by: "Canal Street Roasters",
            850,
            "250 g bag",
            stock: 41,
            "Chocolate and hazelnut, roasted on Mondays by our friends on Canal Street.",
            """
            Bought from a growers' cooperative in Huehuetenango which has sixty members, as we did when we \
            began. Whole beans, or ground at the till.
            """
        ),
    ]

    static let home = [
        product(
            "vessel-winter-bowl",
            "Winter bowl",
            in: "home",
            by: "Gwen Pritchard",
            2600,
            "16 cm, each",
            stock: 11,
            "A deep soup bowl thrown from the red clay of the lower field.",
            """
            Glazed with ash from the bread oven. Iron freckles come and go from one to the next. Use it every \
            day; if it chips, Gwen will mend it.
            """
        ),
        product(
            "vessel-enormous-mug",
            "Enormous mug",
            in: "home",
            by: "Gwen Pritchard",
            2200,
            "550 ml, each",
            stock: 17,
            "For tea that is meant to last through a whole conversation.",
            """
            The handle takes four fingers and a mitten. Made for Gwen's own bench first, then by popular demand \
            for the rest of us.
            """
        ),
        product(
            "leaves-grey-scarf",
            "Hand-woven scarf",
            in: "home",
            by: "Bea Lindqvist",
            4800,
            "30 × 180 cm",
            stock: 6,
            "Soft grey wool from the Hebden flock with a border of madder red.",
            """
            Woven in the upper workshop by whoever sat down at the loom, so there may be a mistake in it. That \
            is the one that people choose.
            """
        ),
        product(
            "leaves-beeswax-wraps",
            "Beeswax wraps",
            in: "home",
            by: "Kofi Mensah",
            1250,
            "set of three",
            stock: 23,
            "Old shirts, new wax: three sizes of cloth to wrap a cheese, a loaf or a sandwich.",
            """
            Rinse them in cold water and they last a year. When they tire, bring them back and we will wax them \
            again for a pound.
            """
        ),
        product(
            "lantern-beeswax-candles",
            "Beeswax candles",
            in: "home",
            by: "Kofi Mensah",
            980,
            "pair, 20 cm",
            stock: 27,
            "Dipped by hand twenty-six times; they smell of the hive and burn for nine hours.",
            """
            From the cappings of the autumn harvest. They may bloom with a white bloom like a plum's; a warm \
            thumb takes it off.
            """
        ),
        product(
            "leaves-hazel-basket",
            "Hazel basket",
            in: "home",
            by: "Robin Hale",
            3400,
            "about 40 cm",
            stock: 2,
            "A round, stout basket of coppiced hazel and willow, for logs, apples or kittens.",
            "Made in the copse in the weeks when nothing else can be done outdoors. No two lean in the same direction."
        ),
        product(
            "loaf-bread-board",
            "Ash bread board",
            in: "home",
            by: "Samir Haddad",
            2900,
            "28 × 40 cm",
            stock: 9,
            "Planed from the ash that came down across the lane in the January storm.",
            """
            Oiled with rapeseed oil from the next field. Bring it to the repair café once a year for a new coat \
            and a cup of tea.
            """
        ),
    ]

    static let seeds = [
        product(
            "garden-winter-salad-seeds",
            "Winter salad seeds",
            in: "seeds",
            by: "Nadia Farouk",
            290,
            "packet",
            stock: 80,
            "Four leaves that go on growing under a cold frame until March.",
            """
            Saved from our own plants. The packet says when to sow, how deep, and which of the slugs' favourites \
            to guard.
            """
        ),
        product(
            "fruit-heritage-beans",
            "Postmistress's runner beans",
            in: "seeds",
            by: "Nadia Farouk",
            290,
            "packet of 30",
            stock: 64,
            "A red-flowered climber that has been grown in this valley since before the railway.",
            """
            They came to us in an envelope from the old post office. Save some of your own, and give some to \
            somebody over the wall.
            """
        ),
        product(
            "leaves-green-manure",
            "Green manure mix",
            in: "seeds",
            by: "Nadia Farouk",
            480,
            "500 g, for 40 m²",
            stock: 37,
            "Rye, vetch and clover, to keep bare ground warm and fed over the winter.",
            """
            Sow it whenever a bed falls empty and dig nothing. In the spring cut it, let it lie, and plant \
            straight through it.
            """
        ),
        product(
            "leaves-dye-plant-seeds",
            "Dyer's garden seeds",
            in: "seeds",
            by: "Bea Lindqvist",
            750,
            "three packets",
            stock: 21,
            "Weld, woad and madder: yellow, blue and, in three years, red.",
            "With a sheet of instructions in Bea's handwriting and a small skein of wool to dye first."
        ),
        product(
            "hills-oven-book",
            "The Slow Oven",
            in: "seeds",
            by: "Rose Ash Press",
            1400,
            "112 pages",
            stock: 44,
            "Tomasz's twenty breads, with drawings of what the dough should look like at each hour.",
            """
            Printed in two colours on the press in the back of the workshop, and sewn so that it lies flat on \
            the table with flour on it.
            """
        ),
        product(
            "hills-valley-walks",
            "Eleven Walks from the Door",
            in: "seeds",
            by: "Rose Ash Press",
            900,
            "64 pages",
            stock: 50,
            "Eleven walks that begin and end at the market, from one mile to fourteen.",
            """
            Hand-drawn maps, a list of stiles that complain, and where to find the herons. The money keeps the \
            paths open.
            """
        ),
    ]
}
