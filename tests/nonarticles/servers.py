# ruff: noqa: E501 - pages stand here as they are served
"""Soft errors, servers' own pages, and bodies that are no page."""

from __future__ import annotations

from tests.nonarticles.frames import STORIES, answer, bare, site, teasers


def missing(words: str, *, title: str, lang: str, related: bool = True) -> str:
    below = teasers(STORIES[lang][:6]) if related and lang in STORIES else ""
    return site(
        f'<section class="error-page">{words}</section><section class="related">{below}</section>',
        title=title,
        lang=lang,
    )


ANSWERS = (
    answer("soft-404-en-related", "not_found", missing(
        "<h1>We can't find that page</h1><p>It may have moved, or the address may be wrong. Here is what others are "
        "reading.</p>", title="The Harbour Post", lang="en")),
    answer("soft-404-en-plain", "not_found", missing(
        "<h1>Sorry, this story is no longer available</h1><p>Our agreement with the agency that wrote it has ended.</p>",
        title="Page unavailable | The Harbour Post", lang="en", related=False)),
    answer("soft-404-oops", "not_found", missing(
        "<h2>Hmm. That didn't work.</h2><p>The link you followed may be broken, or the page may have been removed.</p>",
        title="Error | The Harbour Post", lang="en")),
    answer("soft-404-de", "not_found", missing(
        "<h1>Hoppla!</h1><p>Die Seite, die Sie suchen, gibt es leider nicht (mehr). Vielleicht interessiert Sie das:</p>",
        title="Fehler 404 - Hafenpost", lang="de")),
    answer("soft-404-fr", "not_found", missing(
        "<h1>Oups, cette page n'existe pas ou plus</h1><p>Voici les articles les plus lus.</p>", title="Le Courrier du port", lang="fr")),
    answer("soft-404-es", "not_found", missing(
        "<h1>Lo sentimos</h1><p>La página que busca no está disponible o ha cambiado de dirección.</p>", title="El Diario", lang="es")),
    answer("soft-404-pt", "not_found", missing("<h1>Ops! Página não encontrada</h1>", title="O Porto", lang="pt")),
    answer("soft-404-it", "not_found", missing("<h1>La pagina che cerchi non esiste</h1>", title="Il Porto", lang="it")),
    answer("soft-404-ru", "not_found", missing(
        "<h1>Такой страницы нет</h1><p>Возможно, она была удалена или вы ошиблись адресом.</p>", title="Ошибка", lang="ru")),
    answer("soft-404-fa", "not_found", missing("<h1>خطا</h1><p>صفحه‌ای که به دنبال آن هستید پیدا نشد.</p>", title="خطا", lang="fa")),
    answer("soft-404-ar", "not_found", missing("<h1>عذراً</h1><p>الصفحة التي تبحث عنها غير موجودة.</p>", title="خطأ", lang="ar")),
    answer("soft-404-zh", "not_found", missing("<p>您访问的文章不存在或已被删除</p>", title="提示信息", lang="zh")),
    answer("soft-404-ja", "not_found", missing(
        "<h1>お探しのページは見つかりませんでした</h1><p>記事の公開期間が終了した可能性があります。</p>", title="港日報", lang="ja")),
    answer("soft-404-tr", "not_found", missing("<h1>Aradığınız sayfa bulunamadı</h1>", title="Liman", lang="tr")),
    answer("server-nginx-404", "not_found",
        "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr>"
        "<center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n"),
    answer("server-apache-404", "not_found",
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not '
        "Found</h1>\n<p>The requested URL was not found on this server.</p>\n<hr>\n<address>Apache/2.4.57 (Debian) Server "
        "at www.harbourpost.example Port 443</address>\n</body></html>\n"),
    answer("server-nginx-welcome", "thin parking", bare(
        "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working. "
        'Further configuration is required.</p><p>For online documentation and support please refer to <a href="http://'
        'nginx.org/">nginx.org</a>.</p><p><em>Thank you for using nginx.</em></p>', title="Welcome to nginx!")),
    answer("server-apache-default", "thin parking", bare(
        "<h1>Apache2 Debian Default Page</h1><h2>It works!</h2><p>This is the default welcome page used to test the "
        "correct operation of the Apache2 server after installation on Debian systems. If you can read this page, it "
        "means that the Apache HTTP server installed at this site is working properly. You should replace this file "
        "(located at /var/www/html/index.html) before continuing to operate your HTTP server.</p><p>If you are a normal "
        "user of this web site and don't know what this page is about, this probably means that the site is currently "
        "unavailable due to maintenance. If the problem persists, please contact the site's administrator.</p><h2>"
        "Configuration Overview</h2><p>Debian's Apache2 default configuration is different from the upstream default "
        "configuration, and split into several files optimized for interaction with Debian tools. The configuration "
        "system is fully documented in /usr/share/doc/apache2/README.Debian.gz.</p>", title="Apache2 Debian Default Page: It works")),
    answer("server-iis-start", "thin parking", bare(
        '<div id="container"><a href="https://iis.example/"><img src="iisstart.png" alt="IIS" width="960" height="600"></a></div>',
        title="IIS Windows Server")),
    answer("server-cpanel-default", "thin parking", bare(
        "<h1>SORRY!</h1><p>If you are the owner of this website, please contact your hosting provider: "
        "webmaster@harbourpost.example</p><p>It is possible you have reached this page because: the IP address has "
        "changed, there has been a server misconfiguration, or the site may have moved to a different server.</p>",
        title="Default Web Site Page")),
    answer("server-bad-gateway", "thin challenge broken", bare(
        "<h1>502 Bad Gateway</h1><p>The server returned an invalid or incomplete response.</p>", title="502 Bad Gateway")),
    answer("server-500-trace", "thin broken", bare(
        "<h1>Server Error in '/' Application.</h1><h2><i>Object reference not set to an instance of an object.</i></h2>"
        "<b>Description:</b> An unhandled exception occurred during the execution of the current web request. Please "
        "review the stack trace for more information about the error and where it originated in the code.<pre>[NullReferenceException: Object "
        "reference not set to an instance of an object.]\n  Harbour.Web.Story.Page_Load(Object sender, EventArgs e) in D:\\w\\Story.aspx.cs:41</pre>",
        title="Object reference not set to an instance of an object.")),
    answer("server-database-error", "thin broken", bare("<h1>Error establishing a database connection</h1>", title="Database Error")),
    answer("maintenance-en", "thin", bare(
        '<div class="mt"><img src="/logo.svg" alt="The Harbour Post"><h1>We\'ll be back soon</h1><p>The Harbour Post is '
        "down for scheduled maintenance. We expect to be back by six o'clock. Thank you for your patience.</p></div>",
        title="Maintenance")),
    answer("maintenance-de", "thin", bare(
        "<h1>Wartungsarbeiten</h1><p>Wir arbeiten gerade an unserer Seite und sind in Kürze wieder für Sie da.</p>", title="Hafenpost", lang="de")),
    answer("directory-listing", "index thin",
        '<html><head><title>Index of /world/2026</title></head><body><h1>Index of /world/2026</h1><hr><pre><a href="../">../'
        "</a>\n" + "".join(f'<a href="{n:02}/">{n:02}/</a>        {n:02}-Sep-2026 10:00        -\n' for n in range(1, 24))
        + "</pre><hr></body></html>"),
    answer("json-error", "broken", '{"status":404,"error":"Not Found","path":"/world/2026/09/23"}', "application/json"),
    answer("json-next-data", "broken", '[{"id":300401,"title":"Storm in the harbour"}]', "application/json"),
    answer("plain-text-error", "thin not_found broken", "File not found.\n", "text/html"),
    answer("feed-rss", "index",
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>The Harbour Post</title><item><title>Storm'
        "</title><link>https://www.harbourpost.example/a/300401</link></item></channel></rss>", "application/rss+xml"),
    answer("feed-atom", "index",
        '<?xml version="1.0"?><!-- generated --><feed xmlns="http://www.w3.org/2005/Atom"><title>The Harbour Post</title><entry><title>Storm'
        "</title><updated>2026-09-23T08:20:00Z</updated></entry></feed>", "application/atom+xml"),
    answer("pdf-bytes", "broken", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + bytes(range(256)) * 8, "application/pdf"),
    answer("png-bytes", "broken", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 16),
    answer("webp-bytes", "broken", b"RIFF\x24\x10\x00\x00WEBPVP8 " + bytes(range(256)) * 16),
    answer("mp4-bytes", "broken", b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(range(256)) * 16),
    answer("empty-body", "broken", b""),
    answer("redirect-meta-refresh", "thin index", bare(
        '<p>Redirecting to <a href="https://www.harbourpost.example/">https://www.harbourpost.example/</a>.</p>',
        title="Redirecting", head='<meta http-equiv="refresh" content="0; url=/">')),
    answer("redirect-script", "thin", "<html><head><script>window.location.replace('/');</script></head><body></body></html>"),
    answer("print-stub", "thin", bare(
        '<div class="print"><p class="url">https://www.harbourpost.example/a/300401</p><h1>Storm in the harbour</h1>'
        "<p>Printed on 25 September 2026</p></div><script>window.print()</script>", title="Storm in the harbour")),
    answer("amp-stub", "thin", '<!doctype html><html amp lang="en"><head><meta charset="utf-8"><title>Storm in the harbour</title>'
        '<link rel="canonical" href="https://www.harbourpost.example/a/300401"></head><body><amp-story standalone '
        'title="Storm"><amp-story-page id="1"><amp-img src="/1.jpg"></amp-img></amp-story-page></amp-story></body></html>'),
)  # fmt: skip
