"""Hashes of stored pixel values by an independent decoder, for tests/fixtures/dicom-reference.json.

    python -m venv VENV && VENV/bin/pip install pydicom numpy pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg pylibjpeg-rle pyjpegls python-gdcm
    VENV/bin/python tests/interop/dicom_reference.py ../shared/data/dicom tests/fixtures/dicom-reference.json [FOLDER]

A hash is over all frames' stored values before any colour conversion: little-endian samples of the allocated width, pixel-interleaved, 1-bit data as bytes 0 and 1.
Lossy files are not hashed (decoders differ by rounding); with FOLDER their values are written there, one .bin and one .json a file, for tests/interop/dicom-lossy.ts.
"""
import hashlib, json, os, sys, warnings

import numpy
import pydicom
from pydicom.pixels import get_decoder

warnings.simplefilter("ignore")
LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203"}


def stored(path):
    dataset = pydicom.dcmread(path, force=True)
    syntax = dataset.file_meta.get("TransferSyntaxUID") if hasattr(dataset, "file_meta") else None
    if syntax is None:
        syntax = pydicom.uid.ImplicitVRLittleEndian if dataset.original_encoding[0] else pydicom.uid.ExplicitVRLittleEndian
    decoder = get_decoder(syntax)
    frames = [frame for frame, _ in decoder.iter_array(dataset, raw=True)]
    return syntax, dataset, frames


def main(root, out, folder=None):
    found = {}
    for parent, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = os.path.join(parent, name)
            file = os.path.relpath(path, root)
            if not file.lower().endswith(".dcm") and "dicomdir/" not in file:
                continue
            try:
                syntax, dataset, frames = stored(path)
            except Exception as error:
                continue
            if not frames:
                continue
            digest = hashlib.sha256()
            little = [frame.astype(frame.dtype.newbyteorder("<"), order="C") for frame in frames]
            for frame in little:
                digest.update(frame.tobytes())
            if str(syntax) in LOSSY:
                if folder:
                    base = os.path.join(folder, file.replace("/", "__"))
                    with open(base + ".bin", "wb") as handle:
                        for frame in little:
                            handle.write(frame.tobytes())
                    json.dump({"file": file, "dtype": str(little[0].dtype), "shape": list(little[0].shape), "frames": len(frames), "syntax": str(syntax), "photometric": str(dataset.get("PhotometricInterpretation"))}, open(base + ".json", "w"))
                continue
            found[file] = {"frames": len(frames), "sha256": digest.hexdigest()}
    with open(out, "w") as handle:
        json.dump({"made with": f"pydicom {pydicom.__version__}, numpy {numpy.__version__}; tests/interop/dicom_reference.py", "files": found}, handle, indent=0, sort_keys=True)
        handle.write("\n")
    print(len(found), "files hashed")


main(*sys.argv[1:])
