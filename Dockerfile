# Debian's Python comes without pip: nothing can be installed into a running server, and no layer of it has what is gone.
FROM debian:13-slim AS python
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/*

FROM python AS build
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends python3-venv
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY pyproject.toml README.md LICENSE requirements.lock ./
COPY reply_mcp ./reply_mcp
RUN python3 -m venv /build && /build/bin/pip wheel --no-deps --wheel-dir /wheels /src
# The versions that were tested; without the hashes, since the wheel that was just made has none there. The folder of the
# state is for the audit log: a new volume takes its owner over.
RUN sed -e '/^ *--hash=/d' -e 's/ \\$//' requirements.lock >/build/constraints.txt \
    && python3 -m venv --without-pip /opt/reply-mcp \
    && /build/bin/pip --python /opt/reply-mcp/bin/python3 install --constraint /build/constraints.txt \
       "$(ls /wheels/*.whl)[redis,otel,fast]" \
    && install -d -m 0700 /opt/state/reply-mcp

FROM python
LABEL org.opencontainers.image.title="reply-mcp" \
      org.opencontainers.image.description="Reply (reply.io) for AI agents, as an MCP server" \
      org.opencontainers.image.licenses="MIT" \
      io.modelcontextprotocol.server.name="io.github.reply-mcp/reply-mcp"
COPY --from=build /opt/reply-mcp /opt/reply-mcp
COPY --from=build --chown=10001:10001 /opt/state /var/lib/state
ENV PATH=/opt/reply-mcp/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_STATE_HOME=/var/lib/state
# A number, so that a cluster can see that it is not root. No file needs to be written: --read-only works.
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["reply-mcp"]
# Several containers count together with REPLY_BUDGET_URL=redis://…; one needs no file for it.
ENV REPLY_BUDGET_URL=memory:
# Over stdio, where nothing listens, it is content.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python3", "-m", "reply_mcp.server.http.probe"]
CMD ["serve"]
