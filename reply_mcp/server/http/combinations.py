"""Which settings of `serve --http` go together: what does not stops the start with one line."""

from __future__ import annotations

from reply_mcp.settings import SettingError, Settings


def check_combination(settings: Settings) -> None:
    """Raises SettingError where sign-in is set halfway: nobody must believe that callers sign in who do not."""
    if not settings.issuer:
        for value, name in (
            (settings.audience, "REPLY_AUDIENCE"),
            (settings.jwks_url, "REPLY_JWKS_URL"),
            (settings.introspection_url, "REPLY_INTROSPECTION_URL"),
            (settings.introspection_client, "REPLY_INTROSPECTION_CLIENT"),
            (settings.introspection_secret, "REPLY_INTROSPECTION_SECRET"),
            (settings.email_claim != "email", "REPLY_EMAIL_CLAIM"),
        ):
            if value:
                raise SettingError(f"{name} is for signing in with an issuer: set REPLY_ISSUER too, or leave it out")
    elif not settings.public_url:
        raise SettingError(
            "REPLY_ISSUER: set REPLY_PUBLIC_URL too, the address that clients know and tokens are made for"
        )
    asking = (settings.introspection_url, settings.introspection_client, settings.introspection_secret)
    if any(asking) and not all(asking):
        raise SettingError(
            "REPLY_INTROSPECTION_URL, REPLY_INTROSPECTION_CLIENT and REPLY_INTROSPECTION_SECRET: set all three, or none"
        )
    if not settings.issuer and not settings.tokens_file:
        return
    signing_in = "REPLY_ISSUER" if settings.issuer else "REPLY_TOKENS_FILE"
    if settings.key_problem:
        raise SettingError(f"{signing_in}: callers act by the server's key. {settings.key_problem}")
    if not settings.api_key:
        raise SettingError(
            f"{signing_in}: callers act by the server's key; set REPLY_API_KEY to a Master or Organization key"
        )
    if settings.user_id or settings.user_email:
        raise SettingError(
            f"{signing_in} and REPLY_USER_ID or REPLY_USER_EMAIL: who signs in is the user; leave the latter out"
        )
