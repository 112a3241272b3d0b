# One image for web, worker and beat. Two stages: compilers and headers stay in the first.
FROM python:3.11.14-slim-bookworm AS build

RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \
 && rm -rf /var/lib/apt/lists/*

# The database driver is built from its source against Debian's libpq, so that security updates of libpq reach it; every other package
# comes as a wheel. Both forms are pinned by hash in requirements.txt.
COPY requirements.txt /tmp/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    --only-binary :all: --no-binary psycopg2-binary -r /tmp/requirements.txt


FROM python:3.11.14-slim-bookworm

# libpq for the driver, the others for WeasyPrint
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq5 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 taskforce \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin taskforce \
 && install -d -o taskforce -g taskforce -m 0700 /srv/files

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
RUN python -m compileall -q accounts cases documents engagements taskforce \
 && python manage.py collectstatic --noinput --verbosity 0

USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "bin/healthcheck.py", "web"]
CMD ["gunicorn", "taskforce.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
