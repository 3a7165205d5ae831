"""Names of files that every system takes, and that no archive can turn against one."""

import re
import unicodedata

# Refused by Windows, or leading out of the folder
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)
LONGEST = 100


def safe_name(text, fallback="document"):
    """Return ``text`` as the name of a file, without extension.

    >>> safe_name("Facture FAC/2026/0012")
    'Facture FAC-2026-0012'
    >>> safe_name("../../etc/passwd")
    'etc-passwd'
    >>> safe_name("  ..  "), safe_name("nul.txt"), len(safe_name("x" * 999))
    ('document', '_nul.txt', 100)
    >>> safe_name("Relevé\u202e fdp")
    'Relevé fdp'
    """
    text = unicodedata.normalize("NFC", text or "")
    # what is not seen, or turns the direction of writing, hides what a file is
    text = "".join(
        sign for sign in text if unicodedata.category(sign) not in ("Cf", "Cs", "Co")
    )
    text = FORBIDDEN.sub("-", text)
    text = " ".join(text.split()).strip(" .-")[:LONGEST].strip(" .-")
    if DEVICES.match(text):
        text = f"_{text}"
    return text or fallback


def numbered_name(number, title, extension):
    """Return the name in an archive, so that names sort as the numbers do.

    >>> numbered_name("3", "Facture FAC/2026/0012", "pdf")
    '03 Facture FAC-2026-0012.pdf'
    >>> numbered_name("6.12", "Avoir", "PDF"), numbered_name("1", "a", "../x")
    ('06.12 Avoir.pdf', '01 a.x')
    """
    number = ".".join(part.zfill(2) for part in number.split("."))
    extension = re.sub(r"[^a-z0-9]", "", extension.lower()) or "bin"
    return f"{number} {safe_name(title)}.{extension}"
