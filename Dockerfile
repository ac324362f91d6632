# Mirrorwire and the Airflow that runs it, for every service of docker-compose.yml but Postgres and Redis.
# The Python is the one that the tests run on.
FROM python:3.11.14-slim-bookworm AS build
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /src
COPY requirements-image.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes \
    -r requirements-image.lock -c requirements-image.lock
COPY pyproject.toml README.md LICENSE ./
COPY sql sql
COPY dags dags
COPY etl etl
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11.14-slim-bookworm
# A new volume takes the owner of the folder that it is mounted on.
RUN groupadd --gid 10001 mirrorwire \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/mirrorwire --shell /usr/sbin/nologin mirrorwire \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/mirrorwire /var/log/airflow
COPY --from=build /opt/venv /opt/venv
COPY dags /opt/mirrorwire/dags
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/mirrorwire
USER 10001:10001
