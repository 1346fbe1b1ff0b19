# The server against DynamoDB, its root key in AWS KMS. docs/operations.md says how to run it, and with which
# certificate or behind which proxy: without either it does not start.
FROM node:24-slim AS packages
WORKDIR /tenkey
COPY package.json package-lock.json .npmrc ./
# no package that runs here has an install script but pkcs11js, which needs a compiler (docs/cloudhsm.md); the image has
# its own node
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node node_modules/node-bin-* node_modules/.bin

FROM node:24-slim
ENV NODE_ENV=production \
    TENKEY_HOST=0.0.0.0 \
    TENKEY_PORT=4599 \
    TENKEY_STORE=dynamodb \
    TENKEY_DATA=/data
WORKDIR /tenkey
COPY --from=packages /tenkey/node_modules node_modules
COPY package.json LICENSE ./
COPY docs/openapi.json docs/
COPY core core
COPY operations operations
COPY server server
# the operator's credential is written here: keep the volume, or each new container makes another
RUN mkdir /data && chown node:node /data && chmod 700 /data
VOLUME /data
USER node
EXPOSE 4599
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "server/health-check.ts"]
CMD ["node", "server/main.ts"]
