# ruff: noqa: E501 - pages stand here as they are served
"""A publisher's pages of long prose that report nothing: terms, privacy, imprint, about, help."""

from __future__ import annotations

from tests.nonarticles.frames import answer, site

TERMS = (
    "These terms govern your use of the websites and applications of The Harbour Post Media Group. By using them you accept these terms as "
    "they stand on the day of your visit.",
    "The content is protected by copyright. You may read it and print single pages for your own use. Any other use needs our permission "
    "in writing, in particular storing it in databases and passing it on to others.",
    "Comments are the responsibility of those who write them. We remove what is unlawful or insulting and may close an account that was used "
    "for it more than once.",
    "Subscriptions run for the period that you chose and are renewed for the same period unless they are cancelled at least one week before "
    "their end. Prices include the value added tax.",
    "We are liable for intent and gross negligence. For slight negligence we are liable only where an essential duty was broken, and only for "
    "damage that could be foreseen.",
    "The law of the place where the company is registered applies. Should a provision of these terms be void, the others stay in force.",
)
PRIVACY = (
    "Wir freuen uns über Ihren Besuch und nehmen den Schutz Ihrer persönlichen Daten ernst. Im Folgenden erklären wir, welche Daten wir "
    "erheben und wozu wir sie verwenden.",
    "Beim Aufruf der Seiten speichert der Server die Adresse des anfragenden Rechners, die Uhrzeit und die aufgerufene Adresse. Diese Angaben "
    "werden nach sieben Tagen gelöscht.",
    "Sie haben das Recht auf Auskunft, Berichtigung und Löschung. Bitte wenden Sie sich dazu an unseren Datenschutzbeauftragten, der unter der "
    "unten genannten Anschrift zu erreichen ist.",
    "Eine Weitergabe an Dritte findet nur statt, soweit sie für die Abwicklung eines Vertrages nötig ist oder Sie eingewilligt haben.",
)


def document(
    heading: str, paragraphs: tuple[str, ...], *, title: str, lang: str = "en", head: str = "", times: int = 1
) -> str:
    body = "".join(f"<h2>{n + 1}.</h2><p>{text}</p>" for n, text in enumerate(paragraphs * times))
    return site(f'<div class="static-page"><h1>{heading}</h1>{body}</div>', title=title, lang=lang, head=head)


ANSWERS = (
    answer("terms-en", "thin index", document("Terms of use", TERMS, title="Terms of use | The Harbour Post", times=2)),
    answer("terms-en-website", "thin index", document(
        "Terms and conditions", TERMS, title="Terms and conditions", head='<meta property="og:type" content="website">')),
    answer("privacy-de", "thin index consent", document("Datenschutzerklärung", PRIVACY, title="Datenschutz | Hafenpost", lang="de", times=2)),
    answer("privacy-dated-og-article", "thin index suspect", document(
        "Privacy policy", TERMS, title="Privacy policy", head='<meta property="og:type" content="article">'
        '<meta property="article:modified_time" content="2026-01-01T00:00:00Z">')),
    answer("imprint-de", "thin index", site(
        "<h1>Impressum</h1><p>Hafenpost Mediengruppe GmbH, Am Kai 1, 20000 Hafenstadt</p><p>Geschäftsführer: A. Beispiel</p>"
        "<p>Verantwortlich im Sinne des Presserechts: B. Muster</p><p>Registergericht Hafenstadt, HRB 12345</p>", title="Impressum", lang="de")),
    answer("contact-fr", "thin index", site(
        '<h1>Nous contacter</h1><p>Pour joindre la rédaction, écrivez à redaction@courrier.example ou appelez le 01 00 00 00 00.</p>'
        '<form action="/contact"><textarea name="m"></textarea><button>Envoyer</button></form>', title="Contact", lang="fr")),
    answer("about-en", "thin index", document(
        "About us", ("The Harbour Post has appeared since 1871 and is read by sixty thousand people along the coast. It belongs to a foundation.",
        "Our newsroom has forty reporters. They decide what is printed, and nobody else does. Corrections are marked as such."), title="About us")),
    answer("corrections-page", "thin index suspect", document(
        "Corrections and clarifications", tuple(f"In a story of {n} September we gave a wrong figure for the cost of the new pier. It is {n} million, "
        "not thousand. The story has been changed." for n in range(3, 9)), title="Corrections | The Harbour Post")),
    answer("help-faq", "thin index", document(
        "Questions and answers", ("How do I change my address? Open your account, choose Addresses and enter the new one. It is valid from the next day.",
        "How do I stop delivery during a holiday? Name the two days in your account at least three days before."), title="Help")),
    answer("comments-only", "thin index login suspect", site(
        '<h1>Comments</h1><section class="comments">' + "".join(f'<div class="comment"><b>reader{n}</b><p>I have lived here for {n} years and never saw '
        "anything like it, the council should be ashamed of what it did to the pier.</p></div>" for n in range(2, 8)) + "</section>", title="Comments (6)")),
)  # fmt: skip
