"""A cron in words: what the pages show of it, in both languages."""

import pytest

from dbcv.domains.schedules.service.wording import describe_cron


@pytest.mark.parametrize(
    ("fields", "english", "russian"),
    [
        ({"day_of_week": "mon-fri", "hour": "9"}, "every working day at 09:00", "по будням в 09:00"),
        ({"day_of_week": "0,1,2,3,4", "hour": "9"}, "every working day at 09:00", "по будням в 09:00"),
        ({"day_of_week": "sat,sun", "hour": "11"}, "at weekends at 11:00", "по выходным в 11:00"),
        (
            {"day_of_week": "mon,wed", "hour": "9"},
            "on Mondays, Wednesdays at 09:00",
            "по понедельникам, средам в 09:00",
        ),
        ({"day_of_week": "mon-thu", "hour": "9"}, "on mon–thu at 09:00", "по пн–чт в 09:00"),
        ({"day": "15", "hour": "9"}, "on day 15 of the month at 09:00", "15-го числа месяца в 09:00"),
        ({"day": "last", "hour": "9"}, "on the last day of the month at 09:00", "в последний день месяца в 09:00"),
        ({"day": "1", "month": "5"}, "on day 1 of the month in May at 00:00", "1-го числа месяца в мае в 00:00"),
        ({"minute": "*/5"}, "every 5 minutes", "каждые 5 минут"),
        ({"minute": "*/2"}, "every 2 minutes", "каждые 2 минуты"),
        ({"minute": "*/21"}, "every 21 minutes", "каждую 21-ю минуту"),
    ],
)
def test_it_reads_as_a_sentence(fields: dict[str, str], english: str, russian: str) -> None:
    said = describe_cron(fields | {"timezone": "UTC"})
    assert said == {"en": f"{english} (UTC)", "ru": f"{russian} (UTC)"}
