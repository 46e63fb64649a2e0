"""Signing in: an OAuth 2.1 resource server, and static tokens for small set-ups.

scopes         what a token lets its holder do
identity       who a token stands for
jwt_tokens     access tokens that the issuer signed (RFC 9068), by its published keys
introspection  opaque access tokens, by asking the issuer (RFC 7662)
static_tokens  tokens in a file of this server
issuer         what the issuer publishes (RFC 8414)
signing_keys   its keys, out of what it publishes (RFC 7517)
verifier       all three, and what they found kept for a moment
sign_in        the ASGI layer: 401, 403 and the metadata of this resource (RFC 9728)
team           a signed-in caller acts as the Reply user with their email
"""
