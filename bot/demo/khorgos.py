"""The seminar that the project began with: a lecture theatre with few seats, "registration only"."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

ZONE = "Australia/Sydney"
STARTS_AT = datetime(2020, 8, 7, 1, 0, tzinfo=UTC)  # Friday 11:00 in Canberra
ENDS_AT = STARTS_AT + timedelta(minutes=90)
OPENED_AT = datetime(2020, 7, 28, 23, 30, tzinfo=UTC)  # the week before, in the morning
SEATS = 20

# As the centre's page had it, furniture and all: what the paste box is for.
ANNOUNCEMENT = Path(__file__).with_name("khorgos.txt").read_text(encoding="utf-8")

WHAT = {
    "title": "At the Pole of Inaccessibility: Khorgos, SREB and Visions for Kazakh-Chinese Connectivity",
    "speakers": "Dana Rice, CAIS",
    "abstract": (
        "Kazakhstan has been closely linked to China’s Silk Road Economic Belt (SREB) since President Xi "
        "Jinping first announced the initiative in Astana in 2013. In the following seven years, Xi has met "
        "with Kazakh President Nursultan Nazarbayev and his successor Kassym-Jomart Tokayev on numerous "
        "occasions to pledge the enhancement of cooperation. These talks have largely been focused on "
        "transport, transit and logistics. One of the projects which has received significant media "
        "attention is Khorgos. The Kazakh and Chinese governments have regularly touted the transformation "
        "of this former Soviet outpost on the Kazakh-Chinese border into an international trade and "
        "logistics hub complete with the world’s largest dry port.\n\n"
        "However, when I visited Khorgos in late November 2019, it seemed far from the “New Dubai” which "
        "Kazakh, Chinese and international media alike have heralded Khorgos to be. Other researchers I "
        "spoke to who had visited in recent months held similar impressions, and further research into the "
        "figures suggests that China is overreporting the cargo which transits the dry port. COVID-19 has "
        "brought new challenges to this key SREB project, the Kazakh side of which was closed from January "
        "to March 2020. Nevertheless, the Kazakh Invest National Company retains a positive outlook for the "
        "future of Khorgos, suggesting that this “central station on the New Silk Road” will be even more "
        "important in a post-COVID world. As the global effects of the pandemic continue to unfold, Khorgos "
        "will remain an important project to watch for the future of SREB in general."
    ),
    "bio": (
        "Dana Rice is a research scholar at CAIS. She completed her BA Honours at the University of "
        "Tasmania and the European University in Saint Petersburg. Dana is the Deputy Editor-in-Chief of "
        "ENERPO (Energy Politics of Eurasia) Journal and Senior Editor of Politikon: IAPSS Journal of "
        "Political Science. She is an intern at the Australian Institute of International Affairs involved "
        "in organising their planned delegation to Central Asia and their current Silk Road webinar series. "
        "Her research interests include the Belt and Road Initiative, the Eurasian Economic Union and "
        "Sinophobia in Central Asia."
    ),
}
WHEN = {
    "date": "2020-08-07",
    "time": "11:00",
    "minutes": "90",
    "place": "CAIS Lecture Theatre",
    "online_link": "https://meet.example.org/khorgos",
}
HOW = {"seats": str(SEATS)}
