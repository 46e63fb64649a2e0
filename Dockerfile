FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY reply_mcp ./reply_mcp
RUN python -m venv /build && /build/bin/pip wheel --no-deps --wheel-dir /wheels /src
# The environment that is kept has no pip: nothing can be installed into a running server.
RUN python -m venv --without-pip /opt/reply-mcp
RUN /build/bin/pip --python /opt/reply-mcp/bin/python install "$(ls /wheels/*.whl)[redis]"

FROM python:3.13-slim
LABEL org.opencontainers.image.title="reply-mcp" \
      org.opencontainers.image.description="Reply (reply.io) for AI agents, as an MCP server" \
      org.opencontainers.image.licenses="MIT" \
      io.modelcontextprotocol.server.name="io.github.reply-mcp/reply-mcp"
COPY --from=build /opt/reply-mcp /opt/reply-mcp
ENV PATH=/opt/reply-mcp/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# A number, so that a cluster can see that it is not root. No file needs to be written: --read-only works.
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["reply-mcp"]
# Several containers count together with REPLY_BUDGET_URL=redis://…; one needs no file for it.
ENV REPLY_BUDGET_URL=memory:
CMD ["serve"]
