# Everything a newcomer needs: `make dev` to see the bot work, `make test` before a commit.
# Each target brings what it lacks; a second run is fast.

CARGO ?= cargo
STOCK := utility fun counter music trivia quotes
TEST_COGS := clockwork fetcher keyhole listener radio rogue steward teller typist
WEB ?= 127.0.0.1:8080
DISCORD ?= 127.0.0.1:8081
SOAK_MINUTES ?= 30
# What builds cogs in other languages than Rust is fetched into this folder, once.
TOOLS := --install --toolchains target/toolchains

.PHONY: help dev build cogs test yt-dlp lint rules deny bench soak pictures clean
.DEFAULT_GOAL := help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

dev: cogs ## Start the bot on a local Discord (WEB=host:port and DISCORD=host:port move it)
	@target/debug/cogbox dev target/cogs --web $(WEB) --discord $(DISCORD)

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
	@runtime/prerequisites.sh cogs
	$(CARGO) build --release
	@target/release/cogbox build $(STOCK:%=cogs/%) --out target/cogs $(TOOLS)
	@target/release/cogbox build $(TEST_COGS:%=cogs/tests/%) --out target/test-cogs $(TOOLS)
	$(CARGO) bench --bench interactions
	$(CARGO) bench --bench neighbour
	cd runtime/benches/serenity && $(CARGO) build --release
	$(CARGO) bench --bench guilds
	$(CARGO) bench --bench local_discord

soak: cogs ## Load a bot for SOAK_MINUTES (30): nothing may be lost, nothing may grow
	SOAK_MINUTES=$(SOAK_MINUTES) $(CARGO) test --test it soak::nothing -- --ignored --nocapture

pictures: cogs ## Take the README's pictures with a headless browser
	@runtime/prerequisites.sh browser
	node runtime/pictures/take.mjs

clean: ## Remove everything that was built
	rm -rf target cogs/target cogs/*/dist cogs/*/node_modules runtime/benches/serenity/target
