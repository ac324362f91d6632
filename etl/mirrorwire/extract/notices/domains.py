"""Words of a domain that is no newspaper's any more: seized, for sale, expired."""

from __future__ import annotations

from mirrorwire.extract.wording import Wording

SEIZURE = Wording(
    r"(?:domain|web ?site|site|server|service)\b.{0,80}\b(?:has|have) been seized",
    r"\bseized by the\b.{0,120}(?:government|fbi|police|court|department|bureau|authorit)",
    r"seizure (?:warrant|notice|order)",
    r"this (?:domain|website|site) (?:was|is) seized",
    r"\bthis (?:domain|website|site|hidden site) has been seized",
    r"\bseized pursuant to\b",
    r"(?:domain|web ?site|seite|server)\b.{0,80}\b(?:wurde|ist)\b.{0,40}\bbeschlagnahmt",
    r"beschlagnahme(?:beschluss|anordnung)",
    r"(?:domaine|site)\b.{0,80}\b(?:a été|est)\s+saisie?\b",
    r"(?:dominio|sitio)\b.{0,80}\b(?:ha sido|fue)\s+(?:incautad|confiscad|decomisad)o",
    r"(?:dominio|sito)\b.{0,80}\b(?:è stato|sottoposto a)\s+(?:posto sotto )?sequestr",
    r"decreto di sequestro",
    r"(?:domínio|site)\b.{0,80}\bfoi\s+(?:apreendid|confiscad)o",
    r"(?:domein|domeinnaam|website)\b.{0,80}\bin beslag genomen",
    r"(?:домен|сайт|ресурс)\w*\b.{0,80}(?:арестован|изъят|конфискован)",
    r"(?:doména|doménu|domena|domenę|strona)\b.{0,80}(?:zabaven|zajęt|przejęt|skonfiskowan)",
    r"(?:domän\w*|webbplats\w*)\b.{0,80}(?:beslagtag|tagits i beslag)",
    r"(?:دامنه|وب‌?سایت)\b.{0,80}(?:توقیف|مصادره|ضبط)",
    r"(?:النطاق|الموقع)\b.{0,80}(?:مصادرة|الاستيلاء|حجز)",
    r"alan adı\w*\b.{0,80}el konul",
    r"^\W*(?:seized|beschlagnahmt|sito sequestrato|site saisi|dominio intervenido|сайт арестован|изъято)\W*$",
    r"\b(?:this|the) (?:domain|website|site|servers?)\b.{0,80}\bunder (?:the )?control of\b"
    r".{0,40}\b(?:authorit|police|law)",
    r"(?:plattform|inhalte?|internetseite|webseite|seite|domain)\b.{0,200}\bbeschlagnahmt\b",
    r"\b(?:contenu|accès)\b.{0,80}\b(?:saisie?|sous main de justice)\b",
    r"(?:dominio|sitio|página)\b.{0,80}\b(?:ha sido|fue)\s+(?:intervenid|bloquead)o por (?:la |orden|el )",
    r"sequestro preventivo\b",
    r"(?:مصادرة|حجز|ضبط|الاستيلاء على)\b.{0,30}(?:الموقع|النطاق)",
    r"(?:internet site|web ?site|alan adı|site)\w*\b.{0,80}\bel konul",
    r"(?:网站|網站|域名|平台)[^。]{0,40}(?:查封|扣押|没收|沒收)",
    r"(?:サイト|ドメイン)[^。]{0,30}(?:押収|差し押さえ)",
    r"доступ\b.{0,80}\b(?:ограничен|заблокирован)\b.{0,60}\b(?:на основании|по решению|роскомнадзор|закон)",
    r"(?:domena|strona|serwis)\b.{0,80}\bzabezpieczon\w+ przez (?:policj|prokurat)",
)  # fmt: skip

SEIZURE_PICTURE = Wording(
    r"seiz(?:ed|ure)",
    r"beschlagnahm",
    r"\bsaisie?\b",
    r"incautad",
    r"confiscad",
    r"sequestr(?:o|ato)",
    r"изъят",
    r"арест",
)
"""What the name or the alternative text of a notice's picture says, where the picture is all there is."""

PARKING = Wording(
    r"\b(?:buy|purchase|acquire) this domain",
    r"this domain (?:name )?(?:is|may be|might be) for sale",
    r"domain (?:name )?is for sale",
    r"domain (?:is )?parked",
    r"parked (?:free|domain|page)",
    r"this domain (?:name )?(?:has )?(?:expired|is available|is registered)",
    r"related searches\b.{0,200}\bprivacy policy",
    r"inquire about this domain",
    r"diese domain (?:steht|kaufen|ist zu verkaufen|wurde registriert)",
    r"domain (?:steht )?zum verkauf",
    r"(?:ce|nom de) domaine\b.{0,40}(?:est )?(?:à vendre|en vente|disponible)",
    r"(?:este )?dominio\b.{0,40}(?:está )?(?:en venta|a la venta|a venda|à venda|in vendita)",
    r"(?:этот )?домен\b.{0,40}(?:продаётся|продается|припаркован|выставлен)",
    r"dit domein is te koop",
    r"domena (?:jest )?na sprzedaż",
    r"doména je na prodej",
    r"域名.{0,10}(?:出售|转让)",
    r"このドメイン.{0,12}(?:販売|売)",
    r"satılık (?:domain|alan adı)",
    r"this domain (?:name )?(?:is )?available for (?:purchase|sale)",
    r"(?:this )?domain (?:name )?has (?:just )?been registered",
    r"(?:this )?domain(?: name)?,? \b[a-z0-9-]{1,63}\.[a-z]{2,24} (?:has expired|is for sale|is parked)",
    r"\b[a-z0-9-]{1,63}\.[a-z]{2,24} (?:has expired|is for sale|steht zum verkauf|est à vendre|está (?:en"
    r"|à) venta|è in vendita)",
    r"if you are the owner of this domain(?: name)?\b.{0,60}\brenew",
    r"die domain\b.{0,60}\b(?:steht|zum verkauf|zu verkaufen|erworben)",
    r"(?:conta|cuenta|account|compte|konto)\b.{0,30}\b(?:foi suspensa|suspendida|sospeso|suspendu"
    r"|gesperrt)\b.{0,80}\b(?:host|suport|soport|assist|anbiet|provid|proveed)",
    r"(?:domínio|domain)\b.{0,40}\b(?:à venda|está disponível)",
    r"(?:このドメイン|当ドメイン)[^。]{0,20}(?:売り出し|取得)",
    r"(?:دامنه|النطاق)\b.{0,40}(?:فروش|للبيع)",
    r"account (?:has been )?suspended", r"sedoparking|parkingcrew|bodis\.com|hugedomains|dan\.com",
)  # fmt: skip
