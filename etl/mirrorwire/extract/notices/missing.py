"""Words of pages that are not there, and of servers that have none to show."""

from __future__ import annotations

from mirrorwire.extract.wording import Wording

NOT_FOUND = Wording(
    r"(?:the )?link you (?:followed|clicked)\b.{0,30}\b(?:broken|expired|outdated)",
    r"(?:page|story|article) may have (?:been (?:removed|moved|deleted)|moved)",
    r"(?:the )?requested url\b.{0,80}\bwas not found|^\W*file not found\W*$",
    r"seite\b.{0,60}\bgibt es (?:leider )?nicht",
    r"(?:cette page|la page)\b.{0,40}n'existe\b",
    r"página (?:que (?:busca|buscas|procura|você procura)|solicitada)\b.{0,40}\bn(?:o|ão) ",
    r"(?:la )?pagina\b.{0,40}\bnon (?:esiste|è (?:stata trovata|disponibile|più))",
    r"так(?:ой|ая) страниц\w+ (?:нет|не )",
    r"страниц\w+\b.{0,40}\b(?:не найдена|не существует|была удалена)",
    r"(?:صفحه|مطلب|خبر)\b.{0,60}(?:یافت|پیدا) (?:نشد|نمی)|(?:صفحه|مطلب)\b.{0,40}وجود ندارد",
    r"(?:الصفحة|المقال)\b.{0,60}(?:غير موجود|لم يتم العثور|لا يمكن العثور)",
    r"(?:页面|文章|网页|頁面|网址|内容|新闻)[^。]{0,12}(?:不存在|已(?:被)?删除|已下线|已失效|無法找到|不見了)",
    r"(?:ページ|記事|url)(?:は|が)?[^。]{0,20}(?:見つかりません|存在しません|削除され)",
    r"(?:페이지|기사)[^.]{0,20}(?:찾을 수 없|존재하지 않|삭제)",
    r"(?:sayfa|haber|içerik)\b.{0,30}\b(?:bulunamadı|mevcut değil|kaldırılmış)",
    r"(?:trang|bài viết)\b.{0,30}\bkhông (?:tồn tại|tìm thấy)",
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
)  # fmt: skip

SERVER = Wording(
    r"^\W*welcome to nginx|\bnginx web server is successfully installed",
    r"\bdefault (?:welcome |web ?site )?page\b.{0,80}\b(?:apache|server|test|works)",
    r"apache2?\b.{0,20}\bdefault page",
    r"^\W*default web ?site page|^\W*(?:iis )?windows server\W*$|^\W*test page for\b",
    r"\b(?:down|closed|offline|unavailable) for (?:scheduled )?(?:maintenance|upgrade)",
    r"under (?:scheduled )?maintenance",
    r"(?:we will|we'll|we’ll) be (?:right )?back (?:soon|shortly)",
    r"^\W*(?:scheduled )?maintenance(?: mode)?\W*$",
    r"wartungsarbeiten",
    r"maintenance en cours",
    r"en mantenimiento",
    r"in manutenzione",
    r"em manutenção|технические работы|bakım(?: çalışması|dayız)|メンテナンス中|系统维护|在维护",
    r"^\W*(?:50[0-4])\b.{0,40}\b(?:gateway|unavailable|error|time-?out)",
    r"^\W*(?:database error|internal server error|bad gateway|service (?:temporarily )?unavailable)\W*$",
    r"error establishing a database connection|an unhandled exception occurred",
)  # fmt: skip
