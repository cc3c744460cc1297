# Three stages: node only fetches the design system, the second builds, the last one holds what runs.
ARG PYTHON=3.11

FROM node:24-slim AS design
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:${PYTHON}-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/venv/bin:$PATH
RUN python -m venv /venv
WORKDIR /app
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps -r requirements.lock
COPY . .
COPY --from=design /build/node_modules node_modules
# Production settings refuse to start half configured; nothing of these values is kept.
RUN export DJANGO_SETTINGS_MODULE=portal.settings.production \
        SECRET_KEY=only-while-the-image-is-built-only-while-the-image-is-built \
        ALLOWED_HOSTS=build.invalid DATABASE_URL=postgres://build.invalid/build REDIS_URL=redis://build.invalid \
        ERASURE_FILE=/nowhere \
    && python -m portal.local.assets \
    && python manage.py messages --compile \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules build/static tests \
    && python -m compileall -q .

FROM python:${PYTHON}-slim
ENV PYTHONUNBUFFERED=1 PATH=/venv/bin:$PATH DJANGO_SETTINGS_MODULE=portal.settings.production
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin vaekstbro
# The file of erasures lies outside the database (ERASURE_FILE), on a volume of its own.
RUN install --directory --owner=vaekstbro --mode=0700 /var/lib/vaekstbro
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
EXPOSE 8000
# More by GUNICORN_CMD_ARGS, e.g. "--workers 4".
CMD ["gunicorn", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=4", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket", "portal.wsgi"]
