"""Removes parts of a text that do not belong to the post.

A table of rules, each with its reason. A rule that would leave nothing is not applied.
"""

# ruff: noqa: RUF001 - phrases in many scripts

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aggregator.normalize.text import words_only

Lines = list[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A phrase at the end of a text, or a separate line, and why it does not belong to the post."""

    reason: str
    pattern: re.Pattern[str]
    signs: tuple[str, ...] = ()  # in lower case: a text without any of them is not matched

    def may_be_in(self, lower: str) -> bool:
        """Whether a text, in lower case, has a sign of the phrase."""
        return any(map(lower.__contains__, self.signs))


def _at_end(reason: str, pattern: str, *signs: str) -> Rule:
    return Rule(reason, re.compile(rf"(?:^|(?<=[\s.…!?)\]])){pattern}\s*$", re.IGNORECASE), signs)


_MOST_ENDINGS = 10  # of one text
_LONGEST_LINE = 700  # characters that a line of boilerplate may have
_LONGEST_ENDING = 900
_SIGNS = 20  # at most, characters around a heading that are not words
FEWEST = 4  # words of a title with which no sentence begins by chance
_ARROW = r"[\s.…»\u203a→>⟶&]*"

# Wordings of links to the whole post, each capitalized: within a sentence the words are the author's.
_TO_THE_WHOLE = (
    "Read full topic|Vollständiges Thema lesen|Ganzes Thema lesen|Lire le sujet (?:en entier|complet)"
    "|Leer (?:el )?tema completo|Leggi l.intero argomento|Ler tópico completo|Lees (?:het )?volledige topic"
    "|Leggi (?:tutto|di più|ancora|il resto|l.articolo(?: completo)?)|Continua (?:a leggere|la lettura)|Scopri di più|Per saperne di più"
    "|Weiterlesen|Weiter lesen|Mehr (?:lesen|erfahren|dazu)|Artikel lesen|Hier weiterlesen|Lesen Sie (?:hier )?weiter|(?:Den )?[Gg]anzen (?:Artikel|Beitrag) lesen"
    "|Zum (?:ganzen |vollständigen )?(?:Artikel|Beitrag)"
    "|Lire la suite(?: (?:de|sur) .{1,80})?|Lire plus|Lire l.article(?: complet)?|En savoir plus|Continuer (?:la|à) (?:lecture|lire)"
    "|Leer más|Ver más|Leer todo|Leer (?:el )?(?:artículo|post) completo|Seguir leyendo|Sigue leyendo|Continua[r] leyendo|Continúa leyendo"
    "|Leia mais|Ler mais|Ver mais|Leia (?:o (?:artigo|post) completo|a matéria completa)|Saiba mais|Continu(?:e|ar) (?:lendo|a ler)"
    "|Lees meer|Lees verder|Meer lezen|Verder lezen|Lees het (?:hele|volledige) (?:artikel|bericht)"
    "|Czytaj (?:więcej|dalej|całość)|Przeczytaj (?:więcej|cały (?:wpis|artykuł))|Číst (?:dál|dále|více|celé)|Přečíst (?:celé|více)|Celý článek|Pokračovat ve čtení|Čítať ďalej"
    "|Läs (?:mer|vidare|hela (?:artikeln|inlägget))|Fortsätt läsa|Les (?:mer|videre|hele saken)|Læs (?:mere|videre|hele (?:artiklen|indlægget))|Lue (?:lisää|koko juttu)|Jatka lukemista"
    "|Читать (?:далее|дальше|полностью|целиком|ещё|статью)|Подробнее|Читати (?:далі|більше)|Детальніше|Докладніше"
    "|Devamını [Oo]ku(?:yun)?|Tovább(?: olvasom| a cikkhez)|Cite[șş]te (?:mai mult|mai departe|tot articolul)|Διαβάστε (?:περισσότερα|τη συνέχεια)"
    "|Прочети още|Прочитај више|Pročitaj više|Preberi več|Skaityti (?:daugiau|toliau)|Lasīt vairāk|Loe edasi|Irakurri gehiago|Llegeix(?:-ne)? més|Continua llegint|Baca [Ss]elengkapnya|Đọc (?:tiếp|thêm)|Xem thêm"
    "|続きを読む|続きはこちら|もっと読む|全文を読む|阅读全文|阅读更多|继续阅读|查看(?:全文|更多)|閱讀全文|閱讀更多|繼續閱讀|더 ?보기|더 읽기|계속 읽기|자세히 보기|อ่านต่อ|อ่านเพิ่มเติม|और पढ़ें"
    "|קרא(?:ו)? עוד|המשך (?:לקרוא|קריאה)|להמשך קריאה|[اإ]قرأ المزيد|أكمل القراءة|متابعة القراءة|ادامه مطلب|بیشتر بخوانید"
)
# The same in a line of its own, whatever the case of its letters.
_TO_THE_WHOLE_IN_ENGLISH = (
    "(?:read|see|view)(?: on| more| it)?(?: the| in)?(?: full| entire| original| whole| rest of (?:the|this))?"
    "(?: post| article| story| entry| topic| more| here)|(?:continue|keep) reading|click here to (?:read|see|view|continue)(?: more)?"
    "|full (?:story|article|post)|learn more|more ?(?=[.…»›→>)\\]])(?!\\.$)|permalink|leave a comment|(?:no|\\d+) comments?"
)
_SIGNS_OF_THEM = (
    "topic", "thema", "sujet", "tema completo", "argomento", "leggi", "lettura", "leggere", "lesen", "artikel", "beitrag",
    "lire", "savoir plus", "lecture", "leer ", "leyendo", "leia", "ler ", "lendo", "saiba", "lees ", "lezen", "czytaj",
    "číst", "článek", "čten", "čítať", "läs", "les ", "læs", "lue ", "lukem", "чита", "подробнее", "ніше", "devam", "tovább",
    "citește", "διαβ", "llegi", "baca ", "đọc", "xem ", "読む", "阅读", "全文", "閱讀", "보기", "읽기", "קרא", "לקרוא", "المزيد",
    "القراءة", "ادامه", "scopri", "saperne", "mehr", "ver más", "ver mais", "meer lezen", "přečíst", "hele", "koko juttu",
    "mai mult", "прочети", "прочитај", "pročitaj", "preberi", "skaityti", "lasīt", "loe edasi", "irakurri", "続き", "查看", "보기",
    "อ่าน", "पढ़ें", "קריאה", "بخوانید", "matéria",
)  # fmt: skip

_POSTS = "posts?|messages?|beitr[aä]ge?|publicaci[oó]n(?:es)?|mensajes?|mensage(?:m|ns)|berichten?|inlägg|сообщени\\w+"
_PEOPLE = "participants?|teilnehmer\\w*|participantes?|partecipant[ei]|deelnemers?|deltagare|участник\\w*"

ENDINGS = (
    _at_end(
        "themes and forums link to the whole post, in the language of the site",
        rf"[(\[]?(?-i:{_TO_THE_WHOLE})(?: ?(?::|de )? ?[“„«\"'].{{1,200}}[”“»\"'])?[)\]]?{_ARROW}[)\]]?",
        *_SIGNS_OF_THEM,
    ),
    _at_end(
        "phpBB ends each post with it, in the language of the board",
        r"(?:Statisti\w{1,5}|Estad[ií]sticas?|Estatísticas?|Статистик[аи]|Statystyk[ai]|İstatistikler|統計|统计) ?: .{1,200}",
        "statisti",
        "estad",
        "estat",
        "статистик",
        "statystyk",
        "statistikler",
        "統計",
        "统计",
    ),
    _at_end(
        "Lemmy's own links below each post",
        r"submitted by \S+ to .{1,100}? -?\d+ points? \| \d+ comments?",
        "submitted by",
    ),
    _at_end(
        "WordPress adds it to every item",
        r"The post .{1,300}? (?:appeared first|first appeared) on .{1,150}",
        "the post ",
    ),
    _at_end(
        "WordPress in other languages",
        r"(?:Der Beitrag .{1,300}? erschien zuerst auf|L.article .{1,300}? est apparu en premier sur"
        r"|La entrada .{1,300}? (?:se publicó primero en|aparece primero en)|Het bericht .{1,300}? verscheen eerst op"
        r"|O post .{1,300}? apareceu primeiro em) .{1,150}",
        "der beitrag ",
        "est apparu en premier sur",
        "la entrada ",
        "het bericht ",
        "o post ",
    ),
    _at_end(
        "themes link to the whole post",
        rf"[(\[]?(?-i:Read|READ|See|View) (?:more|the (?:rest|full (?:post|article|story)).{{0,80}})[)\]]?{_ARROW}",
        "more",
        "the rest",
        "the full",
    ),
    _at_end(
        "themes link to the whole post", r"(?-i:Continue|CONTINUE|Keep) reading(?: .{0,200})?[→»…]", "reading"
    ),
    _at_end(
        "themes link to the whole post",
        rf"[(\[]?(?-i:Continue|CONTINUE|Keep) reading{_ARROW}[)\]]?",
        "reading",
    ),
    _at_end(
        "a cut made by WordPress", r"(?:\[\s*(?:…|\.\.\.|&hellip;)\s*\]|\(\s*(?:…|\.\.\.)\s*\))", "]", ")"
    ),
    _at_end(
        "Reddit's own links below each post",
        r"submitted by\s+/?u/\S+(?:\s+to\s+r/\S+)?\s+\[link\]\s+\[comments\]",
        "submitted by",
    ),
    _at_end(
        "Reddit's own links below each post, as they were in its first years",
        r"submitted by\s+\S+(?:\s+to\s+\S+)?\s+\[link\]\s+\[\d+ comments?\]",
        "submitted by",
    ),
    _at_end("linuxfr.org ends each post with it", r"Lire les commentaires", "lire les"),
    _at_end(
        "magazines that show a part link to the whole",
        r"To read this article in full,? please click here",
        "click here",
    ),
    _at_end("Quora ends each item with it", r"See question on Quora", "quora"),
    _at_end(
        "Substack asks for a subscription in each post",
        r"(?:Thanks for reading .{1,120}! )?(?:This post is public so feel free to share it\. )?(?:[^.!?]{1,80} is a"
        r" reader-supported publication\. )?(?:Subscribe for free )?[Tt]o receive new posts and support (?:my|our)"
        r" work, consider becoming a free or paid subscriber\.",
        "paid subscriber",
    ),
    _at_end(
        "a blog's own note for readers of its feed",
        r"\[If the formatting looks odd in your feed reader, visit the original article\]",
        "original article",
    ),
    _at_end("links below each post of a blog", r"(?:∞\s*)?Permalink(?:\s*\|\s*Comments)?", "permalink"),
    _at_end("links to the parts of the page", r"Jump to: (?:[^|.]{1,60} \| )+[^|.]{1,60}", "jump to"),
    _at_end(
        "a link to the web page of a mail",
        r"View (?:this )?(?:post|email|article) (?:on|in) (?:the|your) (?:web|browser)",
        "view ",
    ),
)
LINES = (
    Rule(
        "Discourse counts posts and people below each topic",
        re.compile(rf"\d+ (?:{_POSTS}) [-\u2013] \d+ (?:{_PEOPLE})", re.IGNORECASE),
    ),
    Rule(
        "Substack asks for a subscription between the paragraphs too",
        re.compile(
            r"Thanks for reading .{1,120}! (?:Subscribe for free|This post is public so feel free to share it\.).{0,200}"
            r"|[^.!?]{1,80} is a reader-supported publication\. To receive new posts and support (?:my|our) work, .{1,200}"
        ),
    ),
    Rule(
        "Reddit's own links below each post",
        re.compile(
            r"submitted by\s+/?u/\S+(?:\s+to\s+r/\S+)?(?:\s+\[link\]\s+\[comments\])?|\[link\]\s+\[(?:\d+ )?comments?\]",
            re.IGNORECASE,
        ),
    ),
    Rule(
        "Lemmy's own links below each post",
        re.compile(r"submitted by \S+ to \S+|-?\d+ points? \| \d+ comments?"),
    ),
    Rule(
        "links to the whole post",
        re.compile(rf"[(\[]?(?:{_TO_THE_WHOLE}|{_TO_THE_WHOLE_IN_ENGLISH}){_ARROW}[)\]]?", re.IGNORECASE),
    ),
    Rule(
        "feeds of Hacker News count what is there",
        re.compile(r"article url: https?://\S+|(?:points|# comments): \d+", re.IGNORECASE),
    ),
    Rule(
        "buttons that share a post",
        re.compile(
            # Atomic: each part matches in one way only, otherwise a line of n parts would have 2^n.
            r"(?>share(?: this| on| via)?:?|tweet(?: this)?|(?:click to )?(?:on |to )?"
            r"(?:facebook|twitter|linkedin|reddit|pinterest|whatsapp|telegram|email|x)(?: \(opens in new window\))?|like loading\.\.\.|[\s|,•])++",
            re.IGNORECASE,
        ),
    ),
    Rule(
        "Medium ends each item with it",
        re.compile(
            r".{1,300} was originally published in .{1,150} on Medium, where people are continuing the conversation"
            r" by highlighting and responding to this story\."
        ),
    ),
    Rule(
        "a label, not a text",
        re.compile(
            r"advertisement|table of contents|permalink|comments?|comments url:.{0,300}", re.IGNORECASE
        ),
    ),
)
_ANY_LINE = re.compile(
    "|".join(
        f"(?{'i' if rule.pattern.flags & re.IGNORECASE else ''}:{rule.pattern.pattern})" for rule in LINES
    )
)


def without_boilerplate(lines: Sequence[str], title: str) -> Lines:
    """Return the lines that belong to the post; all of them if none would be left."""
    steps: tuple[Callable[[Lines], Lines], ...] = (
        lambda found: [line for line in found if not _is_boilerplate(line)],
        lambda found: _without_title(found, title),
        _without_endings,
    )
    kept = list(lines)
    for step in steps:
        kept = step(kept) or kept
    return kept


def _is_boilerplate(line: str) -> bool:
    return len(line) <= _LONGEST_LINE and _ANY_LINE.fullmatch(line) is not None


def _without_title(lines: Lines, title: str) -> Lines:
    """Drop a heading that repeats the title, but not a sentence that begins with its words."""
    if not lines or not title:
        return lines
    if len(lines[0]) < 2 * len(title) + _SIGNS and words_only(lines[0]) == words_only(title):
        return lines[1:]
    # The alt of a picture, as in Cloudflare's blog: several words, followed by the beginning of a sentence.
    is_caption = lines[0].startswith(title) and len(title.split()) >= FEWEST
    if is_caption and re.match(r" [A-Z]\w* ", rest := lines[0][len(title) :]):
        return [rest.strip(), *lines[1:]]
    return lines


def _without_endings(lines: Lines) -> Lines:
    """Cut one ending after the other: an ellipsis may be followed by a link to the rest."""
    kept = list(lines)
    for _ in range(_MOST_ENDINGS):
        if not kept or (shorter := _cut(kept[-1])) == kept[-1]:
            break
        kept[-1:] = [shorter] if shorter else []
    return kept


def _cut(line: str) -> str:
    tail = line[-_LONGEST_ENDING:]
    lower = tail.lower()
    for rule in ENDINGS:
        if rule.may_be_in(lower) and (match := rule.pattern.search(tail)):
            return (line[:-_LONGEST_ENDING] + tail[: match.start()]).rstrip()
    return line
