"""Whether anything that identifies survives de-identification: originals against what Lamplight made of them, by pydicom and the profile's table in dicom-anonymizer (Kitware).

    VENV/bin/python tests/interop/dicom_deidentified.py ORIGINALS FOLDER [DAYS]

FOLDER holds the made files under their path with "__" for "/". DAYS: dates were moved by so many. Prints one JSON object; `survived` must be empty.
"""
import collections, datetime, glob, json, logging, os, re, sys, warnings

import pydicom
from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as table

warnings.simplefilter("ignore")
logging.getLogger("pydicom").setLevel(50)
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
profile = {(tag[0] << 16) | tag[1] for name in dir(table) if name.endswith("_TAGS") for tag in getattr(table, name) if len(tag) == 2}
originals, folder = sys.argv[1:3]
days = int(sys.argv[3]) if len(sys.argv) > 3 else None
STANDARD = "1.2.840.10008."
TEXTS = {"PN", "LO", "SH", "LT", "ST", "UT", "UC", "AE", "AS", "DA", "DT", "TM"}


def walk(dataset, path=""):
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
            if element.VR == "SQ":
                for index, item in enumerate(element.value):
                    yield from walk(item, f"{path}{element.tag}[{index}].")
            else:
                yield path, element
        except Exception:
            continue


def texts(element):
    values = element.value if isinstance(element.value, (list, pydicom.multival.MultiValue)) else [element.value]
    found = []
    for value in values:
        if isinstance(value, bytes):
            found += [run.decode("latin1") for run in re.findall(rb"[\x20-\x7e]{6,}", value)] if element.tag.is_private or element.VR == "UN" else []
        elif value is not None and not isinstance(value, (int, float)):
            found.append(str(value))
    return [text.strip() for text in found if text.strip()]


survived, without_record, unread, leftovers = [], [], [], collections.Counter()
uids, differences, compared = {}, collections.Counter(), 0
for made in sorted(glob.glob(os.path.join(folder, "*"))):
    file = os.path.basename(made).replace("__", "/")
    try:
        before = pydicom.dcmread(os.path.join(originals, file), force=True)
        after = pydicom.dcmread(made)
    except Exception as error:
        unread.append(f"{file}: {error}")
        continue
    compared += 1
    kept = collections.defaultdict(list)
    for path, element in [*walk(after), *walk(after.file_meta)]:
        group = element.tag.group & 0xFF00
        if element.tag.is_private or group == 0x5000 or (group == 0x6000 and element.tag.element in (0x3000, 0x4000)):
            leftovers[str(element.tag)] += 1
        for text in texts(element):
            kept[text].append((path, element))
    there = {(path, int(element.tag)): texts(element) for path, element in walk(before)}
    raw = open(made, "rb").read()
    for path, element in [*walk(before), *walk(getattr(before, "file_meta", pydicom.Dataset()))]:
        if not (int(element.tag) in profile or element.tag.is_private or element.VR == "PN"):
            continue
        # With moved dates the time of day stays: that is what the option is for.
        if days is not None and element.VR in ("TM", "DT"):
            continue
        who = element.VR == "PN" or (element.tag.group == 0x0010 and element.VR in ("LO", "SH")) or element.keyword == "AccessionNumber"
        for text in texts(element):
            if element.VR == "UI":
                if not text.startswith(STANDARD) and len(text) > 8 and (text in kept or text.encode() in raw):
                    survived.append(f"{file} {element.tag} {text}")
                continue
            if (element.VR not in TEXTS and not element.tag.is_private) or text.startswith(STANDARD) or len(text) < 4 or re.fullmatch(r"[-+\d]*[.]\d*", text):
                continue
            hits = kept.get(text, [])
            if who and len(text) >= 6:
                hits = hits + [one for other, found in kept.items() if text in other for one in found]
            for where, other in hits:
                # A value of its own that the profile keeps, such as a maker's name that is also the institution's, or the part of the body that is also the study's title.
                own = there.get((where, int(other.tag)), [])
                if int(other.tag) not in profile and not who and any(one in own for one in texts(other)):
                    continue
                if text in ("19000101", "000000", "0000", "REMOVED", "Removed", "ANON-1"):
                    continue
                survived.append(f"{file} {element.tag} -> {where}{other.tag} {text!r}")
    if after.get("PatientIdentityRemoved") != "YES" or not after.get("DeidentificationMethod") or not after.get((0x0012, 0x0064)):
        without_record.append(file)
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
        was, now = before.get(keyword), after.get(keyword)
        if was and not str(was).startswith(STANDARD) and uids.setdefault(str(was), str(now)) != str(now):
            survived.append(f"{file} {keyword} became two numbers")
    if days is not None:
        moved = {(path, int(element.tag)): element for path, element in walk(after)}
        for path, element in walk(before):
            other = moved.get((path, int(element.tag)))
            if element.VR not in ("DA", "DT") or other is None or element.keyword == "PatientBirthDate":
                continue
            try:
                one, two = (datetime.datetime.strptime(str(value).replace(".", "")[:8], "%Y%m%d") for value in (element.value, other.value))
                differences[(two - one).days] += 1
            except ValueError:
                continue
print(json.dumps({"compared": compared, "survived": survived, "withoutRecord": without_record, "leftovers": leftovers, "unread": unread, "numbers": len(uids), "differentNumbers": len(set(uids.values())), "dates": differences}))
