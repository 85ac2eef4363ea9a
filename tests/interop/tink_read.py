"""Reads an encrypted file with Google Tink: key file, sealed file, associated data, where the clear bytes go. Says "read" or "refused"."""
import io
import sys

import tink
from tink import cleartext_keyset_handle, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

streaming_aead.register()
key_path, path, associated, out = sys.argv[1:]
parameters = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
    ciphertext_segment_size=1_048_576, derived_key_size=32, hkdf_hash_type=common_pb2.SHA256
)
with open(key_path, "rb") as file:
    key = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(version=0, params=parameters, key_value=file.read())
data = tink_pb2.KeyData(
    type_url="type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey",
    value=key.SerializeToString(),
    key_material_type=tink_pb2.KeyData.SYMMETRIC,
)
keyset = tink_pb2.Keyset(
    primary_key_id=1,
    key=[tink_pb2.Keyset.Key(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)],
)
handle = cleartext_keyset_handle.from_keyset(keyset)
primitive = handle.primitive(streaming_aead.StreamingAead)
with open(path, "rb") as file:
    sealed = io.BytesIO(file.read())
try:
    with primitive.new_decrypting_stream(sealed, associated.encode()) as stream:
        clear = stream.read()
except (tink.TinkError, OSError, ValueError):
    print("refused")
else:
    with open(out, "wb") as file:
        file.write(clear)
    print("read")
