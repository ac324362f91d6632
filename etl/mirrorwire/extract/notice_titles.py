"""Headings that say what a page is: short wordings that mean it only as a title, and a publisher's own documents."""

from __future__ import annotations

from mirrorwire.core.records import VerdictKind
from mirrorwire.extract.wording import Wording

TITLE_ONLY: tuple[tuple[VerdictKind, Wording], ...] = (
    (
        "not_found",
        Wording(
            r"^\s*(?:error\s*|http\s*)?404\s*(?:$|[-–—|:.,!]|not found|page|error|file)",
            r"^\s*(?:error|http)\s*404\b",
            r"\b404\s*(?:not found|error|[-–|:]|$)",
            r"\berror 404\b",
            r"^\s*(?:410\s*)?gone\s*$",
            r"^\s*not found\s*$",
            r"^\s*oops\b",
            r"^\s*(?:error|fehler|erreur|errore|erro|hata|ошибка|помилка|خطا|خطأ|错误|提示信息|エラー|오류)\s*(?:\d{3}\b"
            r".{0,30}|[-–|].{0,40})?$",
            r"^\s*page (?:unavailable|not available)\b",
        ),
    ),
    (
        "challenge",
        Wording(
            r"^\s*just a moment",
            r"^\s*attention required",
            r"^\s*access denied",
            r"^\s*one moment,? please",
            r"^\s*(?:(?:error\s*|http\s*)?403\s*(?:$|[-–—|:.,!]|forbidden|error|access)|forbidden\s*$)",
            r"^\s*ddos-guard",
            r"^\s*un momento\b.{0,5}$",
            r"^\s*nur einen moment",
            r"^\s*un instant\b.{0,5}$",
            r"^\s*робот\b",
            r"^\s*(?:error\s*|http\s*)?(?:429|451)\s*(?:$|[-–—|:.,!]|error|too many|unavailable)",
            r"\b(?:too many requests|unavailable (?:due to|for) legal reasons)\b",
            r"^\s*error: the request\b",
            r"^\s*access to this page has been denied",
            r"^\s*(?:request (?:unsuccessful|blocked|rejected)|(?:web )?page blocked|blocked)\b.{0,20}$",
            r"\b(?:капча|captcha)\b\W{0,3}$",
            r"^\s*(?:安全验证|安全検証|人机验证|セキュリティ(?:確認|チェック)|보안 확인"
            r"|güvenlik (?:kontrolü|doğrulaması))",
            r"^\s*(?:sicherheits(?:überprüfung|abfrage)|contrôle de sécurité|verificación de seguridad"
            r"|controllo di sicurezza)",
            r"^\s*(?:are you (?:a )?(?:robot|human)|robot check|security check|human verification|captcha)",
        ),
    ),
    (
        "login",
        Wording(
            r"^\s*(?:log ?in|sign ?in|anmelden|einloggen|connexion|se connecter|identifiez-vous|iniciar sesión|"
            r"accedi|inloggen|logga in|"
            r"logg inn|log ind|zaloguj się|вход|entrar)\b.{0,40}$",
            r"^\s*(?:会員限定|有料会員限定|登录|ログイン|로그인|giriş yap|ورود|تسجيل الدخول)",
        ),
    ),
    (
        "parking",
        Wording(
            r"^\s*(?:[a-z0-9-]+\.)+[a-z]{2,}\s*(?:is for sale|steht zum verkauf|est à vendre|está en venta|"
            r"è in vendita|te koop)"
            r"|^\s*(?:[a-z0-9-]+\.)+[a-z]{2,}\s*[-–|:]?\s*(?:for sale|has expired|域名出售|domain expired)",
            r"^\s*(?:domain (?:for sale|expired|parking)|account suspended|conta suspensa|cuenta suspendida"
            r"|compte suspendu|konto gesperrt)",
        ),
    ),
    (
        "consent",
        Wording(
            r"^\s*(?:before you continue|your privacy|we value your privacy|cookie consent|cookies? (?:settings|"
            r"policy)|privacy settings|"
            r"(?:einwilligung|zustimmung|datenschutz-?einstellungen)|consentement|gestion des cookies|"
            r"consentimiento|privacy gate|"
            r"we and our partners)\b",
        ),
    ),
)
"""Short wordings that mean it only as a page's title or heading."""

DOCUMENT = Wording(
    r"^\W*(?:the )?(?:terms|privacy|cookie|legal|copyright|imprint|disclaimer|accessibility"
    r"|subscri|newsletter)\w*\b.{0,30}$",
    r"^\W*(?:editorial (?:policy|standards)|corrections?|code of (?:conduct|ethics)"
    r"|comment(?:s|ing) (?:policy|rules))\b.{0,30}$",
    r"^\W*(?:about(?: (?:us|the)\b.{0,25})?|contact(?: us)?|help|faqs?|frequently asked.{0,20}"
    r"|advertise.{0,15}|careers)\W*$",
    r"^\W*(?:impressum|datenschutz|allgemeine geschäfts|agb\b|nutzungsbedingungen|über uns|kontakt\b"
    r"|hilfe\b|mediadaten)\w*.{0,30}$",
    r"^\W*(?:mentions légales|politique de|conditions (?:générales|d'utilisation)|qui sommes|à propos"
    r"|nous contacter|contactez)\b.{0,30}$",
    r"^\W*(?:aviso legal|política de|términos|condiciones|quiénes somos|contacto\b|termos|sobre nós"
    r"|fale conosco|expediente\b)\b.{0,30}$",
    r"^\W*(?:informativa|note legali|condizioni|chi siamo|contatti\b|algemene voorwaarden"
    r"|privacyverklaring|over ons)\b.{0,30}$",
    r"^\W*(?:пользовательское соглашение|политика (?:конфиденц|обработки)|условия использования|о нас"
    r"|о редакции|контакты)",
    r"^\W*(?:gizlilik|kullanım koşulları|künye|hakkımızda|iletişim)\b.{0,30}$",
    r"^\W*(?:حریم خصوصی|درباره ما|تماس با ما|قوانین|سياسة الخصوصية|شروط الاستخدام|من نحن|اتصل بنا)",
    r"^\W*(?:隐私(?:政策|权)|使用条款|服务条款|关于我们|联系我们|プライバシー|利用規約|会社概要|お問い合わせ|개인정보|이용약관|회사소개)",
)
"""Headings of what a publisher says about itself: long prose under the newspaper's frame, and no report."""
