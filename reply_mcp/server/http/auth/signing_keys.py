"""The keys of a JWK Set (RFC 7517) that an issuer signs with, by id and algorithm.

Whatever else stands in the set is left out, and never ends the reading of it: keys for other purposes, with a shared
secret, or that are none. Of a key its public members alone are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jwt import PyJWK

_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_BY_TYPE: Mapping[tuple[str | None, str | None], tuple[str, ...]] = {
    ("RSA", None): _RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
ALGORITHMS = tuple(name for names in _BY_TYPE.values() for name in names)
"""Signatures by public key alone: `none`, and those with a shared secret, are no signatures of an issuer's."""
_PUBLIC = ("kty", "crv", "n", "e", "x", "y")

Keys = Mapping[tuple[str | None, str], "list[PyJWK]"]
"""By key id and algorithm: nothing keeps an issuer from giving several keys one id."""


def signing_keys(published: Mapping[str, Any]) -> Keys:
    """The keys in a set."""
    import jwt
    from cryptography.exceptions import UnsupportedAlgorithm

    rows = published.get("keys")
    found: dict[tuple[str | None, str], list[PyJWK]] = {}
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict) or not _is_for_signatures(row):
            continue
        public = {name: value for name in _PUBLIC if isinstance(value := row.get(name), str)}
        for algorithm in _algorithms_of(row, public):
            try:
                key = jwt.PyJWK(public, algorithm)
            except (jwt.PyJWTError, UnsupportedAlgorithm, ValueError, OverflowError):
                continue
            found.setdefault((row.get("kid"), algorithm), []).append(key)
    return found


def _is_for_signatures(row: Mapping[str, Any]) -> bool:
    uses = row.get("key_ops")
    return (
        row.get("use") in (None, "sig")
        and (uses is None or (isinstance(uses, list) and "verify" in uses))
        and isinstance(row.get("kid"), str | None)
    )


def _algorithms_of(row: Mapping[str, Any], public: Mapping[str, str]) -> tuple[str, ...]:
    """Those that a key is for: the one that it names, or all of its type."""
    fitting = _BY_TYPE.get((public.get("kty"), public.get("crv")), ())
    named = row.get("alg")
    return fitting if named is None else tuple(name for name in fitting if name == named)
