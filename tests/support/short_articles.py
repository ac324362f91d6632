# ruff: noqa: E501 - sentences stand whole
"""Short articles without metadata, whose words or page would look like a notice's: none is one.

Each by name: the last step of its URL, its heading and its text.
"""

from __future__ import annotations

SHORT: dict[str, tuple[str, str, str]] = {
    "451 people": (
        "451-people-rescued-from-ferry-off-vellmar",
        "451 people rescued from ferry off Vellmar",
        "All 451 people on board a ferry that lost power off Vellmar on Tuesday night were brought ashore by morning, the coastguard said. Nobody was hurt. Engineers are to look at the ship in the afternoon.",
    ),
    "403 million": (
        "403-million-crowns-for-new-harbour",
        "403 million crowns for a new harbour",
        "Parliament has set aside 403 million crowns for a new harbour at Fenwater. Work is to begin in spring and to end within three years, said the minister. Fishermen had asked for it since the storm of 2019.",
    ),
    "429 cases": (
        "429-cases-of-measles-this-year",
        "429 cases of measles this year",
        "Doctors have counted 429 cases of measles this year, twice as many as in the last one. Most of the patients are children under ten. The ministry calls on parents to have them vaccinated before school begins.",
    ),
    "404 homes": (
        "404-homes-without-power-after-storm",
        "404 homes without power after storm",
        "The storm that crossed the islands on Sunday left 404 homes without power. Crews expect to reach the last of them by Wednesday, said the grid's owner. Schools in the north stay closed until then.",
    ),
    "a site seized": (
        "police-seize-site-that-sold-stolen-cards",
        "Police seize site that sold stolen cards",
        "Police in three countries took down a market for stolen cards on Monday. Whoever opens its address reads that this domain has been seized by the authorities. Two men were arrested in Ostren, a spokesman said.",
    ),
    "a domain for sale": (
        "town-finds-its-own-domain-for-sale",
        "Town finds its own domain for sale",
        "The town of Halvane forgot to renew its address, and on Monday its people read that this domain name is for sale. The mayor spoke of a mistake in the office. A company from abroad asks for 9,000 crowns.",
    ),
    "a log-in scandal": (
        "bank-customers-could-not-log-in-for-a-day",
        "Bank customers could not log in for a day",
        "Customers of the Northern Bank read on Tuesday that they must log in to continue, and then could not. The fault lasted for a day, the bank said, and nobody lost any money. The regulator wants a report by Friday, and has asked two other banks whether they use the same software for their own customers.",
    ),
    "robots": (
        "shoppers-tired-of-proving-they-are-human",
        "Shoppers are tired of proving they are human",
        "Every second shopper has given up a purchase because a shop wanted to verify that you are human, a survey found. The older the shopper, the sooner. Shops say that without such tests they would be emptied by programs within minutes of every sale, and that nobody has found a better way so far.",
    ),
    "a page not found": (
        "museum-shows-pages-that-were-not-found",
        "Museum shows pages that were not found",
        "“The page you requested was not found” is the title of a show at the City Museum, which hangs printed error pages of thirty years. Visitors may add their own. It is open until March, and free on Sundays.",
    ),
    "maintenance": (
        "bridge-closed-for-scheduled-maintenance",
        "Bridge closed for scheduled maintenance",
        "The bridge over the Quill is closed for scheduled maintenance from Monday on. Buses go by way of Fenwater, which takes a quarter of an hour longer. The city expects to open it again on the third of May.",
    ),
    "beschlagnahmt": (
        "polizei-beschlagnahmt-handelsplattform",
        "Polizei beschlagnahmt Handelsplattform im Netz",
        "Die Domain einer Handelsplattform wurde am Montag von der Staatsanwaltschaft beschlagnahmt. Zwei Männer sitzen in Haft. Auf der Seite waren laut Polizei gestohlene Zugangsdaten verkauft worden, mindestens drei Jahre lang.",
    ),
    "403 Millionen": (
        "403-millionen-euro-fuer-die-bahn",
        "403 Millionen Euro für die Bahn",
        "Die Bahn bekommt 403 Millionen Euro für neue Gleise im Norden. Das beschloss das Kabinett am Mittwoch. Die Arbeiten sollen im Frühjahr beginnen und drei Jahre dauern, sagte der Verkehrsminister in Kiel.",
    ),
    "site saisi": (
        "un-site-de-vente-de-drogue-saisi-par-la-gendarmerie",
        "Un site de vente de drogue saisi par la gendarmerie",
        "Le site a été saisi lundi par la gendarmerie après deux ans d'enquête. Trois personnes ont été arrêtées à Lyon. Selon le parquet, des milliers de clients y avaient acheté de la drogue, payée en monnaie virtuelle.",
    ),
    "451 personas": (
        "451-personas-evacuadas-por-el-incendio",
        "451 personas evacuadas por el incendio",
        "Un total de 451 personas fueron evacuadas el martes por el incendio que avanza cerca del pueblo. Nadie resultó herido. Los bomberos esperan controlar el fuego antes de la noche, según dijo la alcaldesa.",
    ),
    "сайт арестован": (
        "суд-арестовал-сайт-магазина",
        "Суд арестовал сайт магазина",
        "Сайт магазина был арестован во вторник по решению суда, сообщила полиция. По её данным, там три года продавали украденные карты. Двое мужчин задержаны, их допросят в четверг. Владелец вину не признаёт.",
    ),
    "ドメイン": (
        "町のドメインが売りに出される",
        "町のドメインが売りに出される",
        "町が更新を忘れたため、このドメインは販売中と表示されるようになった。町長は月曜日、事務上の誤りだったと述べ、住民に謝罪した。海外の会社は九千クローナを求めている。町は弁護士と相談し、来週にも対応を決める予定だ。住民からは不安の声も上がっている。",
    ),
}
LOGIN_FORM = '<header><form action="/login"><input name="user"><input type="password" name="pass"><button>Log in</button></form></header>'


def short_page(heading: str, text: str) -> bytes:
    """The page of a short article, with a form to log in above it and a menu beside."""
    menu = "<nav>" + "".join(f'<a href="/Section/{n}">Section {n}</a>' for n in range(9)) + "</nav>"
    head = f"<head><meta charset='utf-8'><title>{heading}</title></head>"
    body = f"<body>{LOGIN_FORM}{menu}<main><h1>{heading}</h1><p>{text}</p></main><footer>© The Example</footer></body>"
    return f"<!doctype html><html>{head}{body}</html>".encode()
