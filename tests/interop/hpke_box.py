"""HPKE by another library: `open PRIVATE BOX BOUND` or `seal PUBLIC CLEAR BOUND`, all but BOUND in hexadecimal."""
import sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

suite = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
INFO = b"lamplight/2/slot"
what, key, data, bound = sys.argv[1:]
if what == "open":
    box = bytes.fromhex(data)
    recipient = suite.create_recipient_context(
        box[:32], KEMKey.from_pyca_cryptography_key(X25519PrivateKey.from_private_bytes(bytes.fromhex(key))), info=INFO
    )
    print(recipient.open(box[32:], aad=bound.encode()).hex())
else:
    public = suite.kem.deserialize_public_key(bytes.fromhex(key))
    encapsulated, sender = suite.create_sender_context(public, info=INFO)
    print((encapsulated + sender.seal(bytes.fromhex(data), aad=bound.encode())).hex())
