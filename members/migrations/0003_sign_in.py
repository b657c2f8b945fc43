"""What sign-in needs, and the disciplines and languages that members choose from."""

from django.db import migrations, models

DISCIPLINES = """
Administration and finance
Art therapy
Case management
Chaplaincy and spiritual care
Clinical psychology
Clinical social work
Community health work
Community outreach and education
Counseling
Creative and expressive therapies
Dance and movement therapy
Dentistry
Development and fundraising
Education and training
Employment services
Family medicine
Forensic medical evaluation
Forensic psychological evaluation
Gynecology and women's health
Housing services
Immigration law
Internal medicine
Interpretation and translation
Marriage and family therapy
Massage and bodywork
Mental health nursing
Monitoring and evaluation
Music therapy
Neuropsychology
Nursing
Occupational therapy
Pediatrics
Peer support
Pharmacy
Physical therapy
Policy and advocacy
Primary care
Programme leadership
Psychiatry
Public health
Research
School social work
Substance use treatment
Volunteer coordination
Youth services
"""
LANGUAGES = """
Acholi
Afar
Albanian
American Sign Language
Amharic
Arabic
Armenian
Azerbaijani
Bambara
Belarusian
Bengali
Bosnian, Croatian, Serbian
Burmese
Cantonese
Chin (Hakha, Falam, Tedim)
Chuukese
Dari
Dinka
English
Ewe
Farsi
French
Fulani
Georgian
German
Gujarati
Haitian Creole
Hausa
Hebrew
Hindi
Hmong
Igbo
Italian
Japanese
Karen (S'gaw, Pwo)
Karenni
Kinyarwanda
Kirundi
Khmer
Korean
Krio
Kurdish (Kurmanji)
Kurdish (Sorani)
Lao
Lingala
Mam
Mandarin
Mandinka
Marshallese
Nepali
Nuer
Oromo
Pashto
Polish
Portuguese
Punjabi
Q'anjob'al
Quechua
Rohingya
Romanian
Russian
Samoan
Sango
Somali
Spanish
Swahili
Tagalog
Tamil
Tibetan
Tigre
Tigrinya
Tshiluba
Turkish
Twi
Ukrainian
Urdu
Uyghur
Uzbek
Vietnamese
Wolof
Yoruba
"""


def add_choices(apps, schema_editor):
    for model, names in (("Discipline", DISCIPLINES), ("Language", LANGUAGES)):
        thing = apps.get_model("members", model)
        thing.objects.bulk_create(thing(name=name) for name in names.strip().splitlines())


class Migration(migrations.Migration):
    dependencies = [("members", "0002_rules")]
    operations = [
        migrations.AddField(
            model_name="member",
            name="session_version",
            field=models.PositiveIntegerField(default=0, help_text="Raised to end every session at once."),
        ),
        migrations.CreateModel(
            name="Remembered",
            fields=[
                ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires", models.DateTimeField(db_index=True)),
            ],
            options={"verbose_name_plural": "remembered", "db_table": "members_remembered"},
        ),
        migrations.RunPython(add_choices, migrations.RunPython.noop),
    ]
