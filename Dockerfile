# Three images: docker build --target bot | processor | processor-cuda .
# npm install scripts are disabled (.npmrc), except for the one below.

ARG NODE=24.21.0-bookworm-slim

FROM node:${NODE} AS manifests
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
COPY bot/package.json bot/
COPY cli/package.json cli/
COPY jobs/package.json jobs/
COPY processor/package.json processor/

FROM manifests AS bot-packages
RUN npm ci --omit=dev -w bot -w jobs --include-workspace-root

FROM manifests AS processor-packages
RUN npm ci --omit=dev -w processor -w cli -w jobs --include-workspace-root \
 && rm -rf node_modules/onnxruntime-node/bin/napi-v6/darwin node_modules/onnxruntime-node/bin/napi-v6/win32

FROM processor-packages AS processor-cuda-packages
# The only install script that runs: it fetches onnxruntime's CUDA provider, which is too large for npm.
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js

FROM node:${NODE} AS runtime
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /data
WORKDIR /app
ENV NODE_ENV=production STORE_FOLDER=/data/store STATUS_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["tini", "--", "node", "--import", "tsx"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM runtime AS bot
ENV BOT_STATUS_PORT=8080
COPY --from=bot-packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY jobs jobs
COPY bot bot
COPY commands commands
USER node
CMD ["bot/main.ts"]

FROM runtime AS processor
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/*
ENV PROCESSOR_STATUS_PORT=8080 DEVICES=cpu
COPY --from=processor-packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY jobs jobs
COPY models models
COPY processor processor
COPY cli cli
USER node
CMD ["processor/worker/main.ts"]

FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04 AS processor-cuda
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 node \
 && install -d -o node -g node /data
COPY --from=runtime /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
ENV NODE_ENV=production STORE_FOLDER=/data/store STATUS_HOST=0.0.0.0 PROCESSOR_STATUS_PORT=8080 DEVICES=cuda,cpu
VOLUME /data
EXPOSE 8080
COPY --from=processor-cuda-packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY jobs jobs
COPY models models
COPY processor processor
COPY cli cli
USER node
ENTRYPOINT ["tini", "--", "node", "--import", "tsx"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["processor/worker/main.ts"]
