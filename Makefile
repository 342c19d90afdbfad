# Everything a newcomer needs: `make dev` to see the bot work, `make test` before a commit.
# Each target brings what it lacks; a second run is fast.

CARGO ?= cargo
STOCK := automod cleanup counter feeds fun giveaways levels moderation music polls quotes reminders roles serverlog starboard tags tickets trivia utility warnings welcome
TEST_COGS := clockwork fetcher keyhole listener radio rogue steward teller typist
WEB ?= 127.0.0.1:8080
DISCORD ?= 127.0.0.1:8081
# A folder with sound files for `/play` in `make dev`; two tunes when left out.
MEDIA ?=
SOAK_MINUTES ?= 30
SOAK_KILLS ?= 100
# The release that `make freeze` is about: the one that is being made.
RELEASE ?= 0.1.0-alpha.1
# What builds cogs in other languages than Rust is fetched into this folder, once.
TOOLS := --install --toolchains target/toolchains

.PHONY: help dev build cogs test yt-dlp lint rules deny bench soak freeze release image-check image-check-release \
	release-check release-dry-run sdk-check advisories pictures clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

dev: cogs ## Start the bot on a local Discord (WEB=host:port and DISCORD=host:port move it; MEDIA=folder for /play)
	@target/debug/cogbox dev target/cogs --web $(WEB) --discord $(DISCORD) $(if $(MEDIA),--media "$(MEDIA)")

build: ## Build the host
	@runtime/prerequisites.sh build
	$(CARGO) build

cogs: build ## Build the stock cogs, and the test cogs beside them
	@runtime/prerequisites.sh cogs
	@target/debug/cogbox build $(STOCK:%=cogs/%) --out target/cogs $(TOOLS)
	@target/debug/cogbox build $(TEST_COGS:%=cogs/tests/%) --out target/test-cogs $(TOOLS)

test: cogs ## Run all tests
	@runtime/prerequisites.sh test
	$(CARGO) test
	cd cogs && $(CARGO) test
	node --test runtime/emulator/page/tests/*.mjs
	node --test runtime/emulator/page/tests/browser/*.test.mjs
	node --test runtime/tests/browser/*.test.mjs
	node --test runtime/tests/observe/*.test.mjs

yt-dlp: ## Fetch yt-dlp into target/tools, as the tests run it
	@runtime/prerequisites.sh yt-dlp

lint: ## Check formatting and lints
	$(CARGO) fmt --all --check
	cd cogs && $(CARGO) fmt --all --check
	$(CARGO) clippy --all-targets -- -D warnings
	cd cogs && $(CARGO) clippy --all-targets -- -D warnings
	node runtime/emulator/rules.mjs --check

rules: ## Write runtime/emulator/RULES.md anew: which rules of Discord's the tests show kept
	node runtime/emulator/rules.mjs

deny: ## Check dependencies: licences, sources, bans
	@runtime/prerequisites.sh deny
	target/tools/bin/cargo-deny --all-features check bans licenses sources
	cd cogs && ../target/tools/bin/cargo-deny --all-features check bans licenses sources

bench: ## Measure, and print the figures that runtime/benches/README.md explains
	@runtime/prerequisites.sh cogs wrk
	$(CARGO) build --release
	@target/release/cogbox build $(STOCK:%=cogs/%) --out target/cogs $(TOOLS)
	@target/release/cogbox build $(TEST_COGS:%=cogs/tests/%) --out target/test-cogs $(TOOLS)
	$(CARGO) bench --bench interactions
	$(CARGO) bench --bench metrics
	$(CARGO) bench --bench neighbour
	$(CARGO) bench --bench web
	$(CARGO) bench --bench cogs
	cd runtime/benches/serenity && $(CARGO) build --release
	$(CARGO) bench --bench guilds
	$(CARGO) bench --bench sound
	cd runtime/benches/songbird && $(CARGO) build --release
	$(CARGO) bench --bench voice
	$(CARGO) bench --bench local_discord

soak: cogs ## Load a bot for SOAK_MINUTES (30), then kill it 100 times: nothing may be lost, nothing may grow
	SOAK_MINUTES=$(SOAK_MINUTES) $(CARGO) test --test it soak::nothing -- --ignored --nocapture
	KILLS=$(SOAK_KILLS) $(CARGO) test --test it kills:: -- --nocapture

freeze: ## Write down the database's schema as that of a release: make freeze RELEASE=1.2.3
	COGBOX_FREEZE=$(RELEASE) $(CARGO) test --lib store::migrate::tests::freeze -- --exact --ignored

release: ## Build the host and the stock cogs as a release has them
	@runtime/prerequisites.sh cogs
	$(CARGO) build --release --locked
	@target/release/cogbox build $(STOCK:%=cogs/%) --out target/cogs $(TOOLS)

# Root makes file systems; who is not root is asked for a password once.
IMAGE = runtime/image/collect.sh target/$(1)/cogbox target/cogs target/image/out && $(SUDO) runtime/image/check.py slim target/image/out && $(SUDO) runtime/image/check.py full target/image/out
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

image-check: cogs ## Build the image's stages without Docker, and try them
	@runtime/prerequisites.sh image
	@$(call IMAGE,debug)

image-check-release: release ## The same with the release build, for its sizes and times
	@runtime/prerequisites.sh image
	@$(call IMAGE,release)

release-check: ## Check the Dockerfile, compose.yaml, the workflows and the operators' files
	@runtime/prerequisites.sh release prometheus
	@runtime/release/check.sh

sdk-check: ## Check that the Rust SDK could be published
	cd cogs && $(CARGO) publish --dry-run --allow-dirty -p cogbox-sdk-macros -p cogbox-sdk

advisories: ## Check dependencies for known holes; needs the network
	@runtime/prerequisites.sh deny
	target/tools/bin/cargo-deny --all-features check advisories
	cd cogs && ../target/tools/bin/cargo-deny --all-features check advisories

release-dry-run: release-check deny release ## Walk every step of a release that can be done here: make release-dry-run RELEASE=1.2.3
	@runtime/release/dry-run.sh $(RELEASE)

pictures: cogs ## Take the README's pictures with a headless browser, and draw what Prometheus reads
	@runtime/prerequisites.sh browser prometheus
	node runtime/pictures/take.mjs
	node runtime/pictures/observe.mjs

clean: ## Remove everything that was built
	rm -rf target cogs/target cogs/*/dist cogs/*/node_modules runtime/benches/*/target
