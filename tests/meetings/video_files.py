"""Participant reports as Zoom and Teams write them, of invented people, and some that are broken.

The meeting is the cast's town meeting of January 13, 2026, 8:00 to 9:15 pm in New York.
"""

ZOOM_OLD = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
812 3456 7890,"Virtual Town Meeting, session A",01/13/2026 07:55:02 PM,01/13/2026 09:16:40 PM,orr@example.org,82,4,

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent
Mara Member,mara.member@example.org,01/13/2026 07:58:10 PM,01/13/2026 08:30:00 PM,32,No,
Mara Member,mara.member@example.org,01/13/2026 08:40:00 PM,01/13/2026 09:16:40 PM,37,No,
CC (Connie Contact),,01/13/2026 08:05:00 PM,01/13/2026 09:15:00 PM,70,Yes,
Roberta Guest,roberta@elsewhere.example,01/13/2026 08:00:00 PM,01/13/2026 08:20:00 PM,20,Yes,
"""

ZOOM_NEW = """Topic,ID,Host name,Host email,Start time,End time,Participants,Duration (minutes)
Virtual Town Meeting,81234567890,Orla Specialist,orr@example.org,01/13/2026 07:55:02 PM,01/13/2026 09:16:40 PM,3,82

Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room
Mara Member (she/her),,01/13/2026 07:50:00 PM,01/13/2026 07:58:10 PM,9,Yes,,Yes
Mara Member (she/her),,01/13/2026 07:58:10 PM,01/13/2026 09:16:40 PM,79,Yes,,No
Cole Colleague,COLE.COLLEAGUE@example.org,01/13/2026 08:00:00 PM,01/13/2026 08:10:30 PM,11,No,,No
"""

ZOOM_BARE = """Name (original name),Email,Join time,Leave time,Duration (minutes),Guest
Mara Member,mara.member@example.org,2026-01-13 20:00:00,2026-01-13 21:15:00,75,No
"""

ZOOM_IN_UTC = ZOOM_BARE.replace("Join time,Leave time", "Join time (UTC),Leave time (UTC)").replace(
    "2026-01-13 20:00:00,2026-01-13 21:15:00", "2026-01-14 01:00:00,2026-01-14 02:15:00"
)

ZOOM_IN_CHICAGO = """Time zone,(GMT-06:00) Central Time (US and Canada)

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)
Mara Member,mara.member@example.org,"Jan 13, 2026 07:00:00 PM","Jan 13, 2026 08:15:00 PM",75
"""

ZOOM_SEMICOLONS = ZOOM_BARE.replace(",", ";")

TEAMS = """1. Summary
Meeting title\tVirtual Town Meeting
Attended participants\t3
Start time\t1/13/26, 7:56:31\u202fPM
End time\t1/13/26, 9:17:02\u202fPM
Meeting duration\t1h 20m 31s
Average attendance time\t50m 2s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Mara Member\t1/13/26, 7:57:40\u202fPM\t1/13/26, 9:17:02\u202fPM\t1h\tmara.member@example.org\tmm@x.org\tHost
Zoë Ångström (Guest)\t1/13/26, 8:00:00\u202fPM\t1/13/26, 8:30:00\u202fPM\t30m\t\t\tPresenter

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Mara Member\t1/13/26, 7:57:40\u202fPM\t1/13/26, 8:27:02\u202fPM\t29m 22s\tmara.member@example.org\tPresenter
Mara Member\t1/13/26, 8:37:02\u202fPM\t1/13/26, 9:17:02\u202fPM\t40m\tmara.member@example.org\tPresenter
Zoë Ångström (Guest)\t1/13/26, 8:00:00\u202fPM\t1/13/26, 8:30:00\u202fPM\t30m\t\tPresenter

4. Q&A
Name\tQuestion
Mara Member\tIs this recorded?
"""

TEAMS_OF_2021 = """Meeting Summary
Total Number of Participants\t1
Meeting Title\tVirtual Town Meeting
Meeting Start Time\t1/13/2026, 7:56:31 PM
Meeting End Time\t1/13/2026, 9:17:02 PM

Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)
Mara Member\t1/13/2026, 8:00:00 PM\t1/13/2026, 9:00:00 PM\t1h\tmara.member@example.org\tOrganizer\tmara@example.org
"""

READABLE = {
    "Zoom, old, with its summary": ZOOM_OLD.encode("utf-8-sig"),
    "Zoom, new, with a waiting room": ZOOM_NEW.encode(),
    "Zoom, new, the table alone": ZOOM_BARE.encode(),
    "Zoom, new, Windows line ends": ZOOM_BARE.replace("\n", "\r\n").encode("utf-8-sig"),
    "Zoom, times of UTC": ZOOM_IN_UTC.encode(),
    "Zoom, another zone of its own": ZOOM_IN_CHICAGO.encode(),
    "Zoom, saved again by a European Excel": ZOOM_SEMICOLONS.encode("cp1252"),
    "Teams, UTF-16": TEAMS.encode("utf-16"),
    "Teams, UTF-16, big end first": b"\xfe\xff" + TEAMS.encode("utf-16-be"),
    "Teams, UTF-16 without its mark": TEAMS.encode("utf-16-le"),
    "Teams, saved again as UTF-8": TEAMS.encode("utf-8-sig"),
    "Teams, of 2021": TEAMS_OF_2021.encode("utf-16"),
}

# what it is, and what the refusal says
BROKEN = {
    "nothing": (b"", "no participant report"),
    "an Excel workbook": (b"PK\x03\x04" + bytes(200), "save it as CSV"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(50), "not a CSV file"),
    "half of a letter": (TEAMS.encode("utf-16")[:-1], "breaks off"),
    "another table": (b"organisation,state\nHarbor Light,MN\n", "no participant report"),
    "unique users of Zoom": (
        b"Name (Original Name),User Email,Total Duration (Minutes),Guest\nMara Member,,75,No\n",
        "Show unique users",
    ),
    "the list during a meeting of Teams": (
        "Full Name\tUser Action\tTimestamp\nMara Member\tJoined\t1/13/2026, 8:00:00 PM\n".encode("utf-16"),
        "Attendance tab",
    ),
    "a day before its month": (
        ZOOM_OLD.replace("01/13/2026 07:58:10", "13/01/2026 07:58:10").encode(),
        "Line 5: “13/01/2026 07:58:10 PM” is no time",
    ),
    "a year that nobody means": (ZOOM_BARE.replace("2026-01-13 20", "0001-01-13 20").encode(), "Line 2"),
    "somebody still there": (ZOOM_BARE.replace("2026-01-13 21:15:00", "").encode(), "Line 2 has no time"),
    "left before they joined": (ZOOM_BARE.replace("21:15:00", "19:15:00").encode(), "left before they joined"),
    "broken off in a row": (ZOOM_OLD[:560].encode(), "Line"),
    "an open quotation mark": (ZOOM_BARE.replace("Mara Member", '"Mara Member').encode(), "do not match"),
    "nobody": (ZOOM_BARE.splitlines()[0].encode(), "names nobody"),
    "a zone that is none": (ZOOM_IN_UTC.replace("(UTC)", "(Mars/Olympus)").encode(), "a zone that we do not know"),
    "too many": (ZOOM_BARE.encode() + b"A,,2026-01-13 20:00,2026-01-13 21:00,1,\n" * 5001, "more than 5000"),
}
