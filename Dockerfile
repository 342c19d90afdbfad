# The image of Cogbox. `docker build .` makes the whole one; `--target slim` leaves yt-dlp out.
#
# The stages from `base` on hold everything that runs. `make image-check` carries them out in a folder,
# line by line, and tries what comes of it; what `build` leaves in /out it takes from target/.

FROM rust:1.95-trixie AS tools
RUN apt-get update \
 && apt-get install -y --no-install-recommends cmake nodejs npm python3-pip \
 && rm -rf /var/lib/apt/lists/*
RUN cargo install --locked --version 0.1.78 cargo-chef \
 && rustup target add wasm32-unknown-unknown
WORKDIR /src

FROM tools AS recipe
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM tools AS build
# Opus from its own sources, and inside of the program.
ENV LIBOPUS_BUNDLED=1 LIBOPUS_STATIC=1
COPY --from=recipe /src/recipe.json .
RUN cargo chef cook --release --locked --recipe-path recipe.json
COPY . .
RUN make release \
 && runtime/image/collect.sh target/release/cogbox target/cogs /out

FROM debian:trixie-slim AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tini \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 65532 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin cogbox

# Everything but yt-dlp.
FROM base AS slim
COPY --from=build /out/cogbox /usr/local/bin/cogbox
COPY --from=build /out/cogs /usr/share/cogbox/cogs
# A new volume begins with what lies there.
COPY --from=build --chown=65532:65532 /out/data /data
ENV COGBOX_CONFIG=/data/cogbox.toml
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=3m CMD ["cogbox", "health"]
ENTRYPOINT ["tini", "--", "cogbox"]
CMD ["run"]

# yt-dlp as well, with Python, and with QuickJS for YouTube's scripts.
FROM slim AS full
USER 0
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 quickjs \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/yt-dlp /opt/yt-dlp
# Nothing can be written there later.
RUN python3 -m compileall -q /opt/yt-dlp
COPY --chmod=755 runtime/image/yt-dlp /usr/local/bin/yt-dlp
USER 65532:65532
