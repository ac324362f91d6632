"""The words of pages that answer in an article's place, in the languages of those who put them there."""

from __future__ import annotations

import re

from etl.records import VerdictKind


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


TITLE_ONLY: tuple[tuple[VerdictKind, re.Pattern[str]], ...] = (
    (
        "not_found",
        _any(
            r"^\s*(?:error\s*|http\s*)?404\b",
            r"\b404\s*(?:not found|error|[-–|:]|$)",
            r"\berror 404\b",
            r"^\s*(?:410\s*)?gone\s*$",
            r"^\s*not found\s*$",
            r"^\s*oops\b",
        ),
    ),
    (
        "challenge",
        _any(
            r"^\s*just a moment",
            r"^\s*attention required",
            r"^\s*access denied",
            r"^\s*one moment,? please",
            r"^\s*(?:403\b|forbidden\s*$)",
            r"^\s*ddos-guard",
            r"^\s*un momento\b.{0,5}$",
            r"^\s*nur einen moment",
            r"^\s*un instant\b.{0,5}$",
            r"^\s*робот\b",
            r"^\s*(?:are you (?:a )?(?:robot|human)|robot check|security check|human verification|captcha)",
        ),
    ),
    (
        "login",
        _any(
            r"^\s*(?:log ?in|sign ?in|anmelden|einloggen|connexion|se connecter|identifiez-vous|iniciar sesión|"
            r"accedi|inloggen|logga in|"
            r"logg inn|log ind|zaloguj się|вход|entrar)\b.{0,40}$",
        ),
    ),
    (
        "parking",
        _any(
            r"^\s*(?:[a-z0-9-]+\.)+[a-z]{2,}\s*(?:is for sale|steht zum verkauf|est à vendre|está en venta|"
            r"è in vendita|te koop)"
        ),
    ),
    (
        "consent",
        _any(
            r"^\s*(?:before you continue|your privacy|we value your privacy|cookie consent|cookies? (?:settings|"
            r"policy)|privacy settings|"
            r"(?:einwilligung|zustimmung|datenschutz-?einstellungen)|consentement|gestion des cookies|"
            r"consentimiento|privacy gate|"
            r"we and our partners)\b",
        ),
    ),
)
"""Short wordings that mean it only as a page's title or heading."""

NOTICES: tuple[tuple[VerdictKind, re.Pattern[str]], ...] = (
    (
        "seizure",
        _any(
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
        ),
    ),
    (
        "parking",
        _any(
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
            r"account (?:has been )?suspended", r"sedoparking|parkingcrew|bodis\.com|hugedomains|dan\.com",
        ),
    ),
    (
        "challenge",
        _any(
            r"checking (?:your browser|if the site connection is secure)",
            r"verify(?:ing)? (?:that )?you(?:'| a)re (?:a )?(?:human|not a robot)",
            r"verify you are (?:a )?human",
            r"enable javascript and cookies to continue",
            r"(?:please )?(?:enable|turn on) javascript\b.{0,60}\b(?:to (?:continue|view|proceed)|reload)",
            r"pardon our interruption",
            r"performance (?:&|and) security by cloudflare",
            r"cloudflare ray id",
            r"\bddos (?:protection|guard)\b",
            r"complete the (?:captcha|security check)",
            r"unusual traffic from your",
            r"you (?:have been|were) blocked",
            r"you don't have permission to access",
            r"(?:solve|enter) the captcha",
            r"press (?:&|and) hold to confirm",
            r"ihr browser wird überprüft",
            r"sie (?:ein mensch|kein roboter) sind",
            r"vérification (?:de votre navigateur|que vous êtes humain)",
            r"vous n'êtes pas un robot",
            r"verifi\w+ (?:que|si) (?:eres|usted es) (?:un )?human",
            r"no eres un robot",
            r"non sei un robot",
            r"проверка (?:вашего )?браузера",
            r"вы не робот",
            r"подтвердите, что",
            r"正在(?:检查|验证)",
            r"ブラウザを確認",
            r"aby kontynuować, włącz javascript",
            r"controleren? (?:van )?uw browser",
            r"checking the site connection",
        ),
    ),
    (
        "consent",
        _any(
            r"before you continue to\b",
            r"(?:accept|reject) all cookies\b.{0,200}\b(?:continue|manage|reject|accept)",
            r"we (?:and our \d* ?partners )?(?:use|store|need)\b.{0,60}\bcookies\b.{0,300}\b(?:accept|agree|"
            r"consent)",
            r"\byour consent\b.{0,200}\b(?:partners|cookies|data)",
            r"mit werbung (?:und tracking )?(?:weiterlesen|lesen)",
            r"(?:zustimmen|akzeptieren) und weiter",
            r"bitte stimmen sie\b.{0,100}\b(?:cookies|zu)\b",
            r"continuer sans accepter",
            r"(?:accepter|refuser) (?:tout|et continuer|les cookies)",
            r"aceptar (?:y continuar|todas? las cookies|cookies)",
            r"accetta (?:e continua|tutti i cookie)",
            r"alle cookies accepteren|akkoord gaan met cookies",
            r"godkänn alla (?:cookies|kakor)",
            r"akceptuj(?:ę)? (?:wszystkie|i przejdź)",
            r"přijmout vše\b",
        ),
    ),
    (
        "login",
        _any(
            r"\b(?:log ?in|sign ?in) (?:to (?:continue|read|your account|access)|required)",
            r"please (?:log|sign) ?in\b",
            r"you (?:must|need to) (?:be logged in|log ?in|sign ?in)",
            r"(?:bitte )?(?:melden sie sich|loggen sie sich)\b.{0,30}\b(?:an|ein)\b",
            r"(?:veuillez vous|pour continuer,? )(?:identifier|connecter|connectez)",
            r"(?:inicia|iniciar|inicie) sesión (?:para|con)",
            r"(?:accedi|effettua il login) (?:per|al tuo)",
            r"войдите,? чтобы",
            r"zaloguj się,? (?:aby|żeby)",
            r"log (?:in|inn|ind) (?:om|for|på)",
        ),
    ),
    (
        "not_found",
        _any(
            r"page (?:you (?:requested|are looking for|were looking for)\b.{0,60})?(?:not found|cannot be found|"
            r"can't be found|could not be found|(?:does not|doesn't) exist|no longer (?:exists|available))",
            r"(?:the|this) (?:page|article|story|content)\b.{0,60}(?:does not exist|doesn't exist|was not found|"
            r"could not be found|couldn't be found|can't be found|has been (?:removed|deleted|moved)|"
            r"is no longer available)",
            r"(?:we )?(?:can't|cannot|couldn't|could not) find (?:the|that|this) page",
            r"nothing (?:was )?found (?:here|at this)",
            r"seite (?:wurde )?(?:leider )?nicht gefunden",
            r"(?:diese|die (?:gewünschte|angeforderte|gesuchte)) seite\b.{0,60}(?:existiert nicht|"
            r"nicht (?:gefunden|mehr|verfügbar))",
            r"page (?:introuvable|non trouvée|inexistante)",
            r"(?:la|cette) page\b.{0,60}(?:n'existe (?:pas|plus)|introuvable)",
            r"página (?:no encontrada|não encontrada|no existe)",
            r"(?:la|a|esta) página\b.{0,60}(?:no (?:existe|se (?:ha )?encuentra|está disponible)|não (?:existe|"
            r"foi encontrada))",
            r"no (?:se )?(?:ha )?enc[uo]ntra(?:do|mos) la página",
            r"pagina (?:non trovata|niet gevonden|inesistente)",
            r"страница не (?:найдена|существует)",
            r"сторінк\w+ не знайдено",
            r"sidan (?:kunde inte hittas|hittades inte|finns inte)",
            r"siden (?:blev ikke fundet|finnes ikke|ble ikke funnet)",
            r"sivua ei löyd",
            r"(?:strona|strony) nie (?:została znaleziona|istnieje|znaleziono)",
            r"nie znaleziono (?:strony|artykułu)",
            r"stránka nen(?:alezena|í)|stránku se nepodařilo",
            r"sayfa bulunamadı",
            r"halaman tidak ditemukan",
            r"صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد",
            r"الصفحة غير موجودة",
            r"页面不存在|找不到(?:该)?页面",
            r"ページ(?:が|は)見つかりません",
            r"페이지를 찾을 수 없",
            r"पृष्ठ नहीं मिला",
        ),
    ),
)  # fmt: skip
"""Wordings that mean it anywhere in a page that does not say it is an article."""

SEIZURE_PICTURE = _any(
    r"seiz(?:ed|ure)", r"beschlagnahm", r"\bsaisie?\b", r"incautad|confiscad", r"sequestr(?:o|ato)", r"изъят|арест"
)
"""What the name or the alternative text of a notice's picture says, where the picture is all there is."""
