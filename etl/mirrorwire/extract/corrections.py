"""An article's notes of correction: those that structured data states, and those that stand in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mirrorwire.extract.normalize import distinct, letters
from mirrorwire.extract.structured import Structured, text_of

MAX_NOTES = 10
MIN_NOTE_CHARS = 8
MAX_NOTE_CHARS = 2_000
"""A longer paragraph is a story about corrections, not one."""
_HEAD_CHARS = 160
_SAID_CHARS = 600

_LABELS = """
corrections? (?:and|&) clarifications?|corrections?|corrected|clarifications?|erratum|errata|editor['’`]?s['’`]? notes?
note from the editors?|korrektur(?:hinweis)?|berichtigung|richtigstellung|(?:anmerkung|hinweis) der redaktion
anm\\. d\\. red\\.|correction|rectificatif|rectification|précision|note de la rédaction|ndlr|corrección|correcciones
rectificación|fe de errat[ao]s?|fe de errores|nota (?:de la redacción|del editor|da redação|do editor|della redazione)
aclaración|correção|retificação|erramos|correzione|rettifica|errata corrige|precisazione|correctie|rectificatie
(?:noot|naschrift) van de redactie|rättelse|korrigering|rettelse|retting|korreksjon|oikaisu|korjaus|sprostowanie|korekta
od redakcji|oprava|oprava a omluva|poznámka redakce|helyesbítés|helyreigazítás|erată|corecție|düzeltme
editörün notu|διόρθωση|διευκρίνιση|исправление|уточнение|поправка|от редакции|примечание редакции|виправлення
уточнення|від редакції|примітка редакції|تصحيح|تنويه|توضيح|اصلاحیه|تصحیح|תיקון|הבהרה
भूल सुधार|koreksi|ralat|catatan redaksi|đính chính|訂正|おわび|お詫び|お断り|編集部注|更正|勘误|勘誤
编者按|編者按|编者注|編者註|정정|바로잡습니다|편집자 ?주
""".strip().replace("\n", "|")
_LABEL = re.compile(
    rf"[\W_]{{0,4}}(?:{_LABELS})"
    r"(?:\s?[(\[（][^)\]）]{0,60}[)\]）]|,[^:：]{0,50}|\s[^:：.]{0,30}\d[^:：]{0,30})?\s{0,3}(?:[:：】\]］]|\s?[–—]\s|\s-\s)",
    re.I,
)
_SAYS_SO = re.compile(
    r"\b(?:earlier|previous|original|prior|first) version of (?:this|the|our) [a-z]{3,12}\b"
    r"|\bthis (?:article|story|headline|post|piece|report|column|review|page) (?:has been|was|is) "
    r"(?:amended|corrected|clarified|updated to (?:correct|clarify|reflect that))\b"
    r"|\bin einer (?:früheren|vorherigen|ersten|älteren|vorigen|ursprünglichen) (?:version|fassung)\b"
    r"|\b(?:une|la|cette) (?:première |précédente )?version (?:précédente |antérieure |initiale )?"
    r"de (?:cet|l['’]) ?article\b"
    r"|\buna versión (?:anterior|previa|inicial) de est[ea] \w{3,12}\b"
    r"|\b(?:uma |n[ua]ma )?versão (?:anterior|inicial) (?:deste|desta|do|da) \w{3,12}\b"
    r"|\b(?:una|nella) versione precedente di quest[oa]? ?['’]?\w{3,12}\b"
    r"|\bin een eerdere versie van dit\b|\been eerdere versie van dit\b"
    r"|\bi en (?:tidigare|tidligere) versj?i?on\b"
    r"|\bjutun aiemmassa versiossa\b|\bjutussa luki aiemmin\b"
    r"|\bwe? (?:wcześniejszej|poprzedniej|pierwotnej) wersji (?:tego )?(?:artykułu|tekstu)\b"
    r"|\bv (?:předchozí|dřívější|původní) verzi (?:tohoto )?(?:článku|textu)\b"
    r"|\ba cikk (?:korábbi|eredeti|előző) (?:változat|verzió)"
    r"|\bîntr-o versiune (?:anterioară|precedentă)\b|\bhaberin önceki (?:versiyon|hal)"
    r"|\bв (?:более ранней|предыдущей|первоначальной|первой) версии\b"
    r"|\bу (?:попередній|первісній|першій) версії\b"
    r"|نسخة سابقة من هذ|نسخه (?:قبلی|پیشین) این|この記事の以前の|当初の記事|本文此前版本|本文早前版本|기사의 이전 버전",
    re.I,
)

_SAID_WORDS = (
    "vers", "amended", "corrected", "clarified", "updated to", "fassung", "jutussa", "wersji", "verzi", "változat",
    "haberin", "верс", "نسخة سابقة", "نسخه", "以前の", "当初の", "版本", "버전",
)  # fmt: skip
"""Each of the sentences holds one of these: most paragraphs hold none, and are not searched at every character."""


def read_corrections(data: Structured, text: str) -> tuple[tuple[str, ...], str]:
    """Return the notes as they stand, and where the first was found. Paragraphs of `text` that are notes stay in it.

    A paragraph is one if it begins with a word for correction or editor's note and a colon, or says of the article
    itself that an earlier version read otherwise.
    """
    stated = list(_stated(data.article.get("correction")))
    said = letters(" ".join(stated)) if stated else ""
    shown = [line for line in text.split("\n") if is_correction(line) and letters(line) not in said]
    notes = distinct([*stated, *shown], MAX_NOTES, MAX_NOTE_CHARS)
    return notes, ("json-ld" if stated else "text") if notes else ""


def is_correction(paragraph: str) -> bool:
    """Whether a paragraph is a note of correction, or of the editors'."""
    if not MIN_NOTE_CHARS <= len(paragraph) <= MAX_NOTE_CHARS:
        return False
    if _LABEL.match(paragraph[:_HEAD_CHARS]):
        return True
    said = paragraph[:_SAID_CHARS]
    folded = said.casefold()
    return any(word in folded for word in _SAID_WORDS) and _SAYS_SO.search(said) is not None


def _stated(value: Any) -> Iterator[str]:
    """The texts of schema.org's `correction`: text, a CorrectionComment, or several; an address is none."""
    for each in value[:MAX_NOTES] if isinstance(value, list) else [value]:
        said = each.get("text") or each.get("description") or each.get("name") if isinstance(each, Mapping) else each
        text = text_of(said, MAX_NOTE_CHARS)
        if text and not text.startswith(("http://", "https://")):
            yield text
