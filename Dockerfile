# syntax=docker/dockerfile:1
FROM node:20-slim AS base
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1 NPM_CONFIG_UPDATE_NOTIFIER=false

FROM base AS dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM base AS build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
# The build uses secrets of its own, made for it and kept nowhere.
RUN node scripts/build.mjs && rm -rf .next/cache .next/dev

FROM base AS app
# DEPLOY_ENV makes the product demand its secrets instead of generating them.
ENV NODE_ENV=production DEPLOY_ENV=production PORT=3000
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/package.json /app/tsconfig.json /app/next.config.mjs /app/payload.config.ts ./
COPY --from=build /app/plugins ./plugins
COPY --from=build /app/src ./src
COPY --from=build --chown=node:node /app/.next ./.next
RUN mkdir -p data media && chown node:node data media
VOLUME ["/app/data", "/app/media"]
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--conditions=production", "--import", "tsx", "src/server/main.ts"]
