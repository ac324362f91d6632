# ruff: noqa: E501 - pages stand here as they are served
"""Seizure notices and parked domains."""

from __future__ import annotations

from tests.nonarticles.frames import answer, bare

BANNER_STYLE = "<style>body{margin:0;background:#000;text-align:center}img{max-width:100%;height:auto}</style>"
PARKED_HEAD = (
    '<script src="https://ads.parkhost.example/px.js?ch=1"></script><style>.wrap{width:900px;margin:auto}</style>'
    "<script>var abp=true;window.park='eyJ1dWlkIjoiMTIzIn0=';</script>"
)


def parked(words: str, *, title: str, lang: str, related: list[str]) -> str:
    links = "".join(f'<li class="rs"><a href="/?q={n}&amp;t=1">{each}</a></li>' for n, each in enumerate(related))
    return bare(
        f'<div class="wrap"><h1 class="domain">harbourpost.example</h1>{words}<ul class="listing">{links}</ul>'
        '<div id="footer"><a href="javascript:void(0)" onclick="window.open(\'/privacy\')">Privacy Policy</a></div></div>'
        '<noscript><img src="/px.gif?js=0" alt=""></noscript>',
        title=title, lang=lang, head=PARKED_HEAD,
    )  # fmt: skip


ANSWERS = (
    answer("seizure-en-warrant", "seizure", bare(
        '<center><img src="/doj.png" width="120" alt=""><img src="/fbi.png" width="120" alt=""><h1>THIS WEBSITE HAS BEEN SEIZED</h1>'
        "<p>The domain harbourpost.example has been seized by the United States Government in accordance with a seizure "
        "warrant issued pursuant to 18 U.S.C. § 981 and 50 U.S.C. § 1705 by the United States District Court as part of a "
        "law enforcement action by the Bureau of Industry and Security, Office of Export Enforcement and the Federal "
        "Bureau of Investigation.</p></center>", title="harbourpost.example", head=BANNER_STYLE)),
    answer("seizure-en-operation", "seizure", bare(
        '<div class="banner"><h2>Operation Quiet Tide</h2><p>As part of a coordinated international law enforcement '
        "operation, this domain and the servers behind it are now under the control of the authorities of eleven "
        "countries. Data found on them will be analysed and users of the service may expect to be identified.</p>"
        "<p>Europol · NCA · BKA · Politie · FBI · Gendarmerie nationale</p></div>", title="Seized", head=BANNER_STYLE)),
    answer("seizure-picture-without-words", "seizure thin", bare('<img src="/1.jpg">', title="", head=BANNER_STYLE)),
    answer("seizure-picture-background", "seizure thin",
        "<html><head><title>harbourpost.example</title></head><body style=\"background:url('/b/notice-2026.jpg') "
        'no-repeat center/contain;height:100vh"></body></html>'),
    answer("seizure-picture-alt-fr", "seizure", bare(
        '<img src="/img/bandeau.png" alt="Ce nom de domaine a été saisi par la Gendarmerie nationale">',
        title="harbourpost.example", lang="fr", head=BANNER_STYLE)),
    answer("seizure-de", "seizure", bare(
        '<div class="box"><img src="/zit.svg" alt=""><h1>Beschlagnahmt</h1><p>Diese Plattform und der kriminelle Inhalt wurden durch die '
        "Generalstaatsanwaltschaft – Zentralstelle zur Bekämpfung der Internetkriminalität – und das "
        "Bundeskriminalamt beschlagnahmt.</p></div>", title="Beschlagnahmt", lang="de", head=BANNER_STYLE)),
    answer("seizure-fr", "seizure", bare(
        "<h1>Site saisi</h1><p>Par décision du tribunal judiciaire de Paris, l'accès à ce site a été saisi et son "
        "contenu placé sous main de justice dans le cadre d'une enquête préliminaire.</p>", title="Avis", lang="fr")),
    answer("seizure-es", "seizure", bare(
        "<h1>DOMINIO INTERVENIDO</h1><p>Este dominio ha sido intervenido por la Policía Nacional por orden del Juzgado "
        "Central de Instrucción número 5.</p>", title="Dominio intervenido", lang="es")),
    answer("seizure-it", "seizure", bare(
        "<h1>SITO SEQUESTRATO</h1><p>La Guardia di Finanza ha eseguito il sequestro preventivo del sito disposto dal "
        "Giudice per le indagini preliminari del Tribunale di Roma.</p>", title="Avviso", lang="it")),
    answer("seizure-pt", "seizure", bare(
        "<p>Este domínio foi apreendido pela Polícia Federal por ordem judicial no âmbito da Operação Maré.</p>",
        title="Domínio apreendido", lang="pt")),
    answer("seizure-ru", "seizure", bare(
        "<h1>Внимание!</h1><p>Доступ к сайту прекращён. Домен изъят по решению суда в рамках уголовного дела, сервер "
        "передан следственным органам.</p>", title="Сайт недоступен", lang="ru")),
    answer("seizure-fa", "seizure", bare(
        "<h1>اطلاعیه</h1><p>این وب‌سایت به دستور مقام قضایی توقیف شده است و دسترسی به آن امکان‌پذیر نیست.</p>",
        title="اطلاعیه", lang="fa")),
    answer("seizure-ar", "seizure", bare(
        "<h1>إشعار</h1><p>تمت مصادرة هذا الموقع بموجب أمر قضائي صادر عن المحكمة المختصة.</p>", title="إشعار", lang="ar")),
    answer("seizure-tr", "seizure", bare(
        "<h1>Bilgilendirme</h1><p>Bu internet sitesine mahkeme kararıyla el konulmuştur. Alan adı Siber Suçlarla "
        "Mücadele Daire Başkanlığı denetimindedir.</p>", title="Erişim", lang="tr")),
    answer("seizure-zh", "seizure", bare(
        "<h1>公告</h1><p>该网站已被公安机关依法查封，域名及服务器已被扣押，相关人员正在接受调查。</p>", title="公告", lang="zh")),
    answer("blocked-by-order-ru", "seizure challenge", bare(
        "<h1>Доступ ограничен</h1><p>Доступ к информационному ресурсу ограничен на основании Федерального закона от 27 "
        "июля 2006 г. № 149-ФЗ «Об информации, информационных технологиях и о защите информации».</p>",
        title="Доступ ограничен", lang="ru")),
    answer("parking-for-sale-en", "parking", parked(
        '<p class="lead">This domain is available for purchase.</p><a class="btn" href="/offer">Make an offer</a>',
        title="harbourpost.example - For sale", lang="en",
        related=["Harbour Cruises", "Breaking News", "Ferry Tickets", "Used Boats"])),
    answer("parking-for-sale-de", "parking", parked(
        "<p>Die Domain harbourpost.example steht zum Verkauf.</p><p>Jetzt Preis anfragen</p>",
        title="harbourpost.example", lang="de", related=["Hafenrundfahrt", "Nachrichten", "Boote gebraucht"])),
    answer("parking-for-sale-fr", "parking", parked(
        "<p>Le nom de domaine harbourpost.example est à vendre !</p>", title="harbourpost.example", lang="fr",
        related=["Croisières", "Actualités", "Billets"])),
    answer("parking-for-sale-es", "parking", parked(
        "<p>¡El dominio harbourpost.example está en venta!</p>", title="harbourpost.example", lang="es",
        related=["Cruceros", "Noticias", "Billetes"])),
    answer("parking-for-sale-zh", "parking", bare(
        '<div class="sale"><h1>harbourpost.example</h1><p>此域名正在出售！如有意向请联系经纪人。</p></div>',
        title="harbourpost.example 域名出售", lang="zh")),
    answer("parking-for-sale-ja", "parking", bare(
        "<h1>harbourpost.example</h1><p>このドメインは売り出し中です。お問い合わせください。</p>", title="harbourpost.example", lang="ja")),
    answer("parking-ads-only", "parking", parked(
        "<h2>Related searches</h2>", title="harbourpost.example", lang="en",
        related=["Online Newspaper", "Free Credit Report", "Local News Today", "Cheap Flights", "Loans"])),
    answer("parking-registrar", "parking", bare(
        '<div class="hero"><h1>Hello.</h1><p>This domain has just been registered for one of our customers. Are you '
        "the owner? Log in to your control panel to publish your website.</p></div>", title="Future home of something great")),
    answer("parking-expired", "parking", bare(
        "<h1>harbourpost.example has expired</h1><p>If you are the owner of this domain name, renew it now with your "
        "registrar to restore your website and e-mail.</p>", title="Domain expired")),
    answer("parking-suspended-pt", "parking", bare(
        "<h1>Conta suspensa</h1><p>Esta conta de hospedagem foi suspensa. Entre em contato com o suporte do seu "
        "provedor.</p>", title="Conta suspensa", lang="pt")),
)  # fmt: skip
