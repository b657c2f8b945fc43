"""The invented people whom a visitor of the demonstration can be."""

PERSONAS = [
    ("Mara Member", "a member of a peer consultation group"),
    ("Cole Colleague", "another member of the same group, at another organisation"),
    ("Fay Facilitator", "who facilitates the group"),
    ("Stan Staff", "NCB staff"),
]
