"""Lines of a text that are not the article's: promotion, share bars, related links, credits, dates, the title again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.normalize import key, letters


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(patterns)})\s*[.:!>»…]*$", re.I)


_PROMOTION = _whole(
    # Share bars and buttons.
    r"(?:please )?share (?:this|on|via|with)\b.{0,40}",
    r"share|tweet|e-?mail|print|copy link|facebook|twitter|whatsapp|telegram|linkedin|save|listen",
    r"teilen|drucken|merken|partager|imprimer|compartir|imprimir|condividi|delen|dela|del artikel(?:en)?|"
    r"udostępnij|поделиться|paylaş|bagikan",
    r"(?:print|email|listen to) (?:this )?(?:article|story)\b.{0,30}", r"กด.{0,10}แชร์|공유하기|シェア",
    # Advertising.
    r"advertise?ments?\b.{0,60}",
    r"(?:article|story) continues below.{0,40}",
    r"anzeige|werbung|publicité|publicidad|pubblicità|advertentie|annons|annonse|reklama|реклама|iklan|"
    r"sponsored",
    # Elsewhere on the site.
    r"(?:read|see|watch) (?:more|also|next|:).{0,160}",
    r"also (?:read|see)\b.{0,160}",
    r"more\s?:.{0,160}",
    r"(?:related|recommended|trending)(?: (?:stories|articles|news|coverage|topics|videos|posts|links))?",
    r"(?:related|recommended|in case you missed it)\s?:.{0,160}",
    r"recommended videos",
    r"for more (?:stories|news|on)\b.{0,120}",
    r"most (?:read|popular)\b.{0,30}",
    r"lesen sie (?:auch|hier|dazu|mehr)\b.{0,160}",
    r"(?:mehr zum thema|mehr dazu|zum artikel|auch interessant|weitere artikel|ähnliche artikel)\b.{0,160}",
    r"(?:à )?lire (?:aussi|également)\b.{0,160}",
    r"(?:leer|lee|lea) (?:también|más)\b.{0,160}",
    r"(?:leggi|guarda) anche\b.{0,160}",
    r"lees (?:ook|meer)\b.{0,160}",
    r"läs (?:också|även|mer)\b.{0,160}",
    r"les (?:også|mer)\b.{0,160}",
    r"læs (?:også|mere)\b.{0,160}",
    r"(?:czytaj|zobacz|przeczytaj) (?:też|także|więcej|również)\b.{0,160}",
    r"(?:читайте|смотрите) (?:также|ещё|еще)\b.{0,160}",
    r"(?:čtěte|přečtěte si) (?:také|více)\b.{0,160}",
    r"leia (?:também|mais)\b.{0,160}",
    r"baca (?:juga|selengkapnya)\b.{0,160}",
    r"lue myös\b.{0,160}",
    # Newsletters, apps, accounts.
    r"(?:sign up|subscribe|register)(?: now)? (?:to|for|here|today)\b.{0,200}",
    r"(?:get|join|start) (?:the|our|your) .{0,80}(?:inbox|newsletters?)\b.{0,160}",
    r".{0,80}\bin your inbox\b.{0,30}",
    r"(?:get|receive) (?:the )?(?:latest|daily|breaking|national|our)\b.{0,60}\b(?:news|newsletters?|"
    r"alerts|headlines)\b.{0,80}",
    r"newsletter\b.{0,80}",
    r".{0,80}newsletter (?:abonnieren|anmelden|informiert)\b.{0,160}",
    r"(?:follow|like|find) us\b.{0,100}",
    r"folgen sie uns\b.{0,100}",
    r"suivez[- ]nous\b.{0,100}",
    r"s[íi]gue(?:nos)?\b.{0,60}(?:twitter|facebook|whatsapp|instagram|redes|canal).{0,60}",
    r"follow .{2,60} on (?:twitter|facebook|x|instagram|whatsapp)\b.{0,120}",
    r"(?:click|tap) here (?:to|for) .{0,120}",
    r"download (?:the|our) .{0,40}app\b.{0,80}",
    r"(?:for )?(?:subscribers|suscriptores|abonnés) only\b.{0,40}",
    r"esta funcionalidad es sólo para suscriptores",
    r"susc?r[ií]bete\b.{0,60}",
    r"il vous reste \d.{0,20} de cet article à lire.{0,80}",
    r"(?:tu|su) suscripción se está usando\b.{0,200}",
    r"(?:log|sign) ?in\b.{0,40}",
    r"get in touch with our .{0,120}",
    r"got a story\?.{0,160}",
    r"do you have a (?:story|tip)\b.{0,160}",
    # Subscription and membership: commands to the reader, of a price, a trial or an account.
    r"(?:keep|continue|unlock|start) reading\b.{0,30}\b(?:for|from|with|by)\b.{0,80}",
    r"(?:subscribe|become a (?:member|subscriber)|join (?:us|now|today)|register|sign up)\b.{0,40}"
    r"\b(?:to (?:read|continue|keep|unlock|access|support)|for (?:just|only|as little|unlimited|full))\b.{0,100}",
    r"already (?:a |an )?(?:subscriber|subscribed|member|registered|have an account)\??[\s:,.–-]*"
    r"(?:log|sign) ?in\b.{0,40}",
    r"(?:this|the) (?:article|story|content) is (?:for|only available to|exclusive to|reserved for) (?:our )?"
    r"(?:paying |paid |premium )?(?:subscribers|members)(?: only)?",
    r"(?:get|enjoy) (?:unlimited|full) (?:digital )?access\b.{0,120}",
    r"(?:jetzt |hier |sofort )?weiterlesen(?: mit| für| im| auf| ab|\s*[:!»>])\b.{0,80}",
    r"(?:jetzt|hier) (?:abonnieren|abo (?:testen|abschließen|bestellen)|registrieren|anmelden)"
    r"(?: und .{0,60}| für .{0,40})?",
    r"(?:sie haben|du hast|bereits|schon) (?:bereits |schon )?(?:ein )?(?:abo(?:nnement)?|abonnent(?:in)?|registriert|"
    r"kunde|mitglied)\b.{0,20}\?.{0,60}",
    r"dieser (?:artikel|inhalt|beitrag) ist (?:nur )?(?:für|exklusiv für) (?:unsere )?"
    r"(?:abonnent|plus-|premium|mitglieder).{0,80}",
    r"(?:déjà abonné|vous êtes (?:déjà )?abonné).{0,10}\?.{0,60}",
    r"(?:abonnez-vous|s'abonner|inscrivez-vous) (?:pour|à partir|dès|et)\b.{0,100}",
    r"(?:cet article|la suite) est réservée? (?:à nos|aux) abonnés.{0,60}",
    r"¿?ya (?:eres|es|estás|soy) (?:suscriptor|suscript|abonad|registrad)\w*\b.{0,60}",
    r"(?:contenido|artículo|noticia) exclusiv[oa] para (?:suscriptor|abonad|soci).{0,60}",
    r"(?:sei|hai) già (?:un )?(?:abbonat|registrat|account).{0,60}",
    r"(?:abbonati|iscriviti|registrati) (?:per|a partire|ora|subito)\b.{0,100}",
    r"(?:contenuto|articolo) (?:riservato|esclusivo) (?:agli|per gli) abbonati.{0,60}",
    r"(?:assine|assina|torne-se assinante)\b.{0,20}\b(?:para|por|já|agora)\b.{0,80}",
    r"já (?:é|sou) assinante\b.{0,60}",
    r"(?:al|reeds) abonnee\b.{0,60}", r"(?:word (?:nu )?abonnee|neem een abonnement)\b.{0,80}",
    r"(?:уже (?:подписаны|есть подписка)|оформите подписку)\b.{0,80}",
    r"(?:هل أنت مشترك|مشترك بالفعل).{0,60}", r"(?:この記事は)?(?:有料)?会員(?:限定|専用)(?:記事|です).{0,40}",
    # What stands in for what was not loaded.
    r"loading",
    r"(?:externer|eingebetteter|empfohlener) (?:redaktioneller )?inhalt\b.{0,60}",
    r"ein klick für den datenschutz",
    r"(?:this|the) (?:content|video|post) is (?:not available|hosted by)\b.{0,100}",
    r"(?:your|this) browser (?:does not|doesn't) support\b.{0,100}",
    r"(?:play|watch|view) (?:the )?(?:video|image|gallery|this video)\b.{0,60}",
    r"click to (?:play|enlarge|expand)\b.{0,60}",
    # Comments and rights.
    r"(?:\d+\s+)?comments?|leave a (?:comment|reply)|post a comment|join (?:the|our) (?:conversation|"
    r"comment).{0,60}|kommentare?|kommentar abgeben|commentaires?|comentarios|reacties|"
    r"du musst dich einloggen.{0,60}",
    r"all rights reserved.{0,60}",
    r".{0,60}(?:copyright\b.{0,10}|[©ⓒ]).{0,100}(?:\d{4}|rights reserved|vorbehalten|무단).{0,60}",
    r"article content|story text|main content|end of article|artikel|článek|article|text size|schriftgröße",
)  # fmt: skip
_CREDIT = _whole(
    r"\(?(?:photo|picture|image|foto|bild|photograph|photographs|crédit(?: photo)?|credit|quelle|"
    r"fotografía|фото|bildrechte|bildquelle|source)s?"
    r"(?: (?:by|von|de|par))?\s*[:©]\s*.{2,100}",
    r"©\s*.{2,80}",
    r".{2,60}/(?:reuters|afp|ap|dpa|getty images|epa|imago|shutterstock|picture alliance)\)?",
    r".{2,60} via getty images",
    r".{2,90}© .{2,60}",
)  # fmt: skip
_STAMP = _whole(
    r"(?:last )?(?:updated?|published|posted|modified|stand|aktualisiert|veröffentlicht|publié|mis à jour|"
    r"publicado|actualizado|pubblicato|uppdaterad|publicerad|oppdatert|publisert)\b[^.!?]{0,20}\d.{0,60}",
    r"(?:lesedauer|lesezeit|reading time|temps de lecture|tiempo de lectura|tempo di lettura|leestijd|"
    r"czas czytania)\b.{0,30}",
    r"\d{1,2} min(?:ute)?s?\.?(?: (?:read|lesezeit|de lecture))?",
    r"\d{1,2}:\d{2} min\.{0,2}.{0,60}",
)  # fmt: skip
_BYLINE = re.compile(r"^(?:By|BY|Von|VON|Par|Por|Di|Door|Av|Af) [^\W\d_a-z][\w .,&’'-]{3,60}$")
_REST = _whole(
    r"more from [\w ]{2,40}",
    r"related (?:articles|stories|posts|news|content|topics)",
    r"(?:you (?:may|might) (?:also )?(?:like|enjoy)|recommended for you|read next|up next)\b.{0,30}",
    r"ähnliche artikel|weitere (?:artikel|themen|meldungen)|mehr (?:zum thema|aus .{2,30})|"
    r"das könnte sie auch interessieren|meistgelesen",
    r"(?:articles|sujets) (?:liés|associés|similaires)|sur le même (?:sujet|thème)",
    r"(?:noticias|artículos|contenidos) relacionad[oa]s|te puede interesar|más (?:noticias|información)|"
    r"notizie correlate|articoli correlati|meer over dit onderwerp|gerelateerde artikelen|"
    r"relaterade artiklar|relaterte saker",
    r"powiązane (?:artykuły|tematy)|związane z artykułem|читайте по теме|материалы по теме|"
    r"похожие (?:новости|статьи)|berita terkait|関連記事|おすすめ(?:記事|情報)|관련 ?기사",
    r"leave a (?:comment|reply)|join (?:our commenting forum|the conversation)|kommentar abgeben",
    r"most (?:read|popular|viewed)",
    r"popular",
)  # fmt: skip
"""Headings under which only links to other articles follow."""
LONG_CHARS = 120
"""Nobody writes a paragraph of this length three times over."""
_MAX_REST_SHARE = 0.35
_EMAIL = re.compile(r"\S+@\S+\.\w{2,}")
_TWEET = re.compile(r"^[—–-].{1,80}\(@\w{1,20}\).{0,40}$")
_LEAD_WORDS = re.compile(r"^(?:by|von|par|por|di|door|av|af|text|autor)\s*[:\s]\s*", re.I)


def clean_lines(
    lines: Sequence[str], *, titles: Sequence[str], captions: frozenset[str], names: frozenset[str]
) -> list[str]:
    """Return the lines that are the article's own. `captions` and `names` (authors, sections) are `key`s."""
    lines = _without_rest(lines)
    named = [letters(title) for title in titles if len(title) > 10]
    spellings = [key(line) for line in lines]
    often = _often(spellings)
    kept: list[str] = []
    for at, (line, spelling) in enumerate(zip(lines, spellings, strict=True)):
        if spelling in captions or spelling in often:
            continue
        if at < 6 and _repeats_title(line, named):
            continue
        if len(line) < 260 and (_PROMOTION.match(line) or _TWEET.match(line)):
            continue
        if len(line) < 160 and (
            _CREDIT.match(line) or (len(line) < 80 and (_STAMP.match(line) or _EMAIL.search(line)))
        ):
            continue
        if (
            len(line) < 80
            and _LEAD_WORDS.sub("", spelling).strip(" ,.:|-") in names
            and (at < 5 or at > len(lines) - 3)
        ):
            continue
        if at < 5 and len(line) < 80 and (_BYLINE.match(line) or _only_date(line)):
            continue
        kept.append(line)
    return kept


def _often(spellings: Sequence[str]) -> frozenset[str]:
    """Lines that stand three times or more are a page's furniture: long ones always, others unless they are most."""
    counts = Counter(spellings)
    often = frozenset(spelling for spelling, count in counts.items() if count > 2)
    long = frozenset(spelling for spelling in often if len(spelling) >= LONG_CHARS)
    short = sum(len(each) * counts[each] for each in often - long)
    return often if short < sum(map(len, spellings)) / 2 else long


def _repeats_title(line: str, named: Sequence[str]) -> bool:
    """Whether a line is the title, alone or behind its kicker."""
    said = letters(line)
    return any(said == title or (said.endswith(title) and len(said) < len(title) + 60) for title in named)


def _only_date(line: str) -> bool:
    return (
        any(c.isdigit() for c in line)
        and not line.endswith(("?", "!"))
        and len(line.split()) < 9
        and parse_moment(line) is not None
    )


def _without_rest(lines: Sequence[str]) -> Sequence[str]:
    """Without what follows a heading over other articles, if that is the smaller part."""
    total = sum(map(len, lines)) or 1
    before = 0
    for at, line in enumerate(lines):
        if before / total > 1 - _MAX_REST_SHARE and len(line) < 60 and _REST.match(line):
            return lines[:at]
        before += len(line)
    return lines
