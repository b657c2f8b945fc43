"""Word lists that the patterns lean on: words that look like a name or a place by their capital, and are none."""


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in text.replace("\n", ",").split(",") if word.strip())


STATES = _words("""
    Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida, Georgia, Hawaii, Idaho
    Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts, Michigan, Minnesota
    Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, North Carolina
    North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina, South Dakota, Tennessee, Texas
    Utah, Vermont, Virginia, West Virginia, Wisconsin, Wyoming, Guam, Puerto Rico, District of Columbia
""")
# New York and Washington are cities as well as states, so they are not in the list above.

STATE_CODES = _words("""
    AL, AK, AZ, AR, CA, CO, CT, DE, FL, GA, HI, ID, IL, IN, IA, KS, KY, LA, ME, MD, MA, MI, MN, MS, MO, MT, NE,
    NV, NH, NJ, NM, NY, NC, ND, OH, OK, OR, PA, RI, SC, SD, TN, TX, UT, VT, VA, WA, WV, WI, WY, DC, PR, GU
""")

COUNTRIES = _words("""
    Afghanistan, Albania, Algeria, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan, Bahrain, Bangladesh
    Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, Bosnia, Botswana, Brazil, Brasil, Bulgaria, Burkina Faso
    Burma, Burundi, Cambodia, Cameroon, Canada, Cape Verde, Chad, Chechnya, Chile, China, Colombia, Comoros, Congo
    Costa Rica, Croatia, Cuba, Cyprus, Darfur, Djibouti, Dominican Republic, DRC, East Timor, Ecuador, Egypt
    El Salvador, England, Eritrea, Estonia, Eswatini, Ethiopia, Europe, Fiji, Finland, France, Gabon, Gambia, Gaza
    Germany, Ghana, Greece, Guatemala, Guinea, Guyana, Haiti, Honduras, Hong Kong, Hungary, India, Indonesia, Iran
    Iraq, Ireland, Israel, Italy, Ivory Coast, Jamaica, Japan, Jordan, Kazakhstan, Kenya, Kosovo, Kurdistan, Kuwait
    Kyrgyzstan, Laos, Latvia, Lebanon, Lesotho, Liberia, Libya, Lithuania, Madagascar, Malawi, Malaysia, Mali
    Mauritania, Mexico, México, Moldova, Mongolia, Morocco, Mozambique, Myanmar, Namibia, Nepal, Netherlands
    New Zealand, Nicaragua, Niger, Nigeria, North Korea, Norway, Oman, Pakistan, Palestine, Panama, Paraguay, Peru
    Philippines, Poland, Portugal, Qatar, Romania, Russia, Rwanda, Saudi Arabia, Senegal, Serbia, Sierra Leone
    Singapore, Slovakia, Slovenia, Somalia, South Africa, South Korea, South Sudan, Spain, Sri Lanka, Sudan, Sweden
    Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Tibet, Togo, Tunisia, Turkey, Türkiye, Turkmenistan
    Uganda, Ukraine, UAE, UK, US, USA, U.S, United States, United Kingdom, Uruguay, Uzbekistan, Venezuela, Vietnam
    Yemen, Zambia, Zimbabwe, Africa, Asia, America, Americas, Central America, South America, Latin America
    West Africa, East Africa, North Africa, Central Africa, Middle East, Horn, Caribbean, Sahel
""")

LANGUAGES_AND_PEOPLES = _words("""
    Afghan, African, Albanian, Amharic, American, Arab, Arabic, Armenian, Asian, Bengali, Bosnian, Burmese
    Burundian, Cambodian, Cameroonian, Catholic, Chinese, Christian, Colombian, Congolese, Creole, Cuban, Dari
    Dinka, Ecuadorian, Egyptian, English, Eritrean, Ethiopian, European, Farsi, French, Fulani, Gambian, Garifuna
    German, Ghanaian, Guatemalan, Guinean, Haitian, Hazara, Hindi, Honduran, Indigenous, Iranian, Iraqi, Ivorian
    Jewish, Karen, Kinyarwanda, Kirundi, Korean, Kurdish, Latina, Latino, Lao, Lebanese, Liberian, Lingala, Malian
    Mam, Mandarin, Mauritanian, Mexican, Muslim, Nepali, Nicaraguan, Nigerian, Oromo, Pakistani, Pashto, Persian
    Peruvian, Portuguese, Quiche, Russian, Rwandan, Salvadoran, Senegalese, Somali, Spanish, Sudanese, Swahili
    Syrian, Tamil, Tibetan, Tigrinya, Turkish, Ugandan, Ukrainian, Urdu, Uyghur, Venezuelan, Vietnamese, Wolof
    Yemeni, Yoruba, Zimbabwean
""")

CALENDAR = _words("""
    January, February, March, April, May, June, July, August, September, October, November, December, Monday
    Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, Spring, Summer, Fall, Autumn, Winter, Christmas, Easter
    Ramadan, Enero, Febrero, Marzo, Abril, Mayo, Junio, Julio, Agosto, Septiembre, Octubre, Noviembre, Diciembre
    Eastern, Central, Mountain, Pacific
""")

NOT_NAMES = _words("""
    Phase, Module, Level, Step, Track, Part, Stage, Night, Gunpoint, Risk, Fear, Rotation, Project, Training,
    I, A, An, The, This, That, These, Those, He, She, They, We, You, It, His, Her, Hers, Their, Our, My, Your, If
    In, On, At, As, And, Or, But, For, From, To, With, Without, Not, No, Yes, Is, Was, Are, Were, Be, Been, Has, Had
    Have, Who, What, When, Where, Why, How, There, Here, So, Then, Than, After, Before, Since, While, All, Any, Each
    Some, Many, Most, Name, Names, Client, Clients, Patient, Patients, Survivor, Survivors, Case, Cases, Code
    Intake, Referral, Program, Programme, Clinic, Center, Centre, Court, Office, Legal, Medical, Health, Mental
    Clinical, Services, Service, Care, Centered, Satisfaction, Rights, Education, Consent, Outcomes, Outcome
    Experience, Confidentiality, Privacy, Safety, Portal, Advocate, Navigator, Questionnaire, Reported, Measures
    Measure, Adult, Child, Male, Female, Woman, Man, Boy, Girl, Anonymous, Redacted, Unknown, None, NA, TBD, Mr, Mrs
    Ms, Dr, Key, Question, Session, Group, Goals, Goal, Plan, Notes, Note, Date, Age, Region, Country, Language
    Presenting, Symptoms, History, New, First, Second, Third, One, Two, Three, Attorney, Therapist, Doctor, Nurse
    Interpreter, Judge, Immigration, Asylum, Department, University, Hospital, PTSD, CBT, EMDR, NET, DSM, ICD, PHQ
    PCL, GAD, HTQ, HIPAA, USCIS, EOIR, ICE, CBP, DHS, DOJ, ORR, NCTTP, NCB, CVT, PCG, VTM, SOT, BIA, Zoom, Teams
    Facility, Federal, Supreme, District, State, County, City, Street, Detention, Jail, Prison, Emergency, Community
    Family, Follow, Please, Thanks, Thank, Dear, Hi, Hello, Ask, Asks, Asked, Said, Says, Will, Would, Can, Could
    May, Might, Should, Must, Did, Does, Do, Came, Went, El, La, Los, Las, Un, Una, Es, Que, De, En, Y, Con
""")

COMMON_AFTER_NAME_IS = _words("""
    a, an, the, not, on, in, at, of, to, and, or, but, also, always, already, being, common, confidential, unknown
    changed, withheld, known, never, no, now, only, public, rare, real, redacted, removed, safe, secret, spelled
    spelt, still, their, there, too, unusual, used, very, what, written, wrong, different, difficult, hard, easy
    easily, something, mentioned, listed, important, private, protected, missing, so, my, our, your, his, her, it
    one, left, kept, hidden, enough, correct, misspelled, pronounced, similar, shared, visible, on file, como, el
    la, un, una, muy, confidencial, desconocido, with, under, that, which
""")

ENDS_LOCAL_PART = _words("""
    us, me, look, find, is, it, site, available, online, posted, them, page, up, resources, more, here, see,
    visit, website, webpage, go, staff, team, meet, work, works, worked, arrive, live, based, are, be, was,
    register, listed, program, programs, and
""")

STREET_STOPS = _words("""
    in, on, the, of, a, an, and, to, from, for, at, by, people, clients, patients, survivors, members, families,
    circuit, district, court, federal, immigration, superior, hour, hours, minute, minutes, day, days, week,
    weeks, month, months, year, years, step, way, more, other, our, my, their, his, her, with, or, per, who,
    were, was, is, are, mg, ml
""")

NEVER_A_PLACE = STATES | STATE_CODES | COUNTRIES | LANGUAGES_AND_PEOPLES | CALENDAR | NOT_NAMES
NEVER_A_NAME = NEVER_A_PLACE | _words("Washington DC, New York, United, Los Angeles, Chicago, Minnesota")
