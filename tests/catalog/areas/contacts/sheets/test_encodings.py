"""Files in any encoding: read rightly, or asked about; never read as letters that nobody wrote."""

from __future__ import annotations

import random

import pytest

from reply_mcp.catalog.areas.contacts.sheets.encodings import decode

NAMES = {
    "German": "Jörg Müller Jürgen Schäfer Günter Größer Käthe Bäcker Björn König Sören Krüger Anja Lösch Uwe Weiß",
    "French": "François Lefèvre Hélène Côté Jérôme Bénard André Gérard Zoé Noël Crépin Maëlle Benoît Irène Émile",
    "Spanish": "José Núñez María Muñoz Andrés Peña Óscar Ibáñez Sofía Martínez Raúl Pérez Íñigo Begoña Cañas",
    "Portuguese": "João Conceição Antônio Gonçalves Luís Simões Inês Magalhães Cátia Falcão Estêvão Araújo",
    "Danish": "Søren Ågård Åsa Kjær Jørgen Nærum Bjørn Håkon Kåre Næss",
    "Polish": "Łukasz Żółty Paweł Wiśniewski Agnieszka Dąbrowska Michał Kamiński Małgorzata Wójcik Stanisław Zając",
    "Czech": "Jiří Dvořák Tomáš Němec Lukáš Procházka Věra Růžičková Zdeněk Černý Šárka Veselá Ondřej Kříž",
    "Hungarian": "László Tóth Ágnes Szabó József Kovács Győző Fehér Zsófia Erdős Béla Szűcs Gergő Vörös Dezső",
    "Romanian": "Ştefan Popescu Ioniţă Ţurcanu Mădălina Bălan Răzvan Şerban Cătălin Păun",
    "Russian": "Иван Петров Ольга Сидорова Дмитрий Кузнецов Наталья Волкова Сергей Смирнов Юрий Жуков",
    "Ukrainian": "Олександр Шевченко Наталія Коваленко Андрій Бондаренко Ірина Їжак Сергій Гнатюк Юлія Мельник",
    "Greek": "Γιώργος Παπαδόπουλος Μαρία Νικολάου Νίκος Γεωργίου Ελένη Δημητρίου Χρήστος Οικονόμου",
    "Turkish": "Ayşe Yıldız Mehmet Şahin İsmail Çelik Gülşen Öztürk Çağlar Güneş Işıl Kılıç Tuğba Doğan",
    "Hebrew": "דוד כהן שרה לוי משה מזרחי רחל פרץ יוסף אברהם",
    "Arabic": "محمد أحمد فاطمة علي يوسف حسن مريم خالد عبدالله الشريف",
    "Latvian": "Jānis Bērziņš Līga Kalniņa Māris Ozoliņš Ģirts Liepiņš Ēriks Krūmiņš",
    "Japanese": "太郎 山田 花子 佐藤 健一 鈴木 美咲 高橋 翔太 渡辺 さくら 伊藤 タカシ 中村 直樹 小林 由美子 加藤",
    "Chinese": "伟 王 芳 李 秀英 张 敏 刘 静 陈 丽 杨 强 赵 磊 黄 洋 周 艳 吴 建国 徐 晓明 孙",
    "traditional Chinese": "偉 王 芳 李 秀英 張 敏 劉 靜 陳 麗 楊 強 趙 志明 黃 淑芬 林 雅婷 吳 俊傑 蔡",
    "Korean": "민준 김 서연 이 지훈 박 수빈 최 예은 정 도윤 강 하윤 조 시우 윤",
    "Thai": "สมชาย ใจดี สุดา แก้วมณี ประเสริฐ ทองคำ มานะ ศรีสุข",
}
ENCODED = [
    *(("German", one) for one in ("cp1252", "cp850", "cp437", "mac_roman", "iso8859_15")),
    *(("French", one) for one in ("cp1252", "cp850", "mac_roman")),
    ("Spanish", "cp1252"),
    ("Portuguese", "cp1252"),
    ("Danish", "cp1252"),
    *(("Polish", one) for one in ("cp1250", "iso8859_2", "cp852")),
    *(("Czech", one) for one in ("cp1250", "iso8859_2")),
    ("Hungarian", "cp1250"),
    ("Romanian", "cp1250"),
    *(("Russian", one) for one in ("cp1251", "koi8_r", "cp866")),
    *(("Ukrainian", one) for one in ("cp1251", "koi8_u")),
    ("Greek", "cp1253"),
    ("Turkish", "cp1254"),
    ("Hebrew", "cp1255"),
    ("Arabic", "cp1256"),
    ("Latvian", "cp1257"),
    *(("Japanese", one) for one in ("cp932", "euc_jp")),
    ("Chinese", "gb18030"),
    ("traditional Chinese", "big5"),
    ("Korean", "cp949"),
    ("Thai", "cp874"),
]


def sheet_of(language: str, people: int, seed: int = 1) -> str:
    choose = random.Random(seed)
    names = NAMES[language].split()
    rows = (f"{choose.choice(names)};{choose.choice(names)};p{i}@acme.example\r\n" for i in range(people))
    return "First Name;Last Name;Email\r\n" + "".join(rows)


@pytest.mark.parametrize(("language", "encoding"), ENCODED)
def test_forty_people_are_read_as_they_were_written(language: str, encoding: str) -> None:
    text = sheet_of(language, 40)
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.guessed
    assert not decoded.sample.isascii()


@pytest.mark.parametrize("people", [1, 2, 5])
@pytest.mark.parametrize(("language", "encoding"), ENCODED)
def test_a_few_people_are_read_as_they_were_written_or_asked_about(language: str, encoding: str, people: int) -> None:
    for seed in range(5):
        text = sheet_of(language, people, seed)
        try:
            decoded = decode(text.encode(encoding))
        except ValueError as asked:
            assert "not certain" in str(asked)
            assert 'encoding="' in str(asked)
        else:
            assert decoded.text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["Jörg", "Ann", "Иван"])
def test_unicode_is_read_with_a_mark_and_without(encoding: str, name: str) -> None:
    text = f"First Name,Email\r\n{name},a@acme.example\r\n"
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.guessed == ({"utf-16-le": "UTF-16-LE", "utf-16-be": "UTF-16-BE"}.get(encoding, ""))


def test_a_question_shows_the_words_that_differ() -> None:
    with pytest.raises(ValueError, match="not certain") as asked:
        decode("First Name;Email\nJosé;a@b.example\nMuñoz;c@d.example\n".encode("cp1252"))
    assert 'encoding="cp1252" reads "Muñoz"' in str(asked.value)
    assert 'encoding="cp1250" reads "Muńoz"' in str(asked.value)


def test_the_encoding_that_is_given_is_taken() -> None:
    text = "First Name;Email\nMuñoz;a@b.example\n"
    assert decode(text.encode("cp1252"), "windows-1252").text == text
    assert decode("Иван".encode("koi8_r"), "KOI8-R").text == "Иван"


@pytest.mark.parametrize(
    ("encoding", "fault"),
    [
        ("klingon", 'no encoding is called "klingon"'),
        ("rot13", 'no encoding is called "rot13"'),
        ("base64", "no encoding is called"),
        ("utf-8", "the file is not utf-8"),
        ("ascii", "the file is not ascii"),
    ],
)
def test_an_encoding_that_does_not_fit_is_refused(encoding: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        decode(b"First Name\nJ\xf6rg\n", encoding)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ValueError, match="none of the usual encodings"):
        decode(random.Random(7).randbytes(4000))
    with pytest.raises(ValueError, match="none of the usual encodings"):
        decode(b"First Name\n" + b"\xe9" * 1_000_000)


def test_a_marked_file_that_breaks_its_word_is_refused() -> None:
    with pytest.raises(ValueError, match="marked as utf-8-sig and is not"):
        decode(b"\xef\xbb\xbfFirst Name\nJ\xf6rg\n")
