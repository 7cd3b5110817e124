// SPDX-License-Identifier: MIT
// Command lines. Whatever is wrong gets one line that names it and what would
// be valid.

#define _GNU_SOURCE
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../results/text.h"
#include "group.h"
#include "items.h"
#include "seal_format.h"
#include "table.h"
#include "tls_kinds.h"

#define MAX_STARTS 100
#define MAX_SIZE (UINT64_C(256) << 20) // bytes in a message

static const struct described {
	const char *name, *argument, *meaning;
} all_options[] = {
	{"algorithm", "NAME,…", "only these: AES-128-GCM, AES-128 (all that begin so), RSA-2048 …"},
	{"engine", "NAME,…", "only these: native, openssl …; or FILE.so, a plug-in to load as well"},
	{"kernel", "NAME,…", "only these: auto, aes-gcm:vaes512, aesni …"},
	{"size", "BYTES,…", "message sizes: 1350, 16K, 1M"},
	{"op", "NAME,…", "only these: seal open encrypt decrypt mac sign verify keygen derive …"},
	{"aad", "BYTES", "associated data with each message (default 13, as in a TLS record)"},
	{"baseline", "NAME", "compare with this engine, or with `best`: the fastest but native (default)"},
	{"quick", NULL, "a rough answer in under 20 seconds"},
	{"all-kernels", NULL, "every kernel, not only the one that an engine picks by itself"},
	{"starts", "NUMBER", "starts of the process, pooled (default 6, with --quick 1)"},
	{"precision", "SHARE", "measure until each time is known to ± this: 1%, 0.5% …"},
	{"budget", "SECONDS", "how long it may take (default with --precision: 600)"},
	{"sweep", NULL, "36 sizes, and a line through them: fixed cycles + cycles/byte"},
	{"latency", NULL, "also with each nonce depending on the last tag"},
	{"self-test", NULL, "the stopwatch against itself: equal rivals, and one with 3 % more to do"},
	{"parts", NULL, "what handshakes are made of: flights, signatures, key exchange, X.509 …"},
	{"isolate", "SECONDS", "give up on an engine that crashes or takes so long (plug-ins: 30; 0: don't)"},
	{"worker", "SECONDS", NULL},
	{"group", "NAME", NULL},
	{"without", "FILE", NULL},
	{"threads", "COUNT", "as many at most (default: one on each CPU that this process may use)"},
	{"seed", "NUMBER", "repeat the random choices of an earlier run, which told its seed"},
	{"format", "NAME", "of what is shown: table, csv, markdown, or json (as --json -)"},
	{"all", NULL, "everything: what does not differ too, every kind of handshake"},
	{"list", NULL, "show the kinds of handshake, and which engine has them; measure nothing"},
	{"by", "NAME", "verdicts by cycles (default, where both files have them) or by time"},
	{"fail-if-slower", "PERCENT", "exit 1 when anything is slower by more than that: 3%"},
	{"anyway", NULL, "compare what isn't comparable, and mark it"},
	{"wycheproof", "FILE…", "test vectors of project Wycheproof instead, every one that applies"},
	{"cavp", "FILE…", "NIST's response files (.rsp) instead: AES-GCM, CCM, XTS, CTR, CBC, ECB"},
	{"output", "FILE", "write it there, also -o; `-` is standard output"},
	{"config", "FILE", "a configuration of OpenSSL (default: that of OPENSSL_CONF or the system)"},
	{"force", NULL, "replace a file that is there"},
	{"key-file", "FILE", "the key: 32 bytes, or 64 hexadecimal digits as `keygen` writes"},
	{"passphrase-file", "FILE", "the passphrase: one line; /dev/fd/N reads a descriptor"},
	{"memory", "BYTES", "that a passphrase costs: 8M to 1G (default 256M)"},
	{"json", "FILE", "write the result there as JSON; `-` is standard output"},
	{"no-progress", NULL, "no progress line on the terminal"},
	{"profile", "FILE", "a transaction of your own (JSON) instead of those built in"},
	{"bulk", NULL, "application data inside TLS 1.3 instead: what its record layer costs"},
	{"loopback", NULL, "also over TCP of this machine: connections a second"},
	{"trace", "KIND", "one handshake of that kind as it happens, message by message"},
	{"ascii", NULL, "charts in plain ASCII, as in a locale without UTF-8"},
	{"no-color", NULL, "no colours, as with NO_COLOR=1 in the environment"},
	{"help", NULL, "this text"},
};
enum { n_options = sizeof(all_options) / sizeof(all_options[0]) };

static const char *const op_names[] = {"seal",   "open",   "encrypt", "decrypt",     "mac",         "sign",
				       "verify", "keygen", "derive",  "encapsulate", "decapsulate", "handshake"};

int usage_error(const char *format, ...)
{
	char *text;
	va_list args;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len >= 0) {
		char *clean = text_cleaned(text);
		fprintf(stderr, "lanecrypt: %s\n", clean);
		free(clean);
		free(text);
	}
	return EXIT_USAGE;
}

int color_on(const struct bench_options *options, FILE *out)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	return !options->no_color && (no_color == NULL || no_color[0] == '\0') && isatty(fileno(out)) &&
	       (term == NULL || strcmp(term, "dumb") != 0);
}

// The first of the locale's variables that is set decides.
int plain_ascii(const struct bench_options *options)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *value = NULL;
	for (size_t i = 0; i < 3 && (value == NULL || value[0] == '\0'); i++)
		value = getenv(variables[i]);
	return options->ascii || value == NULL ||
	       (strcasestr(value, "UTF-8") == NULL && strcasestr(value, "UTF8") == NULL);
}

int columns_of(FILE *out)
{
	struct winsize size;
	return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 1000;
}

// ---- Lists of names ----

// Names to choose from, each once.
struct names {
	const char **items;
	size_t n;
};

static void names_add(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcasecmp(names->items[i], name) == 0)
			return;
	const char **grown = realloc(names->items, (names->n + 1) * sizeof(*grown));
	result_must(grown);
	names->items = grown;
	names->items[names->n++] = name;
}

// How many letters have to change to make b of a, case aside (Levenshtein).
static size_t distance(const char *a, const char *b)
{
	size_t row[64], n = strlen(b);
	if (n >= 64 || strlen(a) >= 64)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t change = diagonal + (tolower((unsigned char)a[i]) != tolower((unsigned char)b[j]));
			diagonal = row[j + 1];
			size_t least = diagonal < row[j] ? diagonal + 1 : row[j] + 1;
			row[j + 1] = change < least ? change : least;
		}
	}
	return row[n];
}

// "no algorithm 'AES-128-GMC' (did you mean AES-128-GCM?); valid: …"
static int unknown(const char *what, const char *word, const struct names *valid)
{
	char *list = NULL;
	size_t len, best = 0;
	FILE *out = open_memstream(&list, &len);
	result_must(out);
	for (size_t i = 0; i < valid->n; i++) {
		fprintf(out, "%s%s", i > 0 ? ", " : "", valid->items[i]);
		best = distance(word, valid->items[i]) < distance(word, valid->items[best]) ? i : best;
	}
	fclose(out);
	if (valid->n > 0 && distance(word, valid->items[best]) <= 1 + strlen(word) / 4)
		usage_error("unknown %s '%s' (did you mean %s?); valid: %s", what, word, valid->items[best], list);
	else
		usage_error("unknown %s '%s'; valid: %s", what, word, list);
	free(list);
	return EXIT_USAGE;
}

// ---- Filters ----

static int item_matches(const char *item, const char *name)
{
	if (item[0] == '=')
		return strcasecmp(item + 1, name) == 0;
	size_t len = strlen(item);
	if (strncasecmp(item, name, len) == 0 && (name[len] == '\0' || name[len] == '-' || name[len] == ':'))
		return 1;
	const char *isa = strchr(name, ':'); // "aesni" chooses "aes-gcm:aesni"
	return isa != NULL && strcasecmp(item, isa + 1) == 0;
}

int bench_filter_passes(const struct bench_filter *filter, const char *name)
{
	for (size_t i = 0; i < filter->n; i++)
		if (item_matches(filter->items[i], name))
			return 1;
	return filter->n == 0;
}

static void filter_add(struct bench_filter *filter, const char *word)
{
	char **grown = realloc(filter->items, (filter->n + 1) * sizeof(*grown));
	result_must(grown);
	filter->items = grown;
	filter->items[filter->n] = strdup(word);
	filter->n++;
}

static void filter_free(struct bench_filter *filter)
{
	for (size_t i = 0; i < filter->n; i++)
		free(filter->items[i]);
	free(filter->items);
}

// ---- Values ----

// "16K" and the like; -1 for what is no number of bytes.
static int parse_bytes(const char *word, uint64_t *bytes)
{
	static const char units[] = "KMG";
	char *end;
	if (!isdigit((unsigned char)word[0]))
		return -1;
	errno = 0;
	uint64_t number = strtoull(word, &end, 10), unit = 1;
	const char *at = *end != '\0' ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (at != NULL) {
		unit = UINT64_C(1) << 10 * (at - units + 1);
		end++;
		if (strcasecmp(end, "iB") == 0 || strcasecmp(end, "B") == 0)
			end += strlen(end);
	}
	if (*end != '\0' || errno != 0 || number > UINT64_MAX / unit)
		return -1;
	*bytes = number * unit;
	return 0;
}

// "1.5" with or without the unit; -1 for what is no such number.
static int parse_number(const char *word, const char *unit, double *number)
{
	char *end;
	if (!isdigit((unsigned char)word[0]) || strpbrk(word, "xXeE") != NULL)
		return -1;
	*number = strtod(word, &end);
	return *end == '\0' || strcmp(end, unit) == 0 ? 0 : -1;
}

static int add_size(struct bench_options *options, const char *word)
{
	uint64_t bytes;
	if (parse_bytes(word, &bytes) != 0 || bytes > MAX_SIZE)
		return usage_error("unknown size '%s'; valid: bytes up to 256M, as in 1350, 16K, 1M", word);
	for (size_t i = 0; i < options->n_sizes; i++)
		if (options->sizes[i] == bytes)
			return EXIT_FINE; // given twice, measured once
	uint64_t *grown = realloc(options->sizes, (options->n_sizes + 1) * sizeof(*grown));
	result_must(grown);
	options->sizes = grown;
	options->sizes[options->n_sizes++] = bytes;
	return EXIT_FINE;
}

static int add_engine(struct bench_options *options, struct lane_loader *loader, const char *word)
{
	size_t len = strlen(word);
	if (strchr(word, '/') != NULL || (len > 3 && strcmp(word + len - 3, ".so") == 0))
		lane_loader_add_file(loader, word);
	filter_add(&options->engines, word);
	return EXIT_FINE;
}

static int set_fail_if_slower(struct bench_options *options, const char *word)
{
	char *end;
	double percent = strtod(word, &end);
	end += *end == '%';
	if (!isdigit((unsigned char)word[0]) || *end != '\0' || !(percent <= 1000))
		return usage_error("unknown --fail-if-slower '%s'; valid: per cent, as in 3%%", word);
	options->fail_if_slower = percent / 100;
	return EXIT_FINE;
}

static int set_format(struct bench_options *options, const char *word)
{
	static const char *const formats[] = {"table", "csv", "markdown", "json"};
	struct names valid = {0};
	size_t i = 0;
	while (i < 4 && strcasecmp(word, formats[i]) != 0)
		i++;
	if (i == 4) {
		for (size_t k = 0; k < 4; k++)
			names_add(&valid, formats[k]);
		int status = unknown("format", word, &valid);
		free(valid.items);
		return status;
	}
	options->format_json = i == 3;
	table_set_format(i == 3 ? FORMAT_TABLE : (enum table_format)i);
	return EXIT_FINE;
}

static int take(const struct command *command, const char *name, char *value, struct bench_options *options,
		struct lane_loader *loader)
{
	int status = EXIT_FINE;
	if (strcmp(name, "json") == 0) {
		options->json = value;
	} else if (strcmp(name, "format") == 0) {
		status = set_format(options, value);
	} else if (strcmp(name, "output") == 0) {
		options->output = value;
	} else if (strcmp(name, "config") == 0) {
		options->config = value;
	} else if (strcmp(name, "force") == 0) {
		options->force = 1;
	} else if (strcmp(name, "key-file") == 0) {
		options->key_file = value;
	} else if (strcmp(name, "passphrase-file") == 0) {
		options->passphrase_file = value;
	} else if (strcmp(name, "memory") == 0) {
		if (parse_bytes(value, &options->memory) != 0 || options->memory < SEAL_MEMORY_MIN ||
		    options->memory > SEAL_MEMORY_MAX || options->memory % 1024 != 0)
			return usage_error("unknown --memory '%s'; valid: bytes from 8M to 1G, in steps of 1K", value);
	} else if (strcmp(name, "baseline") == 0) {
		options->baseline = value;
	} else if (strcmp(name, "fail-if-slower") == 0) {
		status = set_fail_if_slower(options, value);
	} else if (strcmp(name, "by") == 0) {
		options->in_time = strcasecmp(value, "time") == 0;
		if (!options->in_time && strcasecmp(value, "cycles") != 0)
			return usage_error("unknown --by '%s'; valid: cycles, time", value);
	} else if (strcmp(name, "all") == 0) {
		options->all = 1;
	} else if (strcmp(name, "list") == 0) {
		options->list = 1;
	} else if (strcmp(name, "anyway") == 0) {
		options->anyway = 1;
	} else if (strcmp(name, "threads") == 0) {
		uint64_t n;
		if (parse_bytes(value, &n) != 0 || n < 1 || n > 4096)
			return usage_error("unknown --threads '%s'; valid: 1 to 4096", value);
		options->threads = (int)n;
	} else if (strcmp(name, "quick") == 0) {
		options->quick = 1;
	} else if (strcmp(name, "all-kernels") == 0) {
		options->all_kernels = 1;
	} else if (strcmp(name, "sweep") == 0) {
		options->sweep = 1;
	} else if (strcmp(name, "latency") == 0) {
		options->latency = 1;
	} else if (strcmp(name, "parts") == 0) {
		options->parts = 1;
	} else if (strcmp(name, "self-test") == 0) {
		options->self_test = 1;
	} else if (strcmp(name, "starts") == 0) {
		double starts;
		if (parse_number(value, "", &starts) != 0 || starts < 1 || starts > MAX_STARTS ||
		    floor(starts) != starts)
			return usage_error("unknown --starts '%s'; valid: a whole number from 1 to %d", value,
					   MAX_STARTS);
		options->starts = (uint32_t)starts;
	} else if (strcmp(name, "precision") == 0) {
		double share;
		if (parse_number(value, "%", &share) != 0 || share < 0.01 || share > 50)
			return usage_error("unknown --precision '%s'; valid: from 0.01%% to 50%%, as in 1%%", value);
		options->precision = share / 100;
	} else if (strcmp(name, "budget") == 0) {
		if (parse_number(value, "s", &options->budget) != 0 || options->budget < 1 || options->budget > 86400)
			return usage_error("unknown --budget '%s'; valid: seconds from 1 to 86400", value);
	} else if (strcmp(name, "isolate") == 0) {
		if (parse_number(value, "s", &options->isolate) != 0 || options->isolate > 86400)
			return usage_error("unknown --isolate '%s'; valid: seconds up to 86400", value);
		options->has_isolate = 1;
	} else if (strcmp(name, "without") == 0) {
		lane_loader_blame(loader, value, "it broke an earlier start of the process");
	} else if (strcmp(name, "worker") == 0) {
		if (parse_number(value, "", &options->worker) != 0 || !(options->worker > 0))
			return usage_error("unknown --worker '%s'; valid: seconds", value);
	} else if (strcmp(name, "wycheproof") == 0) {
		filter_add(&options->wycheproof, value);
	} else if (strcmp(name, "cavp") == 0) {
		filter_add(&options->cavp, value);
	} else if (strcmp(name, "group") == 0) {
		filter_add(&options->groups, value);
	} else if (strcmp(name, "no-progress") == 0) {
		options->no_progress = 1;
	} else if (strcmp(name, "profile") == 0) {
		options->profile = value;
	} else if (strcmp(name, "bulk") == 0) {
		options->bulk = 1;
	} else if (strcmp(name, "loopback") == 0) {
		options->loopback = 1;
	} else if (strcmp(name, "trace") == 0) {
		options->trace = value;
	} else if (strcmp(name, "ascii") == 0) {
		options->ascii = 1;
	} else if (strcmp(name, "no-color") == 0) {
		options->no_color = 1;
	} else if (strcmp(name, "seed") == 0) {
		char *end;
		options->seed = strtoull(value, &end, 10);
		options->has_seed = 1;
		if (!isdigit((unsigned char)value[0]) || *end != '\0')
			return usage_error("unknown --seed '%s'; valid: a whole number", value);
	} else if (strcmp(name, "aad") == 0) {
		if (parse_bytes(value, &options->aad) != 0 || options->aad > 65536)
			return usage_error("unknown --aad '%s'; valid: bytes up to 64K", value);
	} else { // the lists
		char *rest = value;
		for (char *word; status == EXIT_FINE && (word = strsep(&rest, ",")) != NULL;) {
			if (*word == '\0')
				status = usage_error("%s: --%s has an empty name in its list", command->name, name);
			else if (strcmp(name, "size") == 0)
				status = add_size(options, word);
			else if (strcmp(name, "engine") == 0)
				status = add_engine(options, loader, word);
			else if (strcmp(name, "algorithm") == 0)
				filter_add(&options->algorithms, word);
			else if (strcmp(name, "kernel") == 0)
				filter_add(&options->kernels, word);
			else
				filter_add(&options->ops, word);
		}
	}
	return status;
}

// Whether the command takes that option; --help is for all.
static int allowed(const struct command *command, const char *name)
{
	char word[40];
	if (strcmp(name, "isolate") == 0)
		return command->needs_engines;
	if (strcmp(name, "without") == 0)
		name = "worker";
	snprintf(word, sizeof(word), " %s ", name);
	return strcmp(name, "help") == 0 || strstr(command->options, word) != NULL;
}

// Whether all arguments up to the next option are values of this one.
static int takes_many(const char *name)
{
	return strcmp(name, "wycheproof") == 0 || strcmp(name, "cavp") == 0;
}

static int unknown_option(const struct command *command, const char *word)
{
	struct names valid = {0};
	char what[64], bare[64], dashed[n_options][24];
	for (size_t i = 0; i < n_options; i++) {
		snprintf(dashed[i], sizeof(dashed[i]), "--%s", all_options[i].name);
		if (all_options[i].meaning != NULL && allowed(command, all_options[i].name))
			names_add(&valid, dashed[i]);
	}
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(word, "="), word);
	snprintf(what, sizeof(what), "option of `%s`", command->name);
	int known = 0;
	for (size_t i = 0; i < valid.n; i++)
		known |= strcmp(valid.items[i], bare) == 0;
	int status = known ? usage_error("%s: %s takes no value", command->name, bare) : unknown(what, bare, &valid);
	free(valid.items);
	return status;
}

int options_parse(const struct command *command, int argc, char **argv, struct bench_options *options,
		  struct lane_loader *loader, const char **file, int *help)
{
	struct option table[n_options + 1] = {0};
	size_t n = 0;
	for (size_t i = 0; i < n_options; i++)
		if (allowed(command, all_options[i].name))
			table[n++] =
				(struct option){all_options[i].name,
						all_options[i].argument ? required_argument : no_argument, NULL, 0};
	*options = (struct bench_options){
		.aad = 13, .baseline = "best", .restarts = allowed(command, "worker"), .fail_if_slower = -1};
	*file = NULL;
	*help = 0;
	opterr = 0;
	optind = 1;
	for (;;) {
		int index = -1, c = getopt_long(argc, argv, allowed(command, "output") ? ":ho:" : ":h", table, &index);
		if (c == -1)
			break;
		if (c == 'h' || (c == 0 && strcmp(table[index].name, "help") == 0)) {
			*help = 1;
			return EXIT_FINE;
		}
		if (c == ':')
			return usage_error("%s: %s wants a value", command->name, argv[optind - 1]);
		if (c == '?') // optopt: of a cluster like -xh, which is not past yet
			return unknown_option(command,
					      optopt != 0 ? (char[]){'-', (char)optopt, '\0'} : argv[optind - 1]);
		if (take(command, c == 'o' ? "output" : table[index].name, optarg, options, loader) != EXIT_FINE)
			return EXIT_USAGE;
		while (c == 0 && takes_many(table[index].name) && optind < argc && argv[optind][0] != '-')
			if (take(command, table[index].name, argv[optind++], options, loader) != EXIT_FINE)
				return EXIT_USAGE;
	}
	if (options->format_json && options->json != NULL && strcmp(options->json, "-") != 0)
		return usage_error("%s: --format json writes to standard output: not with --json %s", command->name,
				   options->json);
	if (options->format_json)
		options->json = "-";
	if (options->sweep && options->n_sizes > 0)
		return usage_error("%s: --sweep has sizes of its own: not with --size", command->name);
	if (options->self_test &&
	    (options->n_sizes > 0 || options->sweep || options->latency || options->precision > 0))
		return usage_error("%s: --self-test chooses what it measures: not with --size, --sweep, --latency or "
				   "--precision",
				   command->name);
	if (options->parts && options->starts > 1)
		return usage_error("%s: --parts measures in one start of the process: not with --starts",
				   command->name);
	if (options->bulk && (options->parts || options->loopback || options->trace != NULL || options->list ||
			      options->all || options->algorithms.n > 0 || options->starts > 1))
		return usage_error("%s: --bulk measures every suite of TLS 1.3 in one start of the process: not with "
				   "--parts, --loopback, --trace, --list, --all, --algorithm or --starts",
				   command->name);
	options->files = argv + optind;
	options->n_files = (size_t)(argc - optind);
	if (strstr(command->arguments, "…") != NULL && optind < argc) {
		*file = argv[optind];
		optind = argc;
	}
	if (optind < argc && command->arguments[0] != '\0')
		*file = argv[optind++];
	if (optind < argc)
		return usage_error("%s: unexpected argument '%s'; see lanecrypt %s --help", command->name, argv[optind],
				   command->name);
	return EXIT_FINE;
}

void options_free(struct bench_options *options)
{
	filter_free(&options->algorithms);
	filter_free(&options->engines);
	filter_free(&options->kernels);
	filter_free(&options->ops);
	filter_free(&options->groups);
	filter_free(&options->wycheproof);
	filter_free(&options->cavp);
	free(options->sizes);
}

// ---- Names against what is there ----

static int check_filter(const struct bench_filter *filter, const char *what, const struct names *valid)
{
	for (size_t i = 0; i < filter->n; i++) {
		size_t v = 0;
		while (v < valid->n && !item_matches(filter->items[i], valid->items[v]))
			v++;
		if (v == valid->n)
			return unknown(what, filter->items[i], valid);
	}
	return EXIT_FINE;
}

// A cipher's whole name means that cipher, "=AES-128-GCM" from here on, and not
// AES-128-GCM-SIV too; RSA-2048 means all that is done with such a key.
static void pin_ciphers(struct bench_options *options, const struct names *ciphers)
{
	for (size_t i = 0; i < options->algorithms.n; i++)
		for (size_t c = 0; c < ciphers->n; c++) {
			char **word = &options->algorithms.items[i], *pinned;
			if (strcasecmp(*word, ciphers->items[c]) != 0)
				continue;
			if (asprintf(&pinned, "=%s", *word) < 0)
				result_must(NULL);
			free(*word);
			*word = pinned;
		}
}

static int names_a_kind(const char *item)
{
	const struct bench_options only = {.algorithms = {&(char *){(char *)(uintptr_t)item}, 1}};
	const struct tls_kind *kind;
	for (size_t k = 0; (kind = tls_kind_at(k)) != NULL; k++)
		if (tls_kind_chosen(kind, &only))
			return 1;
	return 0;
}

// There are too many kinds of handshake to name them all in a line.
static int unknown_kind(const char *word)
{
	const struct tls_kind *kind, *best = tls_kind_at(0);
	for (size_t k = 0; (kind = tls_kind_at(k)) != NULL; k++)
		best = distance(word, kind->name) < distance(word, best->name) ? kind : best;
	if (distance(word, best->name) <= 1 + strlen(word) / 4)
		return usage_error("unknown kind of handshake '%s' (did you mean %s?); `lanecrypt handshake --list` "
				   "shows them",
				   word, best->name);
	return usage_error("unknown kind of handshake '%s'; `lanecrypt handshake --list` shows them", word);
}

// Kinds of handshake go by words of theirs; `handshake` knows nothing else.
static int check_algorithms(const struct command *command, const struct bench_options *options,
			    const struct names *algorithms)
{
	int status = EXIT_FINE;
	if (options->trace != NULL && tls_kind_named(options->trace) == NULL)
		return unknown_kind(options->trace);
	for (size_t i = 0; i < options->algorithms.n && status == EXIT_FINE; i++) {
		char **word = &options->algorithms.items[i];
		if (names_a_kind(*word))
			continue;
		status = command == &command_handshake
				 ? unknown_kind(*word)
				 : check_filter(&(struct bench_filter){word, 1}, "algorithm", algorithms);
	}
	return status;
}

// Engines given as files are known by their names from here on. An engine that
// is missing is an error, but for `list`, whose business it is to say so.
static int check_engines(const struct command *command, struct bench_options *options, const struct lane_loader *loader,
			 const struct names *valid)
{
	for (size_t i = 0; i < options->engines.n; i++) {
		char **word = &options->engines.items[i];
		const struct lane_loaded_engine *engine, *found = NULL;
		for (size_t e = 0; found == NULL && (engine = lane_loader_at(loader, e)) != NULL; e++)
			if (strcasecmp(engine->name, *word) == 0 ||
			    (engine->path != NULL && strcmp(engine->path, *word) == 0))
				found = engine;
		if (found == NULL)
			return unknown("engine", *word, valid);
		if (found->engine == NULL && !found->broke && command != &command_list)
			return usage_error("engine %s is missing: %s%s%s", *word, found->reason,
					   found->remedy != NULL ? "; " : "",
					   found->remedy != NULL ? found->remedy : "");
		free(*word);
		*word = strdup(found->name);
	}
	return EXIT_FINE;
}

int options_check_names(const struct command *command, struct bench_options *options, const struct lane_loader *loader)
{
	struct names engines = {0}, algorithms = {0}, ciphers = {0}, kernels = {0}, ops = {0}, baselines = {0};
	const struct lane_loaded_engine *engine;
	const struct item *item;
	names_add(&baselines, "best");
	for (size_t e = 0; (engine = lane_loader_at(loader, e)) != NULL; e++) {
		names_add(&engines, engine->name);
		if (engine->engine != NULL)
			names_add(&baselines, engine->name);
		for (int kind = 0; kind < ITEM_N_KINDS; kind++)
			for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++) {
				names_add(&algorithms, item->algorithm);
				if (kind == ITEM_AEAD || kind == ITEM_CIPHER || kind == ITEM_MAC)
					names_add(&ciphers, item->algorithm);
				if (item->kernel != NULL)
					names_add(&kernels, item->kernel);
			}
	}
	for (size_t i = 0; i < sizeof(op_names) / sizeof(op_names[0]); i++)
		names_add(&ops, op_names[i]);

	int status = check_engines(command, options, loader, &engines);
	if (status == EXIT_FINE)
		status = check_algorithms(command, options, &algorithms);
	if (status == EXIT_FINE)
		pin_ciphers(options, &ciphers);
	if (status == EXIT_FINE)
		status = check_filter(&options->kernels, "kernel", &kernels);
	if (status == EXIT_FINE)
		status = check_filter(&options->ops, "operation", &ops);
	if (status == EXIT_FINE) {
		struct bench_filter one = {(char *[]){(char *)(uintptr_t)options->baseline}, 1};
		status = check_filter(&one, "baseline", &baselines);
	}
	// Who names a baseline wants it measured, whichever engines are chosen.
	if (status == EXIT_FINE && options->engines.n > 0 && strcasecmp(options->baseline, "best") != 0 &&
	    !bench_filter_passes(&options->engines, options->baseline))
		filter_add(&options->engines, options->baseline);
	free(engines.items);
	free(algorithms.items);
	free(ciphers.items);
	free(kernels.items);
	free(ops.items);
	free(baselines.items);
	return status;
}

void options_help(const struct command *command, FILE *out)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct described *o = &all_options[i];
		if (o->meaning == NULL || !allowed(command, o->name))
			continue;
		size_t width = 4 + strlen(o->name) + (o->argument ? 1 + text_width(o->argument) : 0);
		fprintf(out, "  --%s%s%s%*s%s\n", o->name, o->argument ? " " : "", o->argument ? o->argument : "",
			width < 24 ? (int)(24 - width) : 1, "", o->meaning);
	}
}
