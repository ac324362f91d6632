"""Months by name in the languages of newspapers, and the days of two calendars that are not the Gregorian one."""

from __future__ import annotations

import re
from datetime import date

_NAMES = """
january jan januar janvier janv enero ene janeiro gennaio gen januari stycznia styczeń sty ledna leden led
januára január ianuarie ian tammikuuta tammikuu ocak oca января январь янв січня січень ιανουαρίου ιαν gener
jaanuar janvāris sausio yanvar;
february feb februar février févr febrero fevereiro fev febbraio februari lutego luty února únor februára
február februarie helmikuuta helmikuu şubat şub февраля февраль февр лютого лютий φεβρουαρίου φεβ febrer
veebruar februāris vasario fevral;
march mar märz maerz mars marzo março maart mrt marts marca marzec března březen bře marec martie március
maaliskuuta maaliskuu mart maret марта март березня березень μαρτίου μάρτιος març märts kovo machi mac;
april apr avril avr abril abr aprile kwietnia kwiecień kwi dubna duben dub apríla apríl aprilie április
huhtikuuta huhtikuu nisan апреля апрель апр квітня квітень απριλίου aprill aprīlis balandžio aprel aprili;
may mai mayo maio maggio mag mei maj maja května květen kvě mája máj május toukokuuta toukokuu mayıs мая май
травня травень μάιος μαΐου μαϊου maig maijs gegužės;
june jun juni juin junio junho giugno giu czerwca czerwiec cze června červen čvn júna jún iunie június kesäkuuta
kesäkuu haziran июня июнь июн червня червень ιουνίου junij juny juuni jūnijs birželio iyun;
july jul juli juillet juil julio julho luglio lug lipca lipiec července červenec čvc júla júl iulie július
heinäkuuta heinäkuu temmuz июля июль июл липня липень ιουλίου julij juliol juuli jūlijs liepos iyul julai;
august aug août agosto ago augustus augusti sierpnia sierpień sie srpna srpen augusta augusztus elokuuta elokuu
ağustos agustus августа август авг серпня серпень αυγούστου avgust agost augusts rugpjūčio avqust agosti;
september sep sept septembre septiembre setiembre setembro set settembre września wrzesień wrz září septembra
septembrie szeptember syyskuuta syyskuu eylül сентября сентябрь сент вересня вересень σεπτεμβρίου setembre
septembris rugsėjo sentyabr septemba;
october oct oktober okt octobre octubre outubro out ottobre ott października październik paź října říjen októbra
október octombrie lokakuuta lokakuu ekim октября октябрь окт жовтня жовтень οκτωβρίου oktoober oktobris spalio
oktyabr oktoba;
november nov novembre noviembre novembro listopada listopad lis listopadu novembra noiembrie marraskuuta
marraskuu kasım ноября ноябрь нояб листопада листопад νοεμβρίου novembris lapkričio noyabr novemba;
december dec dezember dez décembre déc diciembre dic dezembro dicembre desember des grudnia grudzień gru
prosince prosinec decembra decembrie joulukuuta joulukuu aralık декабря декабрь дек грудня грудень δεκεμβρίου
detsember decembris gruodžio dekabr desemba
"""
MONTHS = {name.casefold(): number for number, names in enumerate(_NAMES.split(";"), 1) for name in names.split()}
"""Month names and short forms, folded, in the languages of most newspapers (source: CLDR)."""

_ENGLISH = "january february march april may june july august september october november december".split()
_OTHER_SCRIPTS = """
يناير كانون_الثاني ژانویه ינואר जनवरी জানুয়ারি มกราคม ม.ค. tháng_1 tháng_một;
فبراير شباط فوریه פברואר फरवरी ফেব্রুয়ারি กุมภาพันธ์ ก.พ. tháng_2 tháng_hai;
مارس آذار مارس מרץ मार्च মার্চ มีนาคม มี.ค. tháng_3 tháng_ba;
أبريل ابريل إبريل نيسان آوریل אפריל अप्रैल এপ্রিল เมษายน เม.ย. tháng_4 tháng_tư;
مايو أيار ماي می מאי मई মে พฤษภาคม พ.ค. tháng_5 tháng_năm;
يونيو حزيران ژوئن יוני जून জুন มิถุนายน มิ.ย. tháng_6 tháng_sáu;
يوليو تموز ژوئیه ژوئيه יולי जुलाई জুলাই กรกฎาคม ก.ค. tháng_7 tháng_bảy;
أغسطس آب اوت אוגוסט अगस्त আগস্ট สิงหาคม ส.ค. tháng_8 tháng_tám;
سبتمبر أيلول سپتامبر ספטמבר सितंबर सितम्बर সেপ্টেম্বর กันยายน ก.ย. tháng_9 tháng_chín;
أكتوبر اكتوبر تشرين_الأول اکتبر אוקטובר अक्टूबर অক্টোবর ตุลาคม ต.ค. tháng_10 tháng_mười;
نوفمبر تشرين_الثاني نوامبر נובמבר नवंबर नवम्बर নভেম্বর พฤศจิกายน พ.ย. tháng_11 tháng_mười_một;
ديسمبر كانون_الأول دسامبر דצמבר दिसंबर दिसम्बर ডিসেম্বর ธันวาคม ธ.ค. tháng_12 tháng_mười_hai
"""
_JALALI = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()
_KNOWN = {
    name.replace("_", " "): english
    for english, names in zip(_ENGLISH, _OTHER_SCRIPTS.split(";"), strict=True)
    for name in names.split()
}
_OTHER = re.compile(
    rf"(?<![^\W\d_])[בו]?({'|'.join(sorted(map(re.escape, _KNOWN), key=len, reverse=True))})(?![^\W\d_])", re.I
)
_JALALI_WORDS = re.compile(rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(_JALALI)})\s*(?:ماه)?\s*،?\s*(1[34]\d{{2}})(?!\d)")
_JALALI_DIGITS = re.compile(r"(?<!\d)(1[34]\d{2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{1,2})(?!\d)")
_BUDDHIST = re.compile(r"(?<!\d)(25[5-9]\d)(?!\d)")
_THAI = re.compile("[\u0e00-\u0e7f]")
_TWICE = re.compile(r"\b([a-z]{3,9})\s*[/(]\s*\1\s*\)?")
_AFTERNOON = re.compile(r"(\d:\d{2})\s*(?:م|مساء|مساءً)(?!\w)|(?:下午|晚上|午後|오후)\s?(\d{1,2}[:時时시])")
_DAYS_TO_YEAR_1 = 365
"""`date.toordinal` counts from year 1."""


def in_english(text: str) -> str:
    """Return a text with the months of other scripts in English, Jalali and Buddhist dates as Gregorian ones, and the
    afternoon as pm."""
    text = _JALALI_WORDS.sub(lambda d: _jalali(int(d[3]), _JALALI.index(d[2]) + 1, int(d[1])) or d[0], text)
    text = _JALALI_DIGITS.sub(lambda d: _jalali(int(d[1]), int(d[2]), int(d[3])) or d[0], text)
    if text.isascii():
        return text
    if _THAI.search(text):
        text = _BUDDHIST.sub(lambda year: str(int(year[1]) - 543), text)
    text = _AFTERNOON.sub(lambda clock: f"{clock[1]} pm" if clock[1] else f" pm {clock[2]}", text)
    return _TWICE.sub(r"\1 ", _OTHER.sub(lambda month: f" {_KNOWN[month[1].lower()]} ", text))


def _jalali(year: int, month: int, day: int) -> str | None:
    """The Gregorian day of a Jalali one, as ISO 8601; `None` for one that there is not."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    cycles = year + 1595
    days = 365 * cycles + cycles // 33 * 8 + (cycles % 33 + 3) // 4 - 355_668 + day
    days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return date.fromordinal(days - _DAYS_TO_YEAR_1).isoformat()
