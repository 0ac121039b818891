"""Which entries are fixed pages of a site, such as About, Contact and Imprint, and not posts.

Many generators of sites list every page in their feed, those without a date among them. All signs must agree: the
entry has no date in a document that dates others, it is directly below the site's address, and it is named like such
a page, by its title or by its address. Pages of authors and tags are further down, and have no words of their own.
"""

# ruff: noqa: RUF001 - names of pages in many scripts

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from aggregator.model import Entry

_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]")  # of European scripts; the marks of others make other letters


def folded(name: str) -> str:
    """Return a name in lower case, without accents, and with single spaces for all that is no letter or digit."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i"))
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", letters))
    return " ".join(_WORD.findall(plain))


# In the languages of the feeds that this was tried with, most of them written as their sites do.
_NAMES = frozenset(
    folded(name)
    for names in (
        "about, about me, about us, about this site, about this blog, bio, description, intro, introduction, now, uses",
        "contact, contact me, contact us, imprint, legal, legal notice, disclaimer, colophon, cookies, cookie policy",
        "privacy, privacy policy, terms, terms of service, terms of use, license, résumé, cv, curriculum vitae",
        "search, search results, archive, archives, tags, categories, home, sitemap, site map, blogroll, subscribe",
        "404, 404 not found, 404 page not found, not found, page not found, offline, thanks, thank you",
        "über, über mich, über uns, ueber, ueber mich, ueber uns, kontakt, impressum, datenschutz, haftungsausschluss",
        "datenschutzerklärung, datenschutzerklaerung, agb, suche, suchergebnisse, archiv, startseite, lebenslauf",
        "à propos, apropos, qui suis-je, qui sommes-nous, contactez-moi, mentions légales, confidentialité, accueil",
        "politique de confidentialité, recherche, résultats de recherche, plan du site, étiquettes",
        "acerca, acerca de, acerca de mí, sobre mí, quién soy, quiénes somos, contacto, aviso legal, privacidad",
        "política de privacidad, buscar, búsqueda, resultados de la búsqueda, archivo, archivos, inicio, etiquetas",
        "sobre, sobre mim, sobre nós, quem somos, contato, contatos, busca, pesquisa, resultados da pesquisa",
        "resultados da busca, política de privacidade, arquivo, arquivos, página inicial, termos de uso",
        "chi sono, chi siamo, informazioni, contatti, contatto, note legali, informativa sulla privacy, cerca",
        "ricerca, risultati della ricerca, archivio",
        "om, om mig, om oss, om sidan, sök, integritetspolicy, over, over mij, over ons, zoeken, oor, oor my",
        "o mně, o nás, o mne, o nas, o mnie, o projektu, kontakty, hledat, vyhledávání, hľadať, vyhľadávanie",
        "hakkımda, hakkımızda, iletişim, gizlilik politikası, arama, arşiv",
        "обо мне, о себе, о нас, о блоге, о сайте, о проекте, контакты, поиск, архив, политика конфиденциальности",
        "σχετικά, επικοινωνία, αναζήτηση, αρχείο",
        "关于, 关于我, 关于我们, 关于本站, 联系, 联系我, 联系我们, 搜索, 归档, 标签, 分类, 友链, 友情链接, 隐私政策",
        "關於, 關於我, 聯絡, 聯絡我, 搜尋, 歸檔, 標籤",
        "私について, このサイトについて, このブログについて, プロフィール, お問い合わせ, プライバシーポリシー, 検索, アーカイブ",
        "소개, 연락처, 검색, 개인정보 처리방침, 태그",
        "درباره, درباره ما, درباره من, تماس, تماس با ما, جستجو, بایگانی, ہمارے بارے میں, رابطہ, تلاش",
        "ನಮ್ಮ ಬಗ್ಗೆ, ಸಂಪರ್ಕ",
    )
    for name in names.split(", ")
)
# Folders with a page for each author, tag or category.
_LISTS = frozenset(
    ("author", "authors", "autor", "autoren", "auteur", "autore", "tag", "tags", "category", "categories")
)


def fixed_pages(
    entries: Sequence[Entry], *, site: str | None, dates: Sequence[datetime | None]
) -> frozenset[int]:
    """Return the places of the fixed pages among a document's entries.

    `site` is the address that the document gives of its site; `dates` are those of all entries of the document.
    """
    if site is None or not any(dates):
        return frozenset()
    return frozenset(
        place for place, entry in enumerate(entries) if entry.date is None and _is_page(entry, site)
    )


def _is_page(entry: Entry, site: str) -> bool:
    match _below(entry.link, site):
        case (name,):
            return folded(entry.title) in _NAMES or folded(PurePosixPath(name).stem) in _NAMES
        case (folder, _):
            return folder in _LISTS and not entry.text
    return False


def _below(link: str | None, site: str) -> tuple[str, ...]:
    """Return the parts of a link's path below the site's; () if it is elsewhere."""
    page, home = urlsplit(link or ""), urlsplit(site)
    if page.hostname != home.hostname or page.query:
        return ()
    root, path = _parts(home.path), _parts(page.path)
    return path[len(root) :] if path[: len(root)] == root else ()


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in unquote(path).split("/") if part)
