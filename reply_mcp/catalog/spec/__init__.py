"""The catalog against an OpenAPI document, and as one."""
