# ruff: noqa: E501
"""What the demonstration shows. Every person, organisation, number and word here is invented."""

ORGANISATIONS = [
    # name, state, time zone, domain, ORR award ends in so many days, NCTTP level
    ("Harbor Light Healing Center", "MN", "America/Chicago", "harborlight.example.org", 310, "Full member"),
    ("Prairie Bridge Survivor Services", "ND", "America/Chicago", "prairiebridge.example.org", 310, ""),
    ("Cedar Gate Clinic for Refugee Health", "WA", "America/Los_Angeles", "cedargate.example.org", 310, ""),
    ("Open Door Legal & Wellness", "CA", "America/Los_Angeles", "opendoor.example.org", 310, ""),
    ("Northern Lantern Program", "AK", "America/Anchorage", "northernlantern.example.org", 310, ""),
    ("Mesa Springs Torture Treatment Program", "AZ", "America/Phoenix", "mesasprings.example.org", 310, "Full member"),
    ("River Commons Refugee Services", "MO", "America/Chicago", "rivercommons.example.org", -12, ""),
    ("Lakeside Family Recovery", "WI", "America/Chicago", "lakeside.example.org", -120, ""),
    ("Juniper House", "CO", "America/Denver", "juniperhouse.example.org", None, "Associate member"),
    ("Atlantic Crossing Health Partners", "MA", "America/New_York", "atlanticcrossing.example.org", 310, ""),
    ("Blue Ridge Welcome Network", "VA", "America/New_York", "blueridge.example.org", 310, ""),
    ("Copper Valley Care Collaborative", "TX", "America/Chicago", "coppervalley.example.org", 52, ""),
]

HARBOR, PRAIRIE, CEDAR, OPEN, NORTHERN, MESA, RIVER, LAKESIDE, JUNIPER, ATLANTIC, RIDGE, COPPER = (
    row[0] for row in ORGANISATIONS
)

PEOPLE = [
    # name, organisation, title, disciplines, languages, roles, pronouns, about
    (
        "Thea Therapist",
        HARBOR,
        "Psychotherapist",
        ["Clinical psychology"],
        ["English", "Amharic"],
        [],
        "she/her",
        "I work with adults, mostly in groups. Ask me about sleep.",
    ),
    (
        "Cory Casework",
        HARBOR,
        "Case manager",
        ["Case management"],
        ["English", "Somali"],
        [],
        "he/him",
        "Housing, school enrolment, and the long road between appointments.",
    ),
    (
        "Connie Contact",
        HARBOR,
        "Programme manager",
        ["Programme leadership"],
        ["English"],
        ["contact"],
        "she/her",
        "I speak for Harbor Light here, and I look after who of us is in.",
    ),
    (
        "Faye Facilitator",
        ATLANTIC,
        "Clinical supervisor",
        ["Clinical social work"],
        ["English", "French"],
        ["facilitator"],
        "she/her",
        "Twenty years of groups, still learning to be quiet in them.",
    ),
    (
        "Felix Facilitator",
        MESA,
        "Psychiatrist",
        ["Psychiatry"],
        ["English", "Spanish"],
        ["facilitator"],
        "he/him",
        "Bodies keep the calendar. I try to read it together with the person.",
    ),
    (
        "Amara Attorney",
        OPEN,
        "Senior attorney",
        ["Immigration law"],
        ["English", "Arabic"],
        [],
        "she/her",
        "Asylum, and the affidavits that hold it up.",
    ),
    ("Nils Nurse", CEDAR, "Nurse practitioner", ["Nursing"], ["English", "Dari"], [], "he/they", ""),
    (
        "Ines Interpreter",
        NORTHERN,
        "Lead interpreter",
        ["Interpretation and translation"],
        ["English", "Spanish", "Q'anjob'al"],
        [],
        "she/her",
        "Nothing about the room without the interpreter in the room.",
    ),
    ("Dara Director", PRAIRIE, "Executive director", ["Programme leadership"], ["English"], ["contact"], "", ""),
    (
        "Emil Evaluator",
        RIDGE,
        "M&E specialist",
        ["Monitoring and evaluation"],
        ["English", "Kinyarwanda"],
        [],
        "he/him",
        "I count as little as possible and as well as possible.",
    ),
    (
        "Sol Social-Work",
        COPPER,
        "Clinical social worker",
        ["Clinical social work"],
        ["English", "Spanish"],
        [],
        "they/them",
        "",
    ),
    (
        "Petra Physician",
        CEDAR,
        "Family physician",
        ["Primary care"],
        ["English", "Ukrainian"],
        [],
        "she/her",
        "Stomach pain with clean tests is where most of my good conversations begin.",
    ),
    ("Arlo Art-Therapist", JUNIPER, "Art therapist", ["Art therapy"], ["English"], [], "he/him", ""),
    ("Greta Grace", RIVER, "Therapist", ["Clinical psychology"], ["English", "Bosnian"], [], "she/her", ""),
    ("Lars Lapsed", LAKESIDE, "Case manager", ["Case management"], ["English", "Hmong"], [], "he/him", ""),
    (
        "Olive Outside",
        PRAIRIE,
        "Outreach worker",
        ["Community outreach and education"],
        ["English", "Nepali"],
        [],
        "she/her",
        "",
    ),
    (
        "Ezra Expert",
        None,
        "Forensic evaluator",
        ["Forensic psychological evaluation"],
        ["English", "French"],
        ["expert"],
        "he/him",
        "I answer questions about documentation under the Istanbul Protocol.",
    ),
    ("Orla Specialist", None, "ORR program specialist", [], ["English"], ["orr_specialist"], "she/her", ""),
    ("Stan Staff", None, "NCB programme officer", [], ["English"], ["staff"], "he/him", ""),
    ("Ada Admin", None, "NCB technical lead", [], ["English"], ["admin"], "she/her", ""),
    ("Pia Privacy", None, "Privacy officer", [], ["English"], ["privacy_officer"], "she/her", ""),
]

COVENANT = """\
We come here to think together about hard work. So that everyone can speak freely, I promise:

1. **This is consultation, not supervision.** What I do with what I hear is my responsibility and my agency's.
2. **No identifiers.** I leave out names, places smaller than a state, dates, and whatever else would let someone \
recognise a client.
3. **If I recognise someone, I say so and step out** of that conversation. I do not say how I know.
4. **What is said here stays here.** I take lessons with me, not stories.
5. **No recording, no AI transcription, no screenshots.**
6. **We disagree with care.** Everyone here carries a full load.
"""

# topic, what it is about, facilitators, participants
GROUPS = [
    (
        "Clinical Treatment",
        "Individual and group treatment: pacing, sleep, the body, endings. We meet every third week "
        "and talk here in between.",
        ["Faye Facilitator", "Felix Facilitator"],
        [
            "Thea Therapist",
            "Petra Physician",
            "Nils Nurse",
            "Sol Social-Work",
            "Arlo Art-Therapist",
            "Greta Grace",
            "Lars Lapsed",
        ],
    ),
    (
        "Clinical Case Management",
        "What helps between the appointments: housing, school, benefits, and warm hand-offs.",
        ["Faye Facilitator"],
        ["Cory Casework", "Sol Social-Work", "Greta Grace"],
    ),
    (
        "Interpreters in the Room",
        "Three people in the room and one conversation. For interpreters and those who work with them.",
        ["Felix Facilitator"],
        ["Ines Interpreter", "Thea Therapist", "Amara Attorney"],
    ),
    (
        "Forensic & Clinical Evaluation",
        "Writing what was seen so that it can be heard.",
        ["Felix Facilitator"],
        ["Amara Attorney", "Petra Physician"],
    ),
    (
        "Tele-mental Health",
        "Privacy, presence and bad connections.",
        ["Faye Facilitator"],
        ["Sol Social-Work", "Cory Casework"],
    ),
    (
        "Serving Asylum Seekers",
        "Between filing and deciding: what people need, and who can give it.",
        [],
        ["Amara Attorney"],
    ),
    ("Personal & Organizational Self-care", "How we last.", [], []),
    ("M&E Practitioners", "Measuring well-being without exhausting clients, or ourselves.", [], ["Emil Evaluator"]),
    ("Program Leaders", "Money, people, meaning.", [], ["Dara Director"]),
]

# group -> days ago, hour, author, text, {sign: members}, [(author, reply)]
CHAT = {
    "Clinical Treatment": [
        (
            16,
            15,
            "Faye Facilitator",
            "Welcome, everyone. The covenant is signed by all of us, so this is our room now. Nothing here is urgent: "
            "read when you can, write when it helps.",
            {"thanks": ["Thea Therapist", "Petra Physician", "Nils Nurse"]},
            [],
        ),
        (
            16,
            16,
            "Petra Physician",
            "Glad to be here. A standing question of mine: an adult with stomach pain and clean tests, who misses therapy "
            "before every appointment with us. How do clinic and therapist *share one plan* without asking the same "
            "questions twice?",
            {"with-you": ["Nils Nurse"], "question": ["Thea Therapist"]},
            [
                (
                    "Thea Therapist",
                    "We keep one page that the person owns: what helps, what harms, whom to call. They decide "
                    "who sees it. It lives in their bag, not in our records.",
                ),
                ("Nils Nurse", "Same here. The page has three headings and no diagnosis on it."),
                ("Petra Physician", "I like that it is theirs. I will try it this month and tell you."),
            ],
        ),
        (
            12,
            18,
            "Thea Therapist",
            "Sleep groups: how many sessions do you plan? We started with six and always end up at eight:\n\n"
            "- two for *what sleep is*\n- four for practice\n- two because nobody wants to stop",
            {"idea": ["Sol Social-Work"], "thanks": ["Arlo Art-Therapist"]},
            [],
        ),
        (
            12,
            19,
            "Sol Social-Work",
            "Eight as well. The ninth became tea, and tea was the best one.",
            {"with-you": ["Thea Therapist", "Petra Physician"]},
            [],
        ),
        (
            9,
            14,
            "Arlo Art-Therapist",
            "What do you do when telehealth is the only way and *the only private room is a car*?",
            {},
            [],
        ),
        (
            9,
            15,
            "Nils Nurse",
            "We agree on a word at the start that means “somebody came in”. After it we talk about the weather until it is "
            "safe again. And we ask the person to choose where to park.",
            {"thanks": ["Arlo Art-Therapist", "Sol Social-Work"]},
            [],
        ),
        (
            4,
            17,
            "Felix Facilitator",
            "For our next session: bring one thing that you *stopped* doing, and what came into its place.",
            {},
            [],
        ),
        (
            2,
            16,
            "Thea Therapist",
            "No-shows before hearings. I used to call the day after. Now I call two days *before*, only to say that the "
            "chair is there whether they come or not. About half come.\n\n> The chair is there.",
            {
                "with-you": [
                    "Petra Physician",
                ],
                "thanks": ["Sol Social-Work"],
            },
            [],
        ),
        (
            0,
            9,
            "Petra Physician",
            "The one-page plan works. Three people carry it now, and one has written a fourth heading: **what I am good at**.",
            {"thanks": ["Thea Therapist", "Faye Facilitator"]},
            [],
        ),
    ],
    "Clinical Case Management": [
        (10, 15, "Faye Facilitator", "Our room. Start wherever you are.", {}, []),
        (
            8,
            16,
            "Cory Casework",
            "Warm hand-off scripts for the front desk: does anyone have one that is shorter than a page? Ours is read "
            "aloud like a warning label.",
            {"question": ["Sol Social-Work"]},
            [],
        ),
        (
            7,
            20,
            "Sol Social-Work",
            "Three lines. *I know Ana. Ana knows you are coming. Shall I walk with you?* We only practise the walking.",
            {"thanks": ["Cory Casework"]},
            [],
        ),
        (
            1,
            19,
            "Cory Casework",
            "I dread one visit every month, and I think it is about me and not about the family. What is mine and what is "
            "theirs? Not urgent. It helps to have written it.",
            {"with-you": ["Sol Social-Work", "Faye Facilitator"]},
            [],
        ),
    ],
    "Interpreters in the Room": [
        (
            6,
            17,
            "Ines Interpreter",
            "A five-minute debrief after each session, three questions: What was hard to say? What was hard to hear? What "
            "do we do differently next time? We stopped skipping it once it had a place in the calendar.",
            {"thanks": ["Thea Therapist", "Amara Attorney"]},
            [],
        ),
        (5, 18, "Amara Attorney", "Stealing this for declarations. Thank you.", {}, []),
    ],
}

WARM_HANDOFF = """\
Warm hand-off, front desk. Three lines, said standing up.

1. I know the person you are going to meet.
2. They know that you are coming, and why, in the words you chose.
3. Shall I walk with you?

Practise the walking.
"""

APPLICATIONS = [
    (
        "Wren Waiting",
        "wren@harborlight.example.org",
        HARBOR,
        "Physical therapist",
        "I joined the clinic this autumn and work with chronic pain.",
    ),
    ("Noor Newcomer", "noor.newcomer@example.org", ATLANTIC, "Community health worker", ""),
]

THREADS = [
    # kind, title, topics, days ago, hour, author (None: asked without a name, by Cory), text, intensity, note,
    # replies (author, text), which reply is the accepted answer (or None)
    (
        "announcement",
        "Welcome to the Commons: what is for here, and what is for a group",
        [],
        40,
        9,
        "Stan Staff",
        "This is the place of the whole community: questions, what worked, what to read. **Everybody eligible reads it.** What is said about one person’s care belongs in a consultation group, or nowhere.\n\nA short guide:\n\n- Ask as you would ask a colleague in the corridor.\n- No names, dates or places of clients, not even changed ones.\n- Mark what is hard to read. Others may be reading between two sessions.",
        0,
        "",
        [
            ("Thea Therapist", "Thank you. Good to have this out of my inbox and still in it."),
        ],
        None,
    ),
    (
        "question",
        "Telehealth when the only private room is a car",
        ["clinical"],
        12,
        11,
        "Sol Social-Work",
        "Three of the people I see live in shared rooms. The only door that closes is the car’s. What do you agree on before you begin: where to park, what to do when somebody knocks, how to stop?",
        0,
        "",
        [
            (
                "Thea Therapist",
                "We agree on a word that means *change the subject*, and on a second one that means *stop, I will call you*. Then I ask at each beginning: who could hear you now?",
            ),
            (
                "Felix Facilitator",
                "Parked, never driving; engine off, sun on the other side; phone on the dashboard so that both hands are free. And an ending five minutes early, so that nobody walks from the session straight into the kitchen.",
            ),
            (
                "Ines Interpreter",
                "With an interpreter on the line: say it to all three before the first word of content. I have heard a child get into the back seat.",
            ),
        ],
        1,
    ),
    (
        "question",
        "Fee-waiver letters: what do you attach?",
        ["law"],
        9,
        15,
        "Cory Casework",
        "I write two of these a week and they come back half the time. Which papers do you attach for somebody with no income at all?",
        0,
        "",
        [
            (
                "Amara Attorney",
                "A letter from the shelter or whoever houses them, a statement in their own words that says *how they eat*, and benefits letters if there are any. Form I-912 asks for less than people think, but an empty section comes back.",
            ),
        ],
        0,
    ),
    (
        "discussion",
        "Sleep groups: how many sessions?",
        ["clinical"],
        7,
        10,
        "Thea Therapist",
        "We run eight and people ask for more; the ones who leave early leave at five. Who has tried six, or an open group?",
        0,
        "",
        [
            ("Arlo Art-Therapist", "Six, then an open hour once a month. The open hour is where the sleeping happens."),
            (
                "Petra Physician",
                "From the clinic’s side: whatever you choose, tell us the dates. I move the medication change to after week two.",
            ),
        ],
        None,
    ),
    (
        "resource",
        "Warm hand-off scripts for the front desk",
        ["case-management", "medical"],
        6,
        9,
        "Nils Nurse",
        "Four sentences our front desk says, in the order they say them. Take them and change them.\n\n> I am going to walk with you to her door.\n> She knows that you are coming, and nothing else yet.\n> You can sit where you see the exit.\n> I will be here when you come out.",
        0,
        "",
        [("Dara Director", "We printed these on the back of the badge.")],
        None,
    ),
    (
        "question",
        "A five-minute debrief with the interpreter: what do you ask?",
        ["interpreters", "self-care"],
        5,
        13,
        None,
        "After a hard session our interpreter went straight to the next room. I said nothing and it stayed with me. What do you ask, in five minutes, without making it another session?",
        1,
        "Speaks of what hearing accounts does to interpreters",
        [
            (
                "Ines Interpreter",
                "Three things are enough for me: *What do you need to put down here? What should I do differently next time? Where are you going now?*",
            ),
            ("Faye Facilitator", "And put it in the schedule. If it is not in the schedule, it is a favour."),
        ],
        0,
    ),
    (
        "discussion",
        "Reading affidavits late at night",
        ["self-care"],
        3,
        18,
        "Amara Attorney",
        "I read the worst pages after ten, because the day has no hour for them, and then I do not sleep. I have started to read with a colleague on the phone, both silent. It helps more than it should.",
        2,
        "Mentions accounts of sexual violence and a child’s death",
        [("Faye Facilitator", "We do this on Thursdays at four. You would be welcome.")],
        None,
    ),
    (
        "question",
        "No-shows before hearings",
        ["case-management", "law"],
        2,
        8,
        "Emil Evaluator",
        "In our numbers the week before a hearing has three times as many missed appointments. Do you call more, call less, or move the appointment?",
        0,
        "",
        [],
        None,
    ),
    (
        "question",
        "Measuring well-being without exhausting people",
        ["measuring"],
        1,
        16,
        "Dara Director",
        "Our intake has 61 questions. Which ten did you keep?",
        0,
        "",
        [
            (
                "Emil Evaluator",
                "I would keep seven and ask them twice. A number that moves is worth ten that stand still.",
            )
        ],
        None,
    ),
]
