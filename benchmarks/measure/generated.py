"""Files of known size, made of random words: text, Markdown, HTML, CSV, and DOCX and PDF that hold pictures."""

import io
import os
import random
import zipfile

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>')


class Words:
    def __init__(self, seed):
        self.random = random.Random(seed)
        letters = "etaoinshrdlcumwfgypbvk"
        self.vocabulary = ["".join(self.random.choices(letters, k=self.random.randint(2, 10))) for _ in range(20_000)]
        self.weights = list(range(len(self.vocabulary)))
        total, self.weights = 0.0, []
        for rank in range(1, len(self.vocabulary) + 1):
            total += 1 / rank
            self.weights.append(total)

    def sentence(self):
        words = self.random.choices(self.vocabulary, cum_weights=self.weights, k=self.random.randint(6, 24))
        return " ".join(words).capitalize() + "."

    def paragraphs(self, size):
        """Paragraphs of about so many characters in all."""
        made, all_of_them = 0, []
        while made < size:
            one = " ".join(self.sentence() for _ in range(5))
            all_of_them.append(one)
            made += len(one) + 2
        return all_of_them


def text(words, size):
    return "txt", "\n\n".join(words.paragraphs(size)).encode()


def markdown(words, size):
    parts = []
    for number, one in enumerate(words.paragraphs(size)):
        parts.append(f"## Section {number // 5}\n\n{one}" if number % 5 == 0 else one)
    return "md", "\n\n".join(parts).encode()


def html(words, size):
    return "html", ("<html><head><title>Generated</title></head><body>"
                    + "".join(f"<p>{one}</p>\n" for one in words.paragraphs(size)) + "</body></html>").encode()


def csv(words, size):
    rows = ["number,name,remark"]
    made = 0
    while made < size:
        rows.append(f"{len(rows)},{words.sentence()[:20]},{words.sentence()}")
        made += len(rows[-1])
    return "csv", "\n".join(rows).encode()


def docx(words, size, picture):
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in words.paragraphs(size))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("[Content_Types].xml", CONTENT_TYPES)
        pack.writestr("_rels/.rels", RELATIONS)
        pack.writestr("word/document.xml",
                      '<?xml version="1.0"?><w:document xmlns:w='
                      f'"http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>')
        pack.writestr("word/media/image1.png", os.urandom(picture), zipfile.ZIP_STORED)
    return "docx", out.getvalue()


def pdf(words, size, picture):
    pages, lines = [], []
    for one in words.paragraphs(size):
        while one:
            lines.append(one[:90])
            one = one[90:]
    for at in range(0, len(lines), 50):
        shown = "".join(f"({line}) Tj T*\n" for line in lines[at:at + 50])
        pages.append(f"BT /F1 10 Tf 14 TL 50 780 Td\n{shown}ET".encode())
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    edge = max(1, int((picture / 3) ** 0.5))
    pixels = os.urandom(edge * edge * 3)
    objects.append(f"<</Type/XObject/Subtype/Image/Width {edge}/Height {edge}/ColorSpace/DeviceRGB/BitsPerComponent 8"
                   f"/Length {len(pixels)}>>stream\n".encode() + pixels + b"\nendstream")
    kids = []
    for page in pages:
        objects.append(b"<</Length %d>>stream\n" % len(page) + page + b"\nendstream")
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
                       b"/Resources<</Font<</F1 3 0 R>>/XObject<</I 4 0 R>>>>>>" % len(objects))
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n" % number + one + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return "pdf", out.getvalue()


def files(megabytes, text_share, seed=1):
    """Yields (name, bytes, characters of text) until so many megabytes are made, `text_share` of them text."""
    words, made, texts, number = Words(seed), 0, 0, 0
    # Small files are many and large ones few, as in a company's folders; the largest has 20 MB.
    sizes = [20_000] * 12 + [100_000] * 6 + [500_000] * 3 + [2_000_000, 5_000_000, 20_000_000]
    while made < megabytes * 1_000_000:
        size = min(sizes[words.random.randrange(len(sizes))], int(megabytes * 1_000_000 - made) + 1)
        plain = texts <= made * text_share
        if plain:
            size = min(size, 5_000_000)
            kind, content = words.random.choice([text, markdown, html, csv])(words, size)
            characters = size
        else:
            characters = min(size // 20, 200_000)
            kind, content = words.random.choice([docx, pdf])(words, characters, size - characters)
        made += len(content)
        texts += characters
        number += 1
        yield f"generated-{number:05}.{kind}", content, characters
