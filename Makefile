# interconn: build, test and demonstrate. `make help` lists the targets.

# All cores, unless -j says otherwise; several goals keep their order.
ifeq ($(MAKELEVEL)$(word 2,$(MAKECMDGOALS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

SHELL     := /bin/bash
BUILD     ?= build
NGX_SRC   ?= /usr/share/nginx/src
PREFIX    ?= /usr/local
ifeq ($(origin CC),default)
CC        := gcc
endif
SANITIZE  ?=
OPT       ?= -O2

top       := $(CURDIR)
out       := $(if $(filter /%,$(BUILD)),$(BUILD),$(top)/$(BUILD))
obj       := $(out)/obj

warnings  := -Wall -Wextra -Werror -Wno-unused-parameter
hardening := -fstack-protector-strong -D_FORTIFY_SOURCE=2
# Every role of the daemon has what its tables take: only those it uses.
cflags    := -std=gnu11 $(OPT) -g -fPIC -ffp-contract=off -D_GNU_SOURCE \
             -ffunction-sections -fdata-sections \
             $(warnings) \
             $(if $(SANITIZE),$(SANITIZE) -fno-omit-frame-pointer,$(hardening))
ldflags   := $(SANITIZE) -Wl,-z,relro,-z,now,--gc-sections

# Layers: a program links the folders it may depend on, nothing upward.
sources    = $(wildcard $(addprefix src/,$(addsuffix /*.c,$(1))))
objects    = $(patsubst src/%.c,$(obj)/%.o,$(call sources,$(1)))

generated := $(obj)/gen/ic_store_library.o
library   := $(call objects,lib api trust)
package   := $(call objects,package)
store     := $(call objects,store) $(generated)
components := $(notdir $(wildcard src/components/*))

# Messages of components that are in protobuf, by protobuf-c.
protos     = $(patsubst src/%.proto,$(obj)/gen/%.pb-c.o, \
             $(wildcard src/components/$(1)/*.proto))

programs  := $(out)/interconnd $(out)/interconnctl \
    $(out)/interconn-reader $(out)/ic_apidump
task_lib  := $(out)/libinterconn-task.a
module    := $(out)/ngx_http_interconn_module.so

unit      := $(patsubst t/unit/%.c,$(out)/unit/%,$(wildcard t/unit/*.c))
bench     := $(patsubst t/bench/%.c,$(out)/bench/%,$(wildcard t/bench/*.c))
fuzz      := $(patsubst t/fuzz/%.c,$(out)/fuzz/%,$(wildcard t/fuzz/*.c))

libs_base := -lyajl -lssl -lcrypto -lm
libs_store := -lhiredis
libs_daemon := -lcurl -lmicrohttpd
libs_math := -lgmp -lsqlite3

asan      := BUILD=$(BUILD)-asan OPT=-O1 \
             SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=all"

# With an engine, which only clang has.
fuzzed    := BUILD=$(BUILD)-fuzz CC=clang OPT=-O1 FUZZ_ENGINE=-fsanitize=fuzzer \
             NGX_OUT=$(out)/nginx \
             SANITIZE="-fsanitize=fuzzer-no-link,address,undefined"

.PHONY: all module daemon cli components console deps deps-check test-deps-check test \
        unit perl-test \
        asan fuzz fuzz-long fuzz-targets fuzz-deps-check demo docs docs-check bench-api bench-train bench-chan bench-table \
        bench-jobs chaos \
        bench-primitives bench-math bench-pir bench-psi bench-lr bench-source \
        bench-expression bench-evidence lint \
        install clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:


all: module $(programs) components console  ## build everything into build/

module: $(module)               ## the nginx module alone

console: $(out)/console/index.html  ## what the console's pages are, alone

components: $(addprefix $(out)/components/,$(components))


# --- dependencies -----------------------------------------------------------

packages := gcc libc6-dev nginx nginx-dev libhiredis-dev libyajl-dev \
    libgmp-dev libssl-dev libcurl4-openssl-dev libmicrohttpd-dev \
    libsqlite3-dev unixodbc-dev libprotobuf-c-dev protobuf-c-compiler \
    redis-server tzdata perl libio-socket-ssl-perl \
    openssl curl nodejs/node npm/npm

# Databases that only tests and benchmarks start; without a service.
databases := libsqliteodbc odbc-mariadb odbc-postgresql sqlite3 \
    mariadb-server-core mariadb-client-core postgresql

# What the tests look at the console with.
browsers := chromium fonts-wqy-microhei

# The engine of `make fuzz`, and nothing else.
fuzzers := clang libclang-rt-dev

deps:                           ## install what is missing from Debian
	@conf/install-deps.sh $(packages) $(databases) $(browsers) $(fuzzers)

# Fast when all is there; what `make demo` and `make test` call.
deps-check:
	@conf/install-deps.sh --if-missing $(packages)

test-deps-check:
	@conf/install-deps.sh --if-missing $(packages) $(databases) $(browsers)

fuzz-deps-check:
	@conf/install-deps.sh --if-missing $(packages) $(fuzzers)


# --- C ----------------------------------------------------------------------

$(obj)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(cflags) -MMD -MP -c -o $@ $<

# Loops over digits are unrolled. Kernels for instructions that not every
# processor has (src/math/ic_cpu.h) have flags of their own.
$(obj)/math/%.o: cflags += $(if $(SANITIZE),,-O3)

ifeq ($(shell uname -m),x86_64)
avx512 := -mavx512f -mavx512dq -mavx512bw -mavx512vl
$(obj)/math/%_avx512.o: cflags += $(avx512)
$(obj)/math/%_ifma.o: cflags += $(avx512) -mavx512ifma
$(obj)/math/%_vaes.o: cflags += $(avx512) -maes -mvaes
$(obj)/math/%_vnni.o: cflags += $(avx512) -mavx512vnni
endif

$(obj)/gen/ic_store_library.c: src/tools/lua2c.pl $(wildcard src/api/*.def) \
        $(wildcard src/store/lua/*.lua)
	@mkdir -p $(@D)
	perl src/tools/lua2c.pl $@ $(sort $(wildcard src/store/lua/*.lua))

$(obj)/gen/%.pb-c.c $(obj)/gen/%.pb-c.h: src/%.proto
	@mkdir -p $(@D)
	protoc-c --proto_path=$(dir $<) --c_out=$(@D) $<

$(obj)/gen/%.o: $(obj)/gen/%.c
	$(CC) $(cflags) -I$(top)/src/store -c -o $@ $<

$(out)/interconnd: $(call objects,daemon evidence source) $(package) $(store) $(library)
	$(CC) $(ldflags) -o $@ $^ $(libs_store) $(libs_daemon) -lsqlite3 \
	    $(libs_base)

$(out)/interconnctl: $(call objects,cli evidence math source) $(package) $(store) \
        $(library)
	$(CC) $(ldflags) -o $@ $^ $(libs_store) -lcurl $(libs_math) $(libs_base)

$(out)/interconn-reader: $(call objects,reader source) $(library)
	$(CC) $(ldflags) -o $@ $^ -lodbc -lodbcinst -lsqlite3 $(libs_base)

$(out)/ic_apidump: $(call objects,tools) $(library)
	$(CC) $(ldflags) -o $@ $^ $(libs_base)

$(task_lib): $(call objects,protocol task source math) $(library)
	rm -f $@
	ar rcs $@ $^

define component
$(call objects,components/$(1)): cflags += -I$(obj)/gen/components/$(1)
$(call objects,components/$(1)): | $(patsubst %.o,%.h,$(call protos,$(1)))
$(out)/components/$(1): $$(call objects,components/$(1)) \
        $(call protos,$(1)) $(task_lib)
	@mkdir -p $$(@D)
	$(CC) $(ldflags) -o $$@ $$^ -lcurl $(libs_math) \
	    $(if $(call protos,$(1)),-lprotobuf-c) $(libs_base)
endef
$(foreach name,$(components),$(eval $(call component,$(name))))


# --- nginx module -----------------------------------------------------------

module_sources := $(call sources,lib api trust evidence http) \
    $(wildcard $(addprefix src/,$(addsuffix /*.[hd]*,lib api trust evidence \
                                             http)))

# Links, since configure writes a Makefile into the folder it runs in.
ngx_tree  := $(out)/nginx/tree

module_inputs := $(ngx_tree) $(abspath $(NGX_SRC)) \
    $(call sources,lib api trust evidence http)

# Changes with sources and folders: nginx must then be configured again.
$(out)/nginx/sources: FORCE
	@mkdir -p $(out)/nginx
	@echo $(module_inputs) | cmp -s - $@ || echo $(module_inputs) > $@

$(out)/nginx/Makefile: config $(out)/nginx/sources $(NGX_SRC)/configure
	@rm -rf $(ngx_tree) && mkdir -p $(ngx_tree)
	@ln -s $(abspath $(NGX_SRC))/* $(ngx_tree) && rm -f $(ngx_tree)/Makefile
	@cd $(ngx_tree) && NGX_CONF_FLAGS=(--with-compat --with-http_ssl_module); \
	if [ -f conf_flags ]; then . ./conf_flags; fi; \
	./configure "$${NGX_CONF_FLAGS[@]}" \
	    --with-cc-opt="$(OPT) -g -fPIC $(warnings) $(SANITIZE)" \
	    --with-ld-opt="-fPIC $(SANITIZE)" \
	    --add-dynamic-module=$(top) --builddir=$(out)/nginx \
	    > $(out)/nginx/configure.log 2>&1 \
	    || { tail -20 $(out)/nginx/configure.log; exit 1; }

$(module): $(out)/nginx/Makefile $(module_sources)
	$(MAKE) -f $(out)/nginx/Makefile -C $(ngx_tree) modules
	cp --remove-destination $(out)/nginx/ngx_http_interconn_module.so $@


# --- console ----------------------------------------------------------------

npm       := $(out)/console-npm

# Of the versions of the lock file and with their digests; no script of a
# package runs. A folder beside the output, so that sources stay as they are.
$(npm)/installed: src/console/package-lock.json src/console/package.json
	@mkdir -p $(npm) && cp $^ $(npm)
	@command -v npm > /dev/null && command -v node > /dev/null \
	    || { echo "the console is built with node and npm: make deps"; exit 1; }
	@npm ci --prefix $(npm) --ignore-scripts --no-audit --no-fund \
	    --prefer-offline --loglevel=error > $(npm)/log 2>&1 \
	    || { cat $(npm)/log; echo "the console's packages" \
	    "(src/console/package-lock.json) could not be had: npm needs a" \
	    "registry or a filled cache, see docs/console.md"; exit 1; }
	@touch $@

$(out)/console/index.html: $(npm)/installed $(shell find src/console -type f)
	node src/console/build.mjs src/console $(out)/console


# --- tests ------------------------------------------------------------------

unit_lib := $(out)/libinterconn-unit.a

# All code below the main()s, so that a unit test links what it needs.
$(unit_lib): $(call objects,protocol task source math store daemon evidence) \
        $(package) \
        $(generated) \
        $(foreach name,$(components),$(call objects,components/$(name)) \
            $(call protos,$(name))) \
        $(library)
	rm -f $@
	ar rcs $@ $(filter-out %_main.o,$^)

$(out)/unit/%: t/unit/%.c $(wildcard t/unit/*.h) $(unit_lib)
	@mkdir -p $(@D)
	$(CC) $(cflags) $(ldflags) -o $@ $< $(unit_lib) \
	    $(libs_store) $(libs_daemon) $(libs_math) -lprotobuf-c \
	    -lpthread $(libs_base)

$(out)/unit/psi_%: cflags += -I$(obj)/gen/components/psi

$(out)/bench/pir: $(filter-out %_main.o,$(call objects,components/pir))

$(out)/bench/evidence: $(call objects,evidence)

$(out)/bench/%: t/bench/%.c $(task_lib)
	@mkdir -p $(@D)
	$(CC) $(cflags) $(ldflags) -o $@ $< $(filter %.o,$^) $(task_lib) \
	    -lcurl $(if $(filter source,$*),-lodbc) $(libs_math) $(libs_base)

# A component of t/88 and t/89, beside those of the product.
$(out)/t/components/%: t/component/%.c $(task_lib)
	@mkdir -p $(@D)
	$(CC) $(cflags) $(ldflags) -o $@ $< $(task_lib) \
	    -lcurl $(libs_math) $(libs_base)

probes := $(patsubst t/component/%.c,$(out)/t/components/%, \
    $(wildcard t/component/*.c))

test: test-deps-check           ## everything that can fail
	$(MAKE) all docs-check
	$(MAKE) unit
	$(MAKE) perl-test

# What drives the browser, from its lock file.
browser := $(out)/browser/node_modules/.package-lock.json

$(browser): t/browser/package.json t/browser/package-lock.json
	@mkdir -p $(out)/browser && cp $^ $(out)/browser
	cd $(out)/browser && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

# Targets of an engine; without one, programs that run the files named.
FUZZ_ENGINE ?= t/fuzz/replay/replay.c
NGX_OUT     ?= $(out)/nginx

$(out)/fuzz/%: t/fuzz/%.c $(wildcard t/fuzz/*.h t/fuzz/replay/*.c) $(unit_lib)
	@mkdir -p $(@D)
	$(CC) $(cflags) $(ldflags) -o $@ $< $(FUZZ_ENGINE) $(unit_lib) \
	    $(libs_store) $(libs_daemon) $(libs_math) -lprotobuf-c \
	    -lpthread $(libs_base)

$(out)/fuzz/psi_%: cflags += -I$(obj)/gen/components/psi

# nginx's types, without nginx.
$(out)/fuzz/resp: cflags += $(addprefix -I$(NGX_SRC)/src/,core event os/unix) \
    -I$(NGX_OUT)
$(out)/fuzz/resp: | $(NGX_OUT)/Makefile

fuzz-targets: $(fuzz)

# Each target for FUZZ_SECONDS, two at a time; FUZZ="json sql": those alone.
FUZZ_SECONDS ?= 60
FUZZ_JOBS    ?= 2

fuzz: fuzz-deps-check           ## every parser against random input, 60 s each
	@$(MAKE) --no-print-directory -s $(NGX_OUT)/Makefile
	@$(MAKE) --no-print-directory -s $(fuzzed) fuzz-targets
	@IC_BUILD=$(out)-fuzz perl t/fuzz/fuzz.pl --seconds $(FUZZ_SECONDS) \
	    --jobs $(FUZZ_JOBS) $(FUZZ)

fuzz-long:                      ## the same, an hour each
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=3600

unit: $(unit)
	IC_BUILD=$(out) prove -j2 -e '' $(unit)

# Faults that tests preload: a wrong clock, what survives a power cut.
shims := $(patsubst t/shim/%.c,$(out)/t/%.so,$(wildcard t/shim/*.c))

$(out)/t/%.so: t/shim/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -g -fPIC -D_GNU_SOURCE $(warnings) -shared -o $@ $< -ldl

perl-test: all $(shims) $(probes) $(fuzz) $(browser)
	IC_BUILD=$(out) prove -j2 -It/lib t/*.t

chaos: all $(shims) $(probes)  ## jobs while all dies: CYCLES=, IC_SEED=
	IC_BUILD=$(out) IC_CYCLES=$(CYCLES) prove -v -It/lib t/89-chaos.t
	IC_BUILD=$(out) IC_CYCLES=$(or $(CYCLES),1000) \
	    prove -v -It/lib t/134-powercut.t

# A report of a server that tests start is a file of $(reports): the role of
# a daemon that it ends comes back, and a test may not notice.
reports   := $(out)-asan/reports

asan: deps-check                ## the same under ASan and UBSan
	$(MAKE) $(asan) all
	@rm -rf $(reports) && mkdir -p -m 1777 $(reports)
	export IC_NGINX_PRELOAD=$$($(CC) -print-file-name=libasan.so) \
	    ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0:log_path=$(reports)/r \
	    UBSAN_OPTIONS=print_stacktrace=1; \
	$(MAKE) $(asan) unit && $(MAKE) $(asan) perl-test
	@! grep -h . $(reports)/* 2>/dev/null


# --- products of the tables -------------------------------------------------

# Form of the tables, file of docs/.
api_docs  := --markdown:api.md --markdown-zh:zh/api.md \
    --openapi:openapi.json
storedoc  := docs/store.md $(sort $(wildcard src/store/lua/*.lua))
causedoc  := docs/troubleshooting.md docs/zh/troubleshooting.md

docs: $(out)/ic_apidump         ## regenerate what is made from tables
	@set -e; for doc in $(api_docs); do \
	    $(out)/ic_apidump $${doc%%:*} > docs/$${doc#*:}; done
	perl src/tools/storedoc.pl $(storedoc)
	perl src/tools/causedoc.pl $(causedoc)

docs-check: $(out)/ic_apidump
	@for doc in $(api_docs); do \
	    $(out)/ic_apidump $${doc%%:*} | cmp -s - docs/$${doc#*:} \
	    || { echo "docs/$${doc#*:} is stale: run make docs"; exit 1; }; \
	done
	@perl src/tools/storedoc.pl --check $(storedoc)
	@perl src/tools/causedoc.pl --check $(causedoc)


# --- use --------------------------------------------------------------------

demo: deps-check                ## four nodes, one federated training
	@$(MAKE) --no-print-directory -s all
	@$(out)/interconnctl demo $(if $(DATA),--data $(DATA)) \
	    $(if $(DEMO_EXIT),--exit)

bench-train: deps-check         ## training time against the physical limit
	@$(MAKE) --no-print-directory -s all $(out)/bench/primitives
	@IC_BUILD=$(out) perl -It/lib t/bench/train.pl

# The peer written in Lua is measured if its packages can be had.
bench_api_packages := libnginx-mod-http-lua lua-nginx-redis

bench-api: deps-check           ## answers of the API against `return 200`
	@conf/install-deps.sh --if-missing $(bench_api_packages) \
	    || echo "without $(bench_api_packages): no figure against Lua"
	@$(MAKE) --no-print-directory -s all $(out)/bench/load
	@IC_BUILD=$(out) perl -It/lib t/bench/api.pl

bench-chan: deps-check          ## messages between nodes against proxy_pass
	@$(MAKE) --no-print-directory -s all $(out)/bench/chan
	@IC_BUILD=$(out) perl -It/lib t/bench/chan.pl

bench-math: deps-check          ## arithmetic against GMP and OpenSSL
	@$(MAKE) --no-print-directory -s $(out)/bench/math
	@$(out)/bench/math

bench-table: deps-check         ## tables between tasks against fread()
	@$(MAKE) --no-print-directory -s $(out)/bench/table
	@$(out)/bench/table

bench-source: test-deps-check   ## databases against plain fetch loops
	@$(MAKE) --no-print-directory -s all $(out)/bench/source
	@IC_BUILD=$(out) perl -It/lib t/bench/source.pl

bench-jobs: deps-check          ## scheduling against starting a program
	@$(MAKE) --no-print-directory -s all $(probes)
	@IC_BUILD=$(out) perl -It/lib t/bench/jobs.pl

bench-expression: deps-check    ## computing on shares against AES-CTR
	@$(MAKE) --no-print-directory -s $(out)/bench/expression
	@$(out)/bench/expression

bench-pir: deps-check           ## retrieval by keyword against a look-up
	@$(MAKE) --no-print-directory -s all $(out)/bench/pir
	@IC_BUILD=$(out) perl -It/lib t/bench/pir.pl
	@$(out)/bench/pir

bench-psi: deps-check           ## intersections against their multiplications
	@$(MAKE) --no-print-directory -s all $(out)/bench/psi
	@IC_BUILD=$(out) perl -It/lib t/bench/psi.pl

bench-lr: deps-check            ## epochs of regressions against arithmetic
	@$(MAKE) --no-print-directory -s all $(out)/bench/lr
	@IC_BUILD=$(out) perl -It/lib t/bench/lr.pl

bench-evidence: deps-check      ## evidence against transitions without it
	@$(MAKE) --no-print-directory -s all $(out)/bench/load \
	    $(out)/bench/evidence
	@IC_BUILD=$(out) perl -It/lib t/bench/evidence.pl

bench-primitives: deps-check
	@$(MAKE) --no-print-directory -s $(out)/bench/primitives
	@$(out)/bench/primitives

install: all                    ## into $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin \
	    $(DESTDIR)$(PREFIX)/lib/interconn/components \
	    $(DESTDIR)$(PREFIX)/share/interconn
	install $(out)/interconnd $(DESTDIR)$(PREFIX)/sbin
	install $(out)/interconnctl $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(module) $(DESTDIR)$(PREFIX)/lib/interconn
	install $(out)/interconn-reader conf/redis-repair \
	    $(DESTDIR)$(PREFIX)/lib/interconn
	install $(out)/components/* $(DESTDIR)$(PREFIX)/lib/interconn/components
	rm -rf $(DESTDIR)$(PREFIX)/share/interconn/console
	cp -r $(out)/console $(DESTDIR)$(PREFIX)/share/interconn

clean:                          ## remove what was built
	rm -rf $(out) $(out)-asan $(out)-fuzz

help:                           ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20

-include $(shell find $(obj) -name '*.d' 2>/dev/null)
