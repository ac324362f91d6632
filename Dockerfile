# Mirrorwire and the Airflow that runs it, for every service of docker-compose.yml but Postgres and Redis.
# The Python is the one that the tests run on. BuildKit and the builder before it take this file alike.
FROM python:3.11.14-slim-bookworm AS dependencies
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /src
COPY requirements-image.lock ./
# An index of your own, by --build-arg; the lock's hashes hold for it too.
ARG PIP_INDEX_URL
RUN pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes \
    -r requirements-image.lock -c requirements-image.lock

# Only Mirrorwire's own files come under /installed.
FROM dependencies AS package
COPY pyproject.toml README.md LICENSE ./
COPY sql sql
COPY dags dags
COPY etl etl
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --root /installed .
COPY docs/licences.md ./
RUN mkdir /installed/opt/mirrorwire \
    && cp -r dags LICENSE licences.md /installed/opt/mirrorwire/ \
    && python etl/sbom.py requirements-image.lock > /installed/opt/mirrorwire/sbom.cdx.json

FROM python:3.11.14-slim-bookworm
# A new volume takes the owner of the folder that it is mounted on. No program may change its user.
RUN groupadd --gid 10001 mirrorwire \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/mirrorwire --shell /usr/sbin/nologin mirrorwire \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/mirrorwire /var/log/airflow \
    && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
LABEL org.opencontainers.image.title="Mirrorwire" \
    org.opencontainers.image.description="A news ingestion pipeline that does not go dark when a domain does" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.base.name="docker.io/library/python:3.11.14-slim-bookworm"
WORKDIR /var/lib/mirrorwire
USER 10001:10001
# Two layers: a change of the code makes only the small one anew.
COPY --from=dependencies /opt/venv /opt/venv
COPY --from=package /installed /
ARG REVISION=unknown
LABEL org.opencontainers.image.revision="$REVISION"
