"""Makes DICOM files in rare but legal forms, each beside the values that must come out of it, for tests/interop/dicom-forms.interop.test.ts.

    VENV/bin/python tests/interop/dicom_forms.py FOLDER

forms.json: for each file `stored` (SHA-256 of its stored values: little-endian samples of the next whole width, pixel-interleaved, 1-bit data as bytes) and, where colours or palettes are concerned,
`shown` (name of a file with 8-bit RGB, by pydicom, or by dcmtk where pydicom does not know the form). Stored values are known by construction; pydicom with pylibjpeg and pyjpegls must find the same
where it can read the form at all, and says so (`agreed`).
"""
import hashlib, json, os, subprocess, sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels import apply_color_lut, convert_color_space, get_decoder
from pydicom.uid import (DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless,
                         JPEGLSLossless, RLELossless)

EncapsulatedUncompressedExplicitVRLittleEndian = pydicom.uid.UID("1.2.840.10008.1.2.1.98")
random = np.random.default_rng(20260301)
folder = sys.argv[1]
forms = {}


def dataset(rows, columns, bits, photometric="MONOCHROME2", samples=1, signed=0, frames=None, stored=None, high=None, planar=None):
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = pydicom.uid.generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.3.1", "1.2.3.2"
    ds.PatientName, ds.PatientID, ds.Modality = "Form^Rare", "F-1", "OT"
    ds.Rows, ds.Columns, ds.BitsAllocated = rows, columns, bits
    ds.BitsStored = stored or bits
    ds.HighBit = (high if high is not None else ds.BitsStored - 1)
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = samples, photometric, signed
    if samples > 1:
        ds.PlanarConfiguration = planar or 0
    if frames:
        ds.NumberOfFrames = frames
    return ds


def save(name, ds, syntax=ExplicitVRLittleEndian, values=None, shown=None, check=True):
    """values: all frames, pixel-interleaved; shown: 8-bit RGB of the first frame, or "dcmtk"."""
    path = os.path.join(folder, name + ".dcm")
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    if syntax.is_encapsulated:
        ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
    ds.save_as(path, enforce_file_format=True)
    form = {}
    if values is not None:
        form["stored"] = digest(values)
    if check:
        try:
            read = pydicom.dcmread(path)
            decoder = get_decoder(syntax)
            if "gdcm" in decoder.available_plugins:
                decoder.remove_plugin("gdcm")
            frames = [frame for frame, _ in decoder.iter_array(read, raw=True)]
            theirs = digest(np.concatenate([np.ascontiguousarray(frame).reshape(-1) for frame in frames]))
            form["agreed"] = values is None or theirs == form["stored"]
            form.setdefault("stored", theirs)
        except Exception as error:
            form["agreed"] = None
            form["said"] = str(error)[:120]
    if isinstance(shown, str):
        shown = by_dcmtk(path)
    if shown is not None:
        np.ascontiguousarray(shown.astype(np.uint8)).tofile(os.path.join(folder, name + ".rgb"))
        form["shown"] = name + ".rgb"
    forms[name] = form


def digest(values):
    values = np.asarray(values)
    return hashlib.sha256(np.ascontiguousarray(values.astype(values.dtype.newbyteorder("<"))).tobytes()).hexdigest()


def by_dcmtk(path):
    done = subprocess.run(["dcm2pnm", "+op", "--frame", "1", path], capture_output=True)
    if done.returncode != 0:
        return None
    head, data = [], done.stdout
    at = 0
    while len(head) < 4:
        end = min(index for index in (data.find(b" ", at), data.find(b"\n", at)) if index >= 0)
        if data[at:at + 1] == b"#":
            end = data.find(b"\n", at)
        else:
            head.append(data[at:end])
        at = end + 1
    assert head[0] == b"P6", head
    return np.frombuffer(data[at:], np.uint8)


def numbers(rows, columns, bits, signed=False, frames=1, samples=1):
    low, high = (-(1 << (bits - 1)), 1 << (bits - 1)) if signed else (0, 1 << bits)
    width = 8 if bits <= 8 else 16 if bits <= 16 else 32
    # Smooth enough that all predictors are used, with noise and both ends.
    ramp = np.linspace(low, high - 1, rows * columns * frames * samples).astype(np.int64)
    values = np.clip(ramp + random.integers(-9, 10, ramp.size), low, high - 1)
    values[0], values[-1] = low, high - 1
    return values.astype(f"{'i' if signed else 'u'}{width // 8}").reshape(frames, rows, columns, samples)


def packed(values, bits):
    """Low bits first, without gaps (PS3.5 8.1.1)."""
    unsigned = values.reshape(-1).astype(np.int64) & ((1 << bits) - 1)
    return np.packbits(((unsigned[:, None] >> np.arange(bits)) & 1).reshape(-1).astype(np.uint8), bitorder="little").tobytes()


def even(data):
    return data + b"\0" * (len(data) % 2)


# Packed cells: the retired 12 bits, and others that were never forbidden before 2004; odd numbers of pixels, so that frames begin in the middle of a byte.
for bits in (2, 4, 10, 12, 14):
    for signed in (False, True):
        for rows, columns, frames in ((6, 8, 1), (5, 7, 3)):
            values = numbers(rows, columns, bits, signed, frames)
            ds = dataset(rows, columns, bits, signed=int(signed), frames=frames if frames > 1 else None)
            ds.add_new("PixelData", "OW", even(packed(values, bits)))
            save(f"packed-{bits}-{'s' if signed else 'u'}-{rows}x{columns}x{frames}", ds, values=values, check=False)
values = numbers(5, 7, 12, frames=2)
ds = dataset(5, 7, 12, frames=2)
swapped = np.frombuffer(even(packed(values, 12)), "<u2").astype(">u2").tobytes()
ds.add_new("PixelData", "OW", swapped)
save("packed-12-big-endian", ds, ExplicitVRBigEndian, values=values, check=False)

# One bit: segments and masks, frames that begin in the middle of a byte.
for rows, columns, frames in ((8, 8, 1), (5, 7, 3), (3, 3, 9)):
    bits = random.integers(0, 2, (frames, rows, columns)).astype(np.uint8)
    ds = dataset(rows, columns, 1, frames=frames)
    ds.add_new("PixelData", "OB", even(np.packbits(bits.reshape(-1), bitorder="little").tobytes()))
    save(f"bits-{rows}x{columns}x{frames}", ds, values=bits)

# Whole numbers of all widths and both signs in all four native encodings, odd sizes.
for bits in (8, 16, 32):
    for signed in (False, True):
        values = numbers(5, 7, bits, signed, 3)
        for syntax, name in ((ImplicitVRLittleEndian, "implicit"), (ExplicitVRLittleEndian, "explicit"), (ExplicitVRBigEndian, "big"), (DeflatedExplicitVRLittleEndian, "deflated"),
                             (EncapsulatedUncompressedExplicitVRLittleEndian, "encapsulated")):
            ds = dataset(5, 7, bits, signed=int(signed), frames=3)
            order = ">" if name == "big" else "<"
            data = values.astype(values.dtype.newbyteorder(order)).tobytes()
            if name == "encapsulated":
                data = encapsulate([even(frame.tobytes()) for frame in values], has_bot=signed)
            ds.add_new("PixelData", "OB" if bits == 8 and name != "implicit" else "OW", data if name == "encapsulated" else even(data))
            save(f"native-{bits}-{'s' if signed else 'u'}-{name}", ds, syntax, values=values)
# 8 bits in big endian words.
values = numbers(5, 7, 8, frames=3)
ds = dataset(5, 7, 8, frames=3)
ds.add_new("PixelData", "OW", np.frombuffer(even(values.tobytes()), "<u2").astype(">u2").tobytes())
save("native-8-big-words", ds, ExplicitVRBigEndian, values=values)
# 12 of 16 bits, standing high, with rubbish in the rest.
values = (numbers(6, 8, 12).astype(np.uint16) << 4) | random.integers(0, 16, (1, 6, 8, 1)).astype(np.uint16)
ds = dataset(6, 8, 16, stored=12, high=15)
ds.add_new("PixelData", "OW", values.tobytes())
save("native-12-of-16-high", ds, values=values)

for kind, keyword, vr in (("<f4", "FloatPixelData", "OF"), ("<f8", "DoubleFloatPixelData", "OD")):
    values = random.normal(0, 1e3, (2, 5, 7)).astype(kind)
    for syntax, name in ((ExplicitVRLittleEndian, "little"), (ExplicitVRBigEndian, "big")):
        ds = dataset(5, 7, int(kind[2]) * 8, frames=2)
        for unwanted in ("BitsStored", "HighBit", "PixelRepresentation"):
            delattr(ds, unwanted)
        ds.add_new(keyword, vr, values.astype(kind.replace("<", ">") if name == "big" else kind).tobytes())
        save(f"{keyword}-{name}", ds, syntax, values=values)

# Colour: planes, odd sizes, 16 bits, half the colours, and the retired models.
rgb = numbers(5, 7, 8, samples=3, frames=2)
for planar in (0, 1):
    for bits in (8, 16):
        values = numbers(5, 7, bits, samples=3, frames=2)
        ds = dataset(5, 7, bits, "RGB", 3, frames=2, planar=planar)
        data = np.moveaxis(values, -1, 1) if planar else values
        ds.add_new("PixelData", "OB" if bits == 8 else "OW", even(np.ascontiguousarray(data).tobytes()))
        save(f"rgb-{bits}-planar{planar}", ds, values=values, shown=(values[0] >> (bits - 8)))
    values = numbers(5, 7, 8, samples=3)
    ds = dataset(5, 7, 8, "YBR_FULL", 3, planar=planar)
    ds.add_new("PixelData", "OB", even(np.ascontiguousarray(np.moveaxis(values, -1, 1) if planar else values).tobytes()))
    save(f"ybr-full-planar{planar}", ds, values=values, shown=convert_color_space(values[0], "YBR_FULL", "RGB"))
for photometric in ("YBR_FULL_422", "YBR_PARTIAL_422"):
    for rows, columns in ((4, 8), (5, 6), (3, 7)):
        # Two pixels share their colours; a row of odd length goes on into the next.
        frames, pixels = 2, rows * columns
        if (pixels * frames) % 2:
            continue
        y = random.integers(16, 236, (frames, pixels)).astype(np.uint8)
        pairs = (pixels + 1) // 2
        cb, cr = random.integers(16, 240, (2, frames, pairs)).astype(np.uint8)
        if pixels % 2:
            continue
        data = np.stack([y[:, 0::2], y[:, 1::2], cb, cr], -1).tobytes()
        whole = np.stack([y, np.repeat(cb, 2, 1)[:, :pixels], np.repeat(cr, 2, 1)[:, :pixels]], -1)
        ds = dataset(rows, columns, 8, photometric, 3, frames=frames)
        ds.add_new("PixelData", "OB", even(data))
        # pydicom makes three values a pixel of it as well.
        save(f"{photometric.lower()}-{rows}x{columns}", ds, values=whole, shown="dcmtk" if "PARTIAL" in photometric and columns % 2 == 0 else None)
for photometric in ("CMYK", "ARGB", "HSV"):
    samples = 3 if photometric == "HSV" else 4
    for planar in (0, 1):
        # Inks that add up to more than there is: dcmtk's numbers overflow there.
        values = random.integers(0, 120 if photometric == "CMYK" else 256, (1, 6, 8, samples)).astype(np.uint8)
        shown = "dcmtk"
        ds = dataset(6, 8, 8, photometric, samples, planar=planar)
        if photometric == "ARGB":
            values[..., 0][:, ::2] = 0
            # PS3.3-1998: the palette overrides the colours where A is above nought (dcmtk looks it up everywhere).
            looked_up = np.stack([(values[0, ..., 0].astype(int) * (channel + 1) * 37) % 256 for channel in range(3)], -1)
            shown = np.where(values[0, ..., :1] > 0, looked_up, values[0, ..., 1:])
            for channel, name in enumerate(("Red", "Green", "Blue")):
                table = ((np.arange(256) * (channel + 1) * 37) % 256).astype("<u2") * 257
                setattr(ds, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
                setattr(ds, f"{name}PaletteColorLookupTableData", table.tobytes())
        ds.add_new("PixelData", "OB", np.ascontiguousarray(np.moveaxis(values, -1, 1) if planar else values).tobytes())
        save(f"{photometric.lower()}-planar{planar}", ds, values=values, shown=shown, check=False)

# Palettes: 8 and 16 bits, fewer entries than values, a first value above nought, signed, segmented, and 8-bit entries in 16-bit words.
for bits, entries, first, depth, signed in ((8, 256, 0, 16, 0), (8, 200, 20, 16, 0), (8, 256, 0, 8, 0), (16, 4096, 100, 16, 0), (16, 0, 0, 16, 0), (16, 256, -50, 16, 1)):
    count = entries or 65536
    values = random.integers(max(first - 60, -32768 if signed else 0), min(first + count + 60, 1 << (bits - signed)), (5, 8)).astype(f"{'i' if signed else 'u'}{bits // 8}")
    ds = dataset(5, 8, bits, "PALETTE COLOR", signed=signed)
    for channel, name in enumerate(("Red", "Green", "Blue")):
        table = random.integers(0, 1 << depth, count).astype("<u2" if depth == 16 else "u1")
        ds.add_new(f"{name}PaletteColorLookupTableDescriptor", "SS" if signed else "US", [entries, first, depth])
        ds.add_new(f"{name}PaletteColorLookupTableData", "OW", even(table.tobytes()))
    ds.add_new("PixelData", "OB" if bits == 8 else "OW", values.tobytes())
    shown = apply_color_lut(values.astype(np.int64) if signed else values, ds)
    save(f"palette-{bits}-{entries}-{first}-{depth}", ds, values=values, shown=shown >> 8 if depth == 16 else shown)
values = np.arange(240).reshape(12, 20).astype(np.uint8)


def segmented(indirect):
    ds = dataset(12, 20, 8, "PALETTE COLOR")
    for channel, name in enumerate(("Red", "Green", "Blue")):
        # Discrete, linear, discrete with a linear one behind it, and those two again (PS3.3 C.7.9.2): 4, 60, 3, 50, 3 and 50 entries.
        again = [0, 3, 5, 60000, 40000 + channel, 1, 50, 20000 + 9000 * channel]
        segments = [0, 4, 0, 500 * channel, 9000, 20000, 1, 60, 65535 - channel * 9000, *again]
        # pydicom takes the offset for a number of words; the standard counts bytes.
        segments += [2, 2, 2 * 9, 0] if indirect else again
        ds.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [170, 0, 16])
        ds.add_new(f"Segmented{name}PaletteColorLookupTableData", "OW", np.array(segments, "<u2").tobytes())
    ds.add_new("PixelData", "OB", np.minimum(values, 169).tobytes())
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return ds


ramps = apply_color_lut(np.minimum(values, 169), segmented(False)) >> 8
save("palette-segmented", segmented(False), values=np.minimum(values, 169), shown=ramps)
save("palette-segmented-indirect", segmented(True), values=np.minimum(values, 169), shown=ramps)

# Compressed: each kind of number and colour, one and several frames, one and several fragments a frame, offsets in the basic table, in the extended one, in none.
# GDCM's own run-length code ends the process on odd sizes.
ENCODERS = {RLELossless: "pydicom", JPEGLSLossless: "pyjpegls", JPEG2000Lossless: "pylibjpeg"}


def compressed(name, syntax, values, photometric=None, signed=0, stored=None, planar=None, exact=True, samples=1, bits=None):
    frames, rows, columns = values.shape[:3]
    bits = bits or values.dtype.itemsize * 8
    plain = dataset(rows, columns, bits, photometric or "MONOCHROME2", samples, signed, frames, stored, planar=planar)
    plain.add_new("PixelData", "OB" if bits == 8 else "OW", even(values.tobytes()))
    plain.file_meta = FileMetaDataset()
    plain.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    plain.compress(syntax, generate_instance_uid=False, encoding_plugin=ENCODERS[syntax])
    encoded = list(pydicom.encaps.generate_frames(plain.PixelData, number_of_frames=frames))
    ways = {"bot": dict(has_bot=True), "none": dict(has_bot=False)}
    if syntax != RLELossless:
        ways |= {"bot3": dict(has_bot=True, fragments_per_frame=3), "none3": dict(has_bot=False, fragments_per_frame=3)}
    for way, how in ways.items():
        plain.PixelData = encapsulate(encoded, **how)
        save(f"{name}-{way}", plain, syntax, values=values if exact else None)
    plain.PixelData, plain.ExtendedOffsetTable, plain.ExtendedOffsetTableLengths = encapsulate_extended(encoded)
    save(f"{name}-extended", plain, syntax, values=values if exact else None)


for bits in (8, 16):
    compressed(f"rle-{bits}", RLELossless, numbers(33, 17, bits, frames=3))
compressed("rle-rgb", RLELossless, numbers(33, 17, 8, samples=3, frames=3), samples=3, photometric="RGB")
compressed("rle-rgb16", RLELossless, numbers(9, 7, 16, samples=3, frames=2), samples=3, photometric="RGB")
compressed("rle-signed", RLELossless, numbers(33, 17, 16, True, 3), signed=1)
for bits in (8, 12, 16):
    compressed(f"jls-{bits}", JPEGLSLossless, numbers(33, 17, bits, frames=3), stored=bits, bits=8 if bits == 8 else 16)
    compressed(f"j2k-{bits}", JPEG2000Lossless, numbers(45, 37, bits, frames=3), stored=bits, bits=8 if bits == 8 else 16)
compressed("jls-rgb", JPEGLSLossless, numbers(33, 17, 8, samples=3, frames=2), samples=3, photometric="RGB")
compressed("jls-rgb16", JPEGLSLossless, numbers(33, 17, 16, samples=3, frames=2), samples=3, photometric="RGB")
compressed("j2k-signed", JPEG2000Lossless, numbers(45, 37, 16, True, 3), signed=1)
compressed("j2k-rct", JPEG2000Lossless, numbers(45, 37, 8, samples=3, frames=2), samples=3, photometric="RGB")
compressed("j2k-rgb16", JPEG2000Lossless, numbers(45, 37, 16, samples=3, frames=2), samples=3, photometric="RGB")

with open(os.path.join(folder, "forms.json"), "w") as handle:
    json.dump(forms, handle, indent=0, sort_keys=True)
print(len(forms), "files;", sum(form.get("agreed") is True for form in forms.values()), "agreed by pydicom,", [name for name, form in forms.items() if form.get("agreed") is False], "not,",
      [(name, form.get("said")) for name, form in forms.items() if form.get("agreed", 1) is None], "not read")
