# ruff: noqa: E501 - pages stand here as they are served
"""What stands around the words: a newspaper's own frame in several languages, and the bare frame of a service's page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

NAVIGATION = {
    "en": "News World Politics Business Sport Culture Opinion Travel Weather Video",
    "de": "Nachrichten Politik Wirtschaft Sport Kultur Meinung Reise Wetter Video Panorama",
    "fr": "Actualités Monde Politique Économie Sport Culture Opinions Voyages Météo Vidéos",
    "es": "Noticias Mundo Política Economía Deportes Cultura Opinión Viajes Tiempo Vídeos",
    "pt": "Notícias Mundo Política Economia Esportes Cultura Opinião Viagem Tempo Vídeos",
    "it": "Notizie Mondo Politica Economia Sport Cultura Opinioni Viaggi Meteo Video",
    "ru": "Новости Мир Политика Экономика Спорт Культура Мнения Путешествия Погода Видео",
    "tr": "Haberler Dünya Siyaset Ekonomi Spor Kültür Görüş Seyahat Hava Video",
    "fa": "اخبار جهان سیاست اقتصاد ورزش فرهنگ دیدگاه سفر هوا ویدیو",
    "ar": "أخبار العالم السياسة الاقتصاد الرياضة الثقافة الرأي السفر الطقس فيديو",
    "zh": "新闻 国际 政治 财经 体育 文化 评论 旅游 天气 视频",
    "ja": "ニュース 国際 政治 経済 スポーツ 文化 社説 旅 天気 動画",
}
FOOTERS = {
    "en": "Contact Imprint Privacy Terms Advertise Careers", "de": "Kontakt Impressum Datenschutz AGB Mediadaten Karriere",
    "fr": "Contact Mentions Confidentialité CGU Publicité Emplois", "es": "Contacto Legal Privacidad Términos Publicidad Empleo",
    "pt": "Contato Expediente Privacidade Termos Anuncie Carreiras", "it": "Contatti Redazione Privacy Termini Pubblicità Lavoro",
    "ru": "Контакты Редакция Конфиденциальность Условия Реклама Вакансии", "tr": "İletişim Künye Gizlilik Koşullar Reklam Kariyer",
    "fa": "تماس درباره حریم شرایط تبلیغات همکاری", "ar": "اتصل من-نحن الخصوصية الشروط أعلن وظائف",
    "zh": "联系 关于 隐私 条款 广告 招聘", "ja": "問合せ 会社概要 プライバシー 規約 広告 採用",
}  # fmt: skip
SCRIPTS = (
    "<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}"
    "gtag('js',new Date());gtag('config','G-1X2Y3Z');</script>"
    '<script async src="/static/js/app.8f21c.js"></script>'
    "<style>.site-header{display:flex}.btn--primary{background:#0a4}</style>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page of the set: what it may be called (never an article), and its bytes."""

    name: str
    kinds: frozenset[str]
    body: bytes
    content_type: str | None = "text/html; charset=utf-8"


def answer(name: str, kinds: str, body: str | bytes, content_type: str | None = "text/html; charset=utf-8") -> Answer:
    """Return a page of the set; `kinds` apart by spaces."""
    data = body.encode() if isinstance(body, str) else body
    return Answer(name=name, kinds=frozenset(kinds.split()), body=data, content_type=content_type)


def bare(main: str, *, title: str, lang: str = "en", head: str = "") -> str:
    """Return the page of a service that has no newspaper around it."""
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"{head}\n</head>\n<body>\n{main}\n</body>\n</html>\n"
    )


def site(main: str, *, title: str, lang: str = "en", head: str = "") -> str:
    """Return a newspaper's page around `main`: header with a log-in form, navigation, newsletter, footer, scripts."""
    direction = ' dir="rtl"' if lang in ("fa", "ar") else ""
    sections = "".join(
        f'<li class="nav__item"><a href="/{lang}/s/{n}">{name}</a></li>'
        for n, name in enumerate(NAVIGATION[lang].split())
    )
    foot = "".join(
        f'<a class="foot__link" href="/page/{n}">{name}</a> ' for n, name in enumerate(FOOTERS[lang].split())
    )
    publisher = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "NewsMediaOrganization", "name": "The Harbour Post", "url": "https://www.harbourpost.example/"},
            {"@type": "WebSite", "url": "https://www.harbourpost.example/", "name": "The Harbour Post"},
        ],
    }
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"{direction} class="no-js">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{title}</title>\n<meta property="og:site_name" content="The Harbour Post">\n'
        f'<link rel="stylesheet" href="/static/main.css">{SCRIPTS}\n'
        f'<script type="application/ld+json">{json.dumps(publisher)}</script>\n{head}\n</head>\n'
        '<body class="template"><header class="site-header"><a class="logo" href="/"><img src="/logo.svg" '
        f'alt="The Harbour Post"></a><nav class="nav"><ul>{sections}</ul></nav>'
        '<div class="search"><form action="/search"><input name="q" type="search"></form></div></header>\n'
        f'<main id="content" class="layout">{main}</main>\n'
        f'<footer class="site-footer"><p>{foot}</p><p class="legal">© 2026 The Harbour Post Media Group</p></footer>\n'
        '<div id="cmp-root" aria-hidden="true"></div><script src="/static/js/vendor.js" defer></script>\n</body></html>\n'
    )


def teasers(
    stories: list[tuple[str, str]], *, heading: str = "h3", dated: bool = False, by: str = "", start: int = 300500
) -> str:
    """Return a list of story cards: a linked heading, a picture, a teaser, where asked for a time and a byline."""
    cards = []
    for n, (headline, text) in enumerate(stories):
        time = f'<time class="card__time" datetime="2026-09-{23 - n % 9}T0{n % 9}:15:00+02:00">{n + 1} h</time>'
        byline = f'<span class="card__byline">{by}</span>' if by else ""
        cards.append(
            f'<div class="card card--river" data-id="{start + n}"><a class="card__image" href="/a/{start + n}"><img '
            f'loading="lazy" src="/img/{start + n}.jpg" alt=""></a><{heading} class="card__title"><a href="/a/'
            f'{start + n}">{escape(headline)}</a></{heading}>{time if dated else ""}{byline}'
            f'<p class="card__text">{escape(text)}</p></div>'
        )
    return f'<div class="river">{"".join(cards)}</div>'


STORIES = {
    "en": [
        ("Ferry service to the islands resumes after nine days", "Divers cleared the last of the wreckage on Tuesday, and the first boat left with two hundred passengers on board."),
        ("Parliament votes on the fishing quota tonight", "The government says it has the votes. Three of its own members from the coast have said they will abstain."),
        ("Why the old lighthouse is leaning", "Engineers measured the tower for a year. What they found under its foundation surprised even the keeper."),
        ("Champions lose at home for the first time since March", "A late goal settled a match that neither side deserved to win, and the coach knew it."),
        ("Rents in the harbour quarter double in five years", "New figures show that almost every second flat is now let to visitors for a few nights at a time."),
        ("The last typewriter shop in the city closes", "After seventy years behind the counter the owner hands the keys back, and keeps one machine."),
        ("Port strike enters its second week", "Containers are piling up on both sides of the bay while the union and the operators wait for each other."),
        ("Heavy rain expected along the whole coast", "The weather service warns of floods in the low streets from Thursday evening on."),
        ("A museum for the boats that never came back", "Families have lent photographs, letters and a rudder. The opening is planned for spring."),
        ("New tram line will miss the hospital by a mile", "The council defends its route, and doctors write an open letter that is hard to answer."),
        ("Scientists count fewer seabirds than ever", "Only a third of the nests on the cliffs were taken this year, a survey of volunteers says."),
        ("Court hears the case of the vanished cargo", "Forty tonnes of copper left one port and never reached the next. Two captains say they saw nothing."),
    ],
    "de": [
        ("Fähre zu den Inseln fährt nach neun Tagen wieder", "Taucher haben die letzten Trümmer beseitigt, am Dienstag legte das erste Schiff mit zweihundert Gästen ab."),
        ("Landtag stimmt heute über die Fangquote ab", "Die Regierung gibt sich sicher. Drei Abgeordnete von der Küste wollen sich enthalten."),
        ("Warum der alte Leuchtturm schief steht", "Ein Jahr lang haben Ingenieure gemessen. Was sie unter dem Fundament fanden, hat alle überrascht."),
        ("Meister verliert erstmals seit März zu Hause", "Ein spätes Tor entschied ein Spiel, das keine der beiden Mannschaften verdient hatte zu gewinnen."),
        ("Mieten im Hafenviertel haben sich verdoppelt", "Fast jede zweite Wohnung wird inzwischen nächteweise an Besucher vermietet, zeigen neue Zahlen."),
        ("Letztes Schreibmaschinengeschäft schließt", "Nach siebzig Jahren gibt der Inhaber die Schlüssel ab und behält nur eine einzige Maschine."),
        ("Hafenstreik geht in die zweite Woche", "Auf beiden Seiten der Bucht stapeln sich die Container, während alle aufeinander warten."),
        ("Starkregen an der ganzen Küste erwartet", "Der Wetterdienst warnt ab Donnerstagabend vor Überflutungen in den tiefer gelegenen Straßen."),
    ],
    "fr": [
        ("Le bac vers les îles repart après neuf jours", "Les plongeurs ont dégagé les derniers débris mardi et le premier bateau est parti avec deux cents passagers."),
        ("L'Assemblée vote ce soir les quotas de pêche", "Le gouvernement dit avoir les voix. Trois députés de la côte ont annoncé leur abstention."),
        ("Pourquoi le vieux phare penche", "Des ingénieurs l'ont mesuré pendant un an. Ce qu'ils ont trouvé a surpris jusqu'au gardien."),
        ("Les champions battus à domicile", "Un but tardif a décidé d'un match que personne ne méritait de gagner."),
        ("Les loyers du port ont doublé en cinq ans", "Près d'un logement sur deux est désormais loué à la nuit, selon de nouveaux chiffres."),
        ("La grève du port entre dans sa deuxième semaine", "Les conteneurs s'entassent des deux côtés de la baie."),
        ("De fortes pluies attendues sur toute la côte", "Météo marine met en garde contre des inondations à partir de jeudi soir."),
    ],
    "es": [
        ("El ferri a las islas vuelve tras nueve días", "Los buzos retiraron el martes los últimos restos y el primer barco zarpó con doscientos pasajeros."),
        ("El Parlamento vota esta noche la cuota de pesca", "El Gobierno dice tener los votos. Tres diputados de la costa se abstendrán."),
        ("Por qué se inclina el viejo faro", "Los ingenieros midieron la torre durante un año y lo que hallaron sorprendió a todos."),
        ("Los campeones pierden en casa", "Un gol tardío decidió un partido que ninguno de los dos mereció ganar."),
        ("Los alquileres del puerto se duplican", "Casi uno de cada dos pisos se alquila ya por noches, según nuevas cifras."),
        ("La huelga del puerto entra en su segunda semana", "Los contenedores se acumulan a ambos lados de la bahía."),
        ("Se esperan lluvias fuertes en toda la costa", "El servicio meteorológico avisa de inundaciones desde el jueves por la tarde."),
    ],
    "ru": [
        ("Паром на острова снова ходит после девяти дней", "Во вторник водолазы убрали последние обломки, и первый рейс ушёл с двумя сотнями пассажиров."),
        ("Парламент голосует сегодня о квотах на рыбу", "Правительство уверено в голосах. Трое депутатов с побережья намерены воздержаться."),
        ("Почему наклоняется старый маяк", "Инженеры целый год измеряли башню, и найденное под фундаментом удивило даже смотрителя."),
        ("Чемпионы впервые с марта проиграли дома", "Поздний гол решил матч, который никто не заслужил выиграть."),
        ("Аренда в портовом квартале выросла вдвое", "Почти каждая вторая квартира теперь сдаётся посуточно, говорят новые данные."),
        ("Забастовка в порту длится вторую неделю", "По обе стороны бухты растут ряды контейнеров, а стороны ждут друг друга."),
        ("На всём побережье ждут сильных дождей", "Синоптики предупреждают о паводках с вечера четверга."),
    ],
    "zh": [
        ("停航九天后海岛轮渡恢复", "潜水员周二清理了最后的残骸，首班船载着两百名乘客离港。"),
        ("议会今晚表决捕捞配额", "政府表示已有足够票数，三名沿海议员称将弃权。"),
        ("老灯塔为何倾斜", "工程师测量了一年，地基下的发现令所有人吃惊。"),
        ("卫冕冠军主场落败", "一粒迟来的进球决定了这场谁都不配赢的比赛。"),
        ("港区房租五年翻倍", "新数据显示，近半数住房已改为按日出租。"),
        ("港口罢工进入第二周", "海湾两岸集装箱堆积如山，双方仍在等待。"),
        ("沿海将迎强降雨", "气象部门警告周四晚起低洼街道可能积水。"),
    ],
}  # fmt: skip
"""Stories that no publisher wrote: headline and teaser."""
