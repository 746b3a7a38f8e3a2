import GRDB

/// The posts that the blog starts with.
enum BlogSeed {
    /// Writes all posts.
    static func plant(in database: Database, today: Day) throws {
        for (post, tags, age) in early + late {
            var post = post
            post.day = (today + -age).text
            try post.insert(database)
            for tag in tags {
                try PostTag(post: post.slug, tag: tag).insert(database)
            }
        }
    }

    /// A post, its tags, and how many days ago it was written.
    typealias Sapling = (post: Post, tags: [String], age: Int)

    private static let early: [Sapling] = [
        (
            Post(
                slug: "the-oven-is-lit",
                title: "The oven is lit again",
                author: "tomasz",
                picture: "loaf-oven-lit",
                body: """
                    We fired the big oven on Tuesday for the first time since the chimney came down in the spring \
                    gales. It took eleven people, two borrowed ladders and one very patient mason from Hollin Lane, \
                    and when the first smoke went up straight and clean there was a cheer you could have heard in \
                    the lower field.

                    A wood oven is slow to trust you. You warm it for three days with small fires, so that the damp \
                    leaves the bricks without cracking them, and only then do you give it a proper blaze. On the \
                    fourth morning the dome goes from black to white, which is the soot burning off, and you know \
                    the bread will follow.

                    [picture loaf-first-batch] Four round loaves cooling on a long board

                    ## What came out first

                    The first batch was forty country loaves, and I will be honest: the six at the back were \
                    charcoal. The goats had those. The rest were the best I have pulled in years, with the blistered \
                    crust you only get when stone and steam argue a little.

                    From this week the bakery is back to four bakes: Tuesday, Thursday, Friday and Saturday. \
                    Members' loaves are on the left-hand rack with your name on the bag, and there is a basket by \
                    the door for bread that is already paid for. Take one when you need one. Leave one when you can.
                    """
            ), ["bakery", "craft"], 2
        ),
        (
            Post(
                slug: "a-wet-october-in-the-garden",
                title: "What a wet October taught the garden",
                author: "nadia",
                picture: "garden-wet-october",
                body: """
                    It rained on twenty-six of October's thirty-one days. I know, because Leo keeps a gauge on the \
                    packing-shed roof and reads it out each morning with the gloom of a shipping forecast. The lower \
                    beds stood under water twice, and I spent a good part of the month on my knees with a trowel, \
                    opening little channels like a child on a beach.

                    And yet the leeks have never been fatter. The chard is absurd. What failed was everything we had \
                    planted in a hurry on bare soil; what thrived was everything that went into ground we had left \
                    covered since the summer, under clover and old straw.

                    > Feed the soil, cover the soil, leave the soil alone. The rest is weather.

                    ## What we are changing

                    No bed goes bare into winter any more. Half are sown with rye and vetch already, and the rest \
                    get leaf mould from the churchyard, which the parish is glad to see the back of. We have also \
                    marked a swale along the contour above the tunnels, and we would love twenty pairs of hands to \
                    dig it.

                    If you have boots and a Saturday, the dig is in the calendar. There will be soup, and there will \
                    be far too much chard to take home.
                    """
            ), ["garden", "season"], 6
        ),
        (
            Post(
                slug: "how-we-set-our-prices",
                title: "How we set our prices, with nothing left out",
                author: "edith",
                picture: "vessel-prices",
                body: """
                    Somebody asked at the counter why our jam costs a pound more than it does in town. It is a fair \
                    question, and the answer belongs to everyone, because you own the place.

                    A jar of damson jam sells at four pounds eighty. One pound ninety goes to the people who picked \
                    and cooked it, at the living wage. Ninety pence is fruit and sugar, sixty-five is the jar and \
                    its lid, and we get thirty of that back for each jar you return. The kitchen, the van and the \
                    lights come to eighty-five. What is left, fifty pence, goes into the common pot.

                    ## What the common pot did last year

                    It mended the roof of the workshop. It paid for Kofi's beekeeping course, and now we have honey. \
                    It made one in every twelve vegetable boxes free, for households who asked, and nobody was made \
                    to say why.

                    So the extra pound is not a secret and it is not a margin. It is a roof, some bees and a \
                    neighbour's supper. The full accounts hang by the post room door, in a binder with a goose on \
                    it, and you may take it home for the weekend.
                    """
            ), ["cooperative", "money"], 11
        ),
        (
            Post(
                slug: "a-year-of-bees",
                title: "A year of bees",
                author: "kofi",
                picture: "leaves-bees",
                body: """
                    Twelve months ago I had never opened a hive. I had a borrowed suit, a smoker that would not stay \
                    lit and a book with the cover torn off. Today there are seven colonies along the hedge, all of \
                    them still humming, and ninety-one jars of honey have gone out through the market.

                    What no book told me is how much of it is listening. A content hive sounds like a distant road. \
                    A hive that has lost its queen sounds like a question. You lean close with your ear against the \
                    wood, and after a while you stop needing to lift the lid at all.

                    [picture hills-hedge-hives] The hedge above the lower field, where the hives stand

                    ## The things that went wrong

                    Two swarms left before I understood what I was looking at; one of them lives in the chapel roof \
                    now and the vicar says they are very welcome. In August wasps emptied a weak colony in three \
                    days. I cried about it in the van, and then Gwen made me tea in one of her enormous mugs and we \
                    built smaller entrances together.

                    There will be a first-steps evening in the spring, for anyone who would like to keep bees or \
                    merely to sit near them. Children are welcome. The bees have no objections if you move slowly.
                    """
            ), ["bees", "learning"], 17
        ),
        (
            Post(
                slug: "mending-is-a-kind-of-conversation",
                title: "Mending is a kind of conversation",
                author: "samir",
                picture: "lantern-repair-cafe",
                body: """
                    At the repair café we have one rule: the owner stays. You may not leave your toaster at the door \
                    and come back for it at four. You sit down, you hold the torch, and we find out together what \
                    the matter is.

                    It is slower, and it is the point. On Saturday a man brought a radio that had been his father's. \
                    It needed a new capacitor, which costs nine pence. We talked for an hour and a half. When the \
                    sound came on it was a cricket match, and neither of us could say anything for a bit.

                    ## Numbers, since Leo asks for them

                    Since January, three hundred and twelve things came in and two hundred and forty went home \
                    working: fifty-eight lamps, forty-one toasters, a great many trousers, a trombone. What could \
                    not be saved was taken apart for what it could give to the next one.

                    We need people who can sew, and people who would like to learn how to solder. You do not have to \
                    be good at it. You only have to be willing to look inside.
                    """
            ), ["craft", "learning"], 24
        ),
        (
            Post(
                slug: "leek-and-potato-soup-for-forty",
                title: "Leek and potato soup for forty",
                author: "jun",
                picture: "fruit-soup-kitchen",
                body: """
                    This is the soup from the digging day, because nine people have asked for it and I would like to \
                    be able to walk through the yard again without being stopped.

                    For forty you want six kilos of leeks, washed more carefully than you think, and eight of floury \
                    potatoes. Sweat the leeks in a pound of butter, or in oil for the vegan pot, with the lid on, \
                    for twenty-five minutes. Do not let them brown. Then the potatoes in rough dice, twelve litres \
                    of stock, four bay leaves from the tree by the gate.

                    > Soup wants to be ignored. Put the lid on and go and talk to somebody.

                    ## For four

                    Divide by ten and be generous with the butter. Blend half of it and leave half as it is; finish \
                    with chives, or with the green tops of the leeks cut very thin and fried until they are crisp.

                    Tomasz's dark rye goes with it better than anything, preferably the heel of yesterday's loaf, \
                    toasted over the flame until it complains.
                    """
            ), ["recipes", "season"], 29
        ),
    ]

    private static let late: [Sapling] = [
        (
            Post(
                slug: "clay-from-the-lower-field",
                title: "Clay from the lower field",
                author: "gwen",
                picture: "vessel-lower-field",
                body: """
                    Under the turf of the lower field, about two spades down, the soil turns the colour of a fox and \
                    sticks to your boots like a grudge. Nadia has been cursing it for years. I have been quietly \
                    carrying it home in buckets.

                    You slake it in water until it is thin as cream, pour it through an old curtain to catch the \
                    stones and the roots, and let it stand on plaster until it can be wedged. It is short, as \
                    potters say: it tears when you ask too much of it. So I have stopped asking for tall things.

                    [picture vessel-winter-bowls] Three bowls in fox-red clay with a pale rim

                    ## A bowl you have walked on

                    The winter bowls are all from that field. They fire to a warm brown with tiny iron freckles, and \
                    I glaze them with ash from Tomasz's oven, so that the bread and the bowl come from the same fire.

                    There are thirty, and no two are alike. If you buy one and it chips, bring it back, and we will \
                    fill the chip with gold-coloured lacquer and you will like it more than before.
                    """
            ), ["craft", "pottery"], 36
        ),
        (
            Post(
                slug: "notes-from-the-members-meeting",
                title: "Notes from the autumn members' meeting",
                author: "edith",
                picture: "lantern-members-meeting",
                body: """
                    Sixty-three members came, eleven more joined by telephone, and a dog called Biscuit attended \
                    throughout without voting. Thank you to everyone who carried chairs.

                    We agreed to buy the van we have been renting. It is nine years old and has a personality, but \
                    it will have paid for itself by next autumn. The vote was fifty-nine for, four against and \
                    eleven who wished to speak about bicycles, which is why Leo is now drawing up a plan for cargo \
                    bikes in the village.

                    ## What we did not agree on

                    Sunday opening. Half of us would like it and half of us would like to lie in. We shall try two \
                    Sundays in December, ask the people who worked them, and decide in the new year.

                    We also heard from the newest members, three households from the flats on Canal Street, who \
                    asked for smaller bags of flour. This turned out to be the best idea of the evening and was \
                    carried without a vote.
                    """
            ), ["cooperative"], 43
        ),
        (
            Post(
                slug: "the-apple-day-report",
                title: "Apple day: two tonnes, one press, no arguments",
                author: "ailsa",
                picture: "fruit-apple-day",
                body: """
                    You brought apples in prams, in pillowcases, in the boot of a hearse. By noon there was a hill \
                    of them in the yard taller than the children who were supposed to be washing them, and who were \
                    mostly climbing it.

                    We pressed from nine until dark. Two tonnes and a little over gave us thirteen hundred litres of \
                    juice. Every household took home a tenth of what it brought, a third went to the school, and the \
                    rest is ticking quietly in barrels behind my house, turning into next summer's cider.

                    ## Names wanted

                    Four of the trees you brought from have no name that anyone can remember. One is a small, \
                    russeted apple with a taste of pear drops, from the garden of the old post office. We have sent \
                    leaves away to be identified, but I rather hope they do not know it either, so that we may name \
                    it ourselves.

                    The best suggestion so far is Postmistress. Cuttings will be grafted in February; come along and \
                    take a tree home.
                    """
            ), ["season", "orchard"], 52
        ),
        (
            Post(
                slug: "learning-to-weave-slowly",
                title: "Learning to weave, slowly",
                author: "bea",
                picture: "leaves-dye-garden",
                body: """
                    A loom is a machine for making you wait. It took me two days to put nine hundred threads through \
                    nine hundred small eyes, and at the end of it I had not woven anything at all. My apprentice for \
                    the week, who is fourteen, looked at the clock and then at me and said: is it always like this? \
                    It is. That is what is good about it.

                    The wool is from the Hebden flock, spun at the mill by the weir, and the colour is from our own \
                    dye bed. Weld for yellow, woad for blue, and madder, which you plant and then forget for three \
                    years, for a red like old brick.

                    > You do not make cloth. You make one pass of the shuttle, and then another.

                    ## Come and throw a shuttle

                    The big loom is set up in the upper workshop until the end of the season with a long grey warp \
                    on it, and anybody may weave on it for as long as they like. We shall cut it into scarves for \
                    the winter raffle. I can already tell you which one is mine; it is the one with the mistake in \
                    it.
                    """
            ), ["craft", "learning"], 60
        ),
        (
            Post(
                slug: "the-van-the-bike-and-the-canal",
                title: "The van, the bike and the canal",
                author: "leo",
                picture: "hills-canal-morning",
                body: """
                    Every Friday we deliver a hundred and eighteen boxes. Until May the van did all of it, forty-one \
                    miles of standing about in traffic with lettuces. Now two cargo bikes do the village and the \
                    canal side, and the van only does the hill farms, and we are home for lunch.

                    The towpath is the secret. It is flat, it is nobody's shortcut, and at seven in the morning \
                    there are herons on it who look at you as though you were late. I have started to know the \
                    boats, and the people on them leave their empty boxes on the roof, with notes. Last week's said: \
                    more beetroot. I had never seen that sentence before.

                    ## The sums

                    A delivery by bike costs us sixty-two pence, a delivery by van one pound forty. In a year that \
                    is a little over two thousand pounds, which is the free boxes for a whole winter.

                    If you are strong of leg and light of schedule, Friday mornings are open. The bikes are \
                    electric. The hills are not.
                    """
            ), ["cooperative", "delivery"], 69
        ),
        (
            Post(
                slug: "songs-in-the-barn",
                title: "Songs in the barn",
                author: "orla",
                picture: "lantern-barn-songs",
                body: """
                    We had planned for thirty people and a kettle. A hundred and four came, and the kettle retired \
                    hurt at about half past eight. It was a still night, with the big doors open, and you could hear \
                    the owls come in on the second verse.

                    There was no programme. Somebody started something, and whoever knew it joined in, and whoever \
                    did not hummed. A girl of nine sang all of a ballad with eleven verses and three murders, and \
                    nobody dared breathe until it was over.

                    [picture hills-barn-night] The barn with its doors open, seen from the hill

                    ## We are going to do it again

                    On the last Saturday of every month, from half past seven, for as long as the weather and the \
                    neighbours allow. Pay what you like at the door; it goes to the players from elsewhere and to a \
                    better kettle.

                    You do not need to be able to sing. That was, as I understand it, rather the point of songs.
                    """
            ), ["music", "cooperative"], 78
        ),
    ]
}
