"""An authority of the test's own, and a certificate by it: trusted where it is known, and nowhere else."""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """`root` is a file with its certificate; `server`: what a server at 127.0.0.1 speaks TLS with."""

    root: Path
    server: ssl.SSLContext

    @property
    def trusted(self) -> ssl.SSLContext:
        """What a client has that knows it."""
        return ssl.create_default_context(cafile=str(self.root))


def make_authority(folder: Path, address: str = "127.0.0.1") -> Authority:
    """A new one, with a certificate for a server at `address`."""
    key, own_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, name = _name("Test authority"), _name("mail.test")
    root = _begun(root_name, root_name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root_signed = root.sign(key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    signed = _begun(name, root_name, own_key).add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "root.pem").write_bytes(root_signed.public_bytes(pem))
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(own_key.private_bytes(pem, *plain) + signed.public_bytes(pem))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return Authority(folder / "root.pem", server)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begun(name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
    return made.serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)
