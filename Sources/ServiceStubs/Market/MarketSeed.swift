import GRDB

/// The shelves and what stands on them at the start.
enum MarketSeed {
    /// Writes all categories and products.
    static func plant(in database: Database) throws {
        for category in categories {
            try category.insert(database)
        }
        for product in bakery + garden + larder + drinks + home + seeds {
            try product.insert(database)
        }
    }

    private static let categories = [
        Category(slug: "bakery", name: "Bakery", summary: "From the wood oven, four days a week.", position: 1),
        Category(slug: "garden", name: "From the garden", summary: "Picked the day before you buy it.", position: 2),
        Category(slug: "larder", name: "Larder", summary: "Jars, honey and things that keep.", position: 3),
        Category(slug: "drinks", name: "Drinks", summary: "Pressed, brewed and blended here.", position: 4),
        Category(slug: "home", name: "Workshop", summary: "Clay, wool and wood, made to be mended.", position: 5),
        Category(slug: "seeds", name: "Seeds and books", summary: "For next year, and for the evenings.", position: 6),
    ]

    /// A product whose slug follows from its picture: `loaf-dark-rye` is `dark-rye`.
    static func product(
        _ picture: String,
        _ name: String,
        in category: String,
        by maker: String,
        _ pence: Int,
        _ unit: String,
        stock: Int,
        _ summary: String,
        _ body: String
    ) -> Product {
        let slug = picture.split(separator: "-").dropFirst().joined(separator: "-")
        return Product(
            slug: slug,
            name: name,
            category: category,
            pence: pence,
            unit: unit,
            stock: stock,
            maker: maker,
            picture: picture,
            summary: summary,
            body: summary + "\n\n" + body
        )
    }

    private static let bakery = [
        product(
            "loaf-country-sourdough",
            "Country sourdough",
            in: "bakery",
            by: "Tomasz Wren",
            420,
            "800 g loaf",
            stock: 36,
            "Our everyday loaf: a thick crust, an open crumb and a long, gentle sourness.",
            """
            Flour from three farms within twelve miles, water, salt, and a leaven that is older than the bakery. \
            It rises for eighteen hours and bakes for fifty minutes. It is best on its second day, and makes the \
            best toast of its life on its fourth.
            """
        ),
        product(
            "loaf-dark-rye",
            "Dark rye",
            in: "bakery",
            by: "Tomasz Wren",
            460,
            "900 g loaf",
            stock: 18,
            "Dense, moist and black as a peat bank, with caraway and a little treacle.",
            """
            Whole rye, soaked overnight and baked slowly in the falling heat of the oven. Slice it thin. Wrapped \
            in a cloth it keeps for ten days, and the tenth is not the worst of them.
            """
        ),
        product(
            "loaf-seeded-tin",
            "Seeded tin loaf",
            in: "bakery",
            by: "Tomasz Wren",
            390,
            "700 g loaf",
            stock: 22,
            "Sunflower, linseed and pumpkin in a soft wholemeal loaf that fits the toaster.",
            """
            The seeds are toasted first and go in warm. This is the loaf that the school kitchen buys, which is \
            the highest praise we know.
            """
        ),
        product(
            "loaf-oat-and-honey",
            "Oat and honey loaf",
            in: "bakery",
            by: "Tomasz Wren",
            440,
            "750 g loaf",
            stock: 4,
            "A mild, golden crumb with rolled oats on top and the hedge's own honey in it.",
            """
            Made on Fridays only, when Kofi brings the cappings. It is the gentlest thing that comes out of the \
            oven and goes well with anything sharp: blue cheese, damson jam, opinions.
            """
        ),
        product(
            "loaf-cardamom-buns",
            "Cardamom buns",
            in: "bakery",
            by: "Bea Lindqvist",
            640,
            "bag of four",
            stock: 15,
            "Knotted by hand and scented with freshly pounded cardamom.",
            """
            Bea's grandmother's recipe, with the amounts translated from coffee cups. They are best within the \
            hour, so warm them for five minutes and nobody will know.
            """
        ),
        product(
            "loaf-cheese-scones",
            "Cheese and chive scones",
            in: "bakery",
            by: "Tomasz Wren",
            520,
            "bag of four",
            stock: 0,
            "Tall, craggy, and rather more cheese than is sensible.",
            """
            Baked on Saturday mornings and usually gone by eleven. If the shelf is empty, ask at the hatch; \
            there may be one on the cooling rack with a corner missing.
            """
        ),
        product(
            "fruit-plum-tart",
            "Plum tart",
            in: "bakery",
            by: "Jun Takeda",
            1150,
            "serves six",
            stock: 7,
            "Sharp plums on almond cream in a crisp, short crust.",
            """
            Made with the Marjorie plums from behind the chapel for as long as they last, and with bottled ones \
            after that. Order by Wednesday for the weekend.
            """
        ),
    ]

    private static let garden = [
        product(
            "leaves-small-veg-box",
            "Small vegetable box",
            in: "garden",
            by: "Nadia Farouk",
            1100,
            "for two people",
            stock: 40,
            "Seven kinds of vegetable for two people who cook most evenings.",
            """
            Always onions, potatoes and something green; the rest is whatever is at its best. A card in the box \
            says who picked it and what to do with the odd one.
            """
        ),
        product(
            "garden-family-veg-box",
            "Family vegetable box",
            in: "garden",
            by: "Nadia Farouk",
            1850,
            "for four people",
            stock: 32,
            "Ten kinds of vegetable and a bag of fruit: a week of suppers for four.",
            """
            If you would like less cabbage, say so; nobody is offended. One box in twelve is free for a \
            household that has asked, and yours helps to pay for it.
            """
        ),
        product(
            "leaves-winter-leeks",
            "Winter leeks",
            in: "garden",
            by: "Nadia Farouk",
            280,
            "bunch, about 800 g",
            stock: 60,
            "Long, white and sweet from the frost.",
            """
            Grown in the upper beds under straw. They will keep for a fortnight standing in a bucket in the \
            shed, as they do in ours.
            """
        ),
        product(
            "fruit-candy-beetroot",
            "Candy-striped beetroot",
            in: "garden",
            by: "Nadia Farouk",
            240,
            "bunch, about 700 g",
            stock: 28,
            "Pink and white rings inside, sweeter than the red, and kinder to your tablecloth.",
            """
            Slice them raw and very thin with apple and walnuts, or bake them whole in salt. The leaves are as \
            good as chard, so do not throw them away.
            """
        ),
        product(
            "fruit-crown-squash",
            "Crown squash",
            in: "garden",
            by: "Nadia Farouk",
            390,
            "each, about 1.5 kg",
            stock: 19,
            "Slate blue outside, deep orange inside, dense as chestnut.",
            """
            Cured for a month on the greenhouse shelves, so that it keeps till March. You will need a heavy \
            knife, or a doorstep to drop it on.
            """
        ),
        product(
            "fruit-russet-apples",
            "Russet apples",
            in: "garden",
            by: "Ailsa Munro",
            320,
            "bag, 1.2 kg",
            stock: 45,
            "Rough-skinned, nutty and better in November than in September.",
            """
            From nine gardens and one churchyard. They are not pretty, and they have waited all year for you to \
            get past that.
            """
        ),
        product(
            "leaves-salad-bag",
            "Cut salad leaves",
            in: "garden",
            by: "Nadia Farouk",
            260,
            "bag, 150 g",
            stock: 3,
            "A dozen leaves and herbs from the tunnels, cut the same morning.",
            "Mustard, mizuna, claytonia, sorrel, and a few petals when there are any. Washed once; wash it again."
        ),
    ]

    private static let larder = [
        product(
            "vessel-hedge-honey",
            "Hedge honey",
            in: "larder",
            by: "Kofi Mensah",
            780,
            "340 g jar",
            stock: 24,
            "Bramble, clover and lime, from seven hives along the lower hedge.",
            """
            Spun by hand and never heated, so it will set in the winter. Stand the jar in warm water if you like \
            it loose. There are only as many jars as the bees could spare.
            """
        ),
        product(
            "vessel-damson-jam",
            "Damson jam",
            in: "larder",
            by: "Jun Takeda",
            480,
            "300 g jar",
            stock: 52,
            "Dark, sharp and barely sweet enough to be called jam.",
            """
            Cooked in copper in small batches, with the stones tied in a muslin for the almond taste. Bring the \
            jar back for thirty pence.
            """
        ),
        product(
            "vessel-green-tomato-chutney",
            "Green tomato chutney",
            in: "larder",
            by: "Jun Takeda",
            450,
            "280 g jar",
            stock: 31,
            "Every tomato that did not make it, with mustard seed, raisins and a slow burn.",
            """
            Made in the second week of October and then kept out of everybody's reach until Advent. Good with \
            cheese, and very good in a cold sausage sandwich.
            """
        ),
        product(
            "vessel-white-kimchi",
            "White kimchi",
            in: "larder",
            by: "Jun Takeda",
            620,
            "450 g jar",
            stock: 14,
            "Mild, crunchy and lightly fizzy, with pear and ginger.",
            """
            A living food: keep it cold, open it over the sink and eat it with everything. There is no chilli in \
            it, so the children eat it too.
            """
        ),
        product(
            "vessel-stoneground-flour",
            "Stoneground flour",
            in: "larder",
            by: "Hollin Mill",
            360,
            "1.5 kg bag",
            stock: 48,
            "Wholegrain wheat from the farm across the valley, milled a fortnight ago at most.",
            """
            The same flour that goes into our loaves, now also in small bags, as the members' meeting asked. \
            Keep it cool and use it within three months.
            """
        ),
        product(
            "vessel-rapeseed-oil",
            "Cold-pressed rapeseed oil",
            in: "larder",
            by: "Upper Field Farm",
            690,
            "500 ml bottle",
            stock: 26,
            "Golden, nutty, and from a field that you can see from the till.",
            """
            Pressed without heat and left to settle. Bring the bottle back and it will be filled again from the \
            drum for four pounds ninety.
            """
        ),
        product(
            "vessel-soup-beans",
            "Soup beans",
            in: "larder",
            by: "Nadia Farouk",
            340,
            "500 g bag",
            stock: 5,
            "Six kinds of dried bean, speckled like birds' eggs.",
            """
            Grown up strings in the top garden and shelled by whoever comes to the Thursday coffee. Soak them \
            overnight, and salt them early, whatever your aunt says.
            """
        ),
    ]
}
