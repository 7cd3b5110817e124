// SPDX-License-Identifier: MIT
// The commands that measure: engines are verified, what passed is measured part
// by part within a budget of seconds, and a result set is what comes out.

#define _GNU_SOURCE
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "loopback.h"
#include "handshake_parts.h"
#include "page.h"
#include "report.h"
#include "run.h"
#include "self_test.h"
#include "table.h"
#include "tls_bulk.h"
#include "tls_kinds.h"
#include "trace.h"

int run_save(struct bench_run *run, const char *path)
{
	char error[512];
	if (path == NULL || result_save(run->results, path, error, sizeof(error)) == 0)
		return EXIT_FINE;
	return usage_error("%s", error);
}

int run_finish(struct bench_run *run, int saved)
{
	int partial = result_get_kind(run->results) == RESULT_PARTIAL;
	result_free(run->results);
	if (saved != EXIT_FINE)
		return saved;
	return run->failures > 0 || partial ? EXIT_CHECK : EXIT_FINE;
}

int run_to_stdout(const struct bench_run *run)
{
	return run->options->json != NULL && strcmp(run->options->json, "-") == 0;
}

static int nothing_to_measure(void)
{
	return usage_error("nothing to measure: no engine has these algorithms with these operations and kernels");
}

// ---- run ----

// The report beside the result file. A build that can't make one says why; the run is none the worse for that.
static int write_report(const struct bench_run *run, const char *result_path)
{
	struct page_source source = {run->results, NULL};
	struct stat info;
	char error[512], *path = page_path(result_path);
	int status = EXIT_FINE;
	const int beside_a_file = stat(result_path, &info) == 0 && S_ISREG(info.st_mode);
	if (page_missing() != NULL)
		text_line(stdout, 0, PLAIN, INT_MAX, "Report: none; %s", page_missing());
	else if (!beside_a_file)
		text_line(stdout, 0, PLAIN, INT_MAX, "Report: none, since %s is not a file", result_path);
	else if (page_write(&source, 1, path, error, sizeof(error)) != 0)
		status = usage_error("%s", error);
	else
		text_line(stdout, 0, PLAIN, INT_MAX, "Report:      %s", path);
	free(path);
	return status;
}

static int run_run(struct bench_run *run, const char *file)
{
	(void)file;
	struct bench_options few = *run->options;
	char *names[TLS_N_TELLING];
	tls_kinds_narrow(&few, names);
	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 45, NULL},
			       {asymmetric_n_groups, asymmetric_measure, 25, NULL},
			       {handshake_n_groups, handshake_measure, 30, &few},
			       {handshake_parts_n_headline, handshake_parts_measure_headline, 10, NULL}};
	if (symmetric_n_groups(run) + asymmetric_n_groups(run) + handshake_n_groups(run) == 0)
		return nothing_to_measure();
	run_measure(run, "run", parts, 4, run->options->quick ? 15 : 75);
	char *path = run->options->json != NULL ? strdup(run->options->json) : result_default_path();
	int saved = run_save(run, path);
	if (!run_to_stdout(run)) {
		int color = color_on(run->options, stdout);
		summary_print(run->results, stdout, color, columns_of(stdout));
		report_missing(run->results, stdout, color, columns_of(stdout), 0);
	}
	if (saved == EXIT_FINE && !run_to_stdout(run)) {
		text_line(stdout, 0, PLAIN, 0, "%s", "");
		text_line(stdout, 0, PLAIN, INT_MAX, "Result file: %s", path);
		saved = write_report(run, path);
	}
	free(path);
	return run_finish(run, saved);
}

const struct command command_run = {
	.name = "run",
	.arguments = "",
	.summary = "the main job: verify everything, measure it, and show the gap",
	.help = "Loads the engines, verifies every implementation, measures encryption, public-key operations\n"
		"and whole TLS handshakes, and shows what one handshake costs in bytes of bulk encryption.\n"
		"It takes at most 90 seconds: six starts of the process, 12 seconds each, whose figures are\n"
		"pooled; with --quick 20 seconds and one start, with more --starts shorter ones. Everything\n"
		"measured is kept in a JSON file below results/local/, or where --json says. Ctrl-C ends it early\n"
		"and keeps what there is.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt run\n"
		"  lanecrypt run --quick --json result.json\n"
		"  lanecrypt run --engine native,openssl\n",
	.options = " algorithm engine kernel size op aad baseline quick all-kernels seed format json no-progress "
		   "no-color starts worker group ",
	.needs_engines = 1,
	.run = run_run,
};

// ---- bench ----

static int bench_self_test(struct bench_run *run)
{
	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 1, NULL}};
	if (symmetric_n_groups(run) == 0)
		return nothing_to_measure();
	run_measure(run, "bench", parts, 1, 118);
	int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run) &&
	    self_test_report(run->results, stdout, color_on(run->options, stdout), columns_of(stdout)) != 0)
		run->failures++;
	return run_finish(run, saved);
}

static int bench_run_command(struct bench_run *run, const char *file)
{
	(void)file;
	if (run->options->self_test)
		return bench_self_test(run);
	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 1, NULL},
			       {asymmetric_n_groups, asymmetric_measure, 1, NULL}};
	// Without a filter it is the ciphers of TLS alone.
	size_t n_parts = run->options->algorithms.n > 0 ? 2 : 1;
	double n_symmetric = (double)symmetric_n_groups(run);
	double n_public = n_parts > 1 ? (double)asymmetric_n_groups(run) : 0;
	if (n_symmetric + n_public == 0)
		return nothing_to_measure();
	if (n_symmetric == 0 && (run->options->sweep || run->options->latency))
		return usage_error("bench: %s is for messages, and public keys have none: name a cipher",
				   run->options->sweep ? "--sweep" : "--latency");
	parts[0].share = n_symmetric;
	parts[1].share = n_public;
	double each = run->options->quick ? 0.25 : run->options->all_kernels ? 2 : run->options->sweep ? 0.5 : 1;
	double limit = run->options->quick ? 15 : 600, seconds = 4 + each * (n_symmetric + n_public);
	run_measure(run, "bench", parts, n_parts, seconds < limit ? seconds : limit);
	int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run)) {
		int color = color_on(run->options, stdout), columns = columns_of(stdout);
		report_operations(run->results, stdout, color, columns);
		report_models(run->results, stdout, color, columns);
		report_missing(run->results, stdout, color, columns, 1);
		report_precision(run->results, stdout, color, columns);
	}
	return run_finish(run, saved);
}

const struct command command_bench = {
	.name = "bench",
	.arguments = "",
	.summary = "measure chosen algorithms, operations and sizes against a baseline",
	.help = "Measures every implementation of the chosen algorithms (without --algorithm: the ciphers of TLS)\n"
		"in paired rounds, after verifying it, and shows how many times as fast as the baseline it is,\n"
		"with a 95 % interval: slower, faster, or no difference. Figures are pooled over several starts\n"
		"of the process, each with its buffers elsewhere; intervals cover what starts differ by, too.\n"
		"\n"
		"--precision 1% goes on until each time is known to ±1 %, or the budget is spent, and says which.\n"
		"--sweep fits t(n) = fixed + per byte · n to messages of 16 B to 16 KiB. --latency adds a table\n"
		"in which each message waits for the one before. --self-test times implementations against\n"
		"themselves, and with 3 % more to do, in 2 min; it fails when the verdicts (with 99 % intervals)\n"
		"are wrong more often than 5 times in 100.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt bench --algorithm AES-128-GCM --baseline best\n"
		"  lanecrypt bench --algorithm ChaCha20-Poly1305 --op seal --size 64,1350,16K --all-kernels\n"
		"  lanecrypt bench --algorithm AES-128-GCM --size 64 --precision 0.5% --budget 60\n"
		"  lanecrypt bench --algorithm AES-128-GCM --sweep --latency\n"
		"  lanecrypt bench --self-test\n"
		"  lanecrypt bench --algorithm RSA-2048 --op sign,verify\n"
		"  lanecrypt bench --algorithm AES-256-CTR --engine native,openssl --json ctr.json\n",
	.options = " algorithm engine kernel size op aad baseline quick all-kernels seed format json no-progress "
		   "no-color starts precision budget sweep latency self-test worker group ",
	.needs_engines = 1,
	.run = bench_run_command,
};

// ---- handshake ----

static int handshake_show(struct bench_run *run)
{
	int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run)) {
		int color = color_on(run->options, stdout), columns = columns_of(stdout);
		report_handshakes(run->results, stdout, color, columns);
		loopback_report(run->results, stdout, color, columns);
		handshake_parts_report(run->results, stdout, color, columns);
		tls_bulk_report(run->results, stdout, color, columns);
		report_missing(run->results, stdout, color, columns, 1);
	}
	return run_finish(run, saved);
}

// Verified are the primitives; chosen, the kinds.
static int handshake_take_apart(struct bench_run *run)
{
	const struct bench_options *options = run->options;
	struct bench_options primitives = *options;
	struct part parts[] = {{handshake_parts_n_groups, handshake_parts_measure, 1, options}};
	double n = (double)handshake_parts_n_groups(run);
	primitives.algorithms = handshake_parts_filter(options);
	primitives.starts = 1;
	run->options = &primitives;
	run_measure(run, "handshake", parts, 1, options->quick ? 15 : 5 + 4 * n);
	run->options = options;
	handshake_parts_free_filter(&primitives.algorithms);
	return handshake_show(run);
}

// Verified are the AEADs.
static int handshake_bulk(struct bench_run *run)
{
	const struct bench_options *options = run->options;
	struct bench_options aeads = *options;
	struct part parts[] = {{tls_bulk_n_groups, tls_bulk_measure, 1, NULL}};
	if (tls_bulk_n_groups(run) == 0)
		return usage_error("nothing to measure: no engine of these has TLS");
	aeads.algorithms = tls_bulk_filter();
	aeads.starts = 1;
	run->options = &aeads;
	run_measure(run, "handshake", parts, 1, options->quick ? 12 : 40);
	run->options = options;
	return handshake_show(run);
}

// A dozen kinds get 5 s each, more of them less. A quick look at very many takes what setting them up does.
static double handshake_seconds(const struct bench_options *options, size_t n)
{
	const double few = n < TLS_N_TELLING ? (double)n : TLS_N_TELLING, more = (double)n - few;
	return options->quick ? 3 + few + 0.25 * more : 5 + 5 * few + 2.5 * more;
}

static void tell_how_long(const struct bench_run *run, size_t n, double seconds)
{
	const double number = round(seconds < 120 ? seconds : seconds / 60);
	if (run->options->worker <= 0 && !run->options->no_progress)
		fprintf(stderr,
			"%zu kinds of handshake in about %.0f %s%s; Ctrl-C ends it early and keeps what there is\n", n,
			number, seconds < 120 ? "second" : "minute", number == 1 ? "" : "s");
}

static int handshake_run(struct bench_run *run, const char *file)
{
	(void)file;
	if (run->options->trace != NULL)
		return trace_run(run);
	struct part parts[] = {{handshake_n_groups, handshake_measure, 1, NULL},
			       {loopback_n_groups, loopback_measure, 1, NULL}};
	const size_t n_parts = run->options->loopback ? 2 : 1;
	if (run->options->list)
		return tls_kinds_list(run);
	if (run->options->bulk)
		return handshake_bulk(run);
	if (handshake_n_groups(run) == 0)
		return usage_error("nothing to measure: not with these operations");
	if (run->options->parts)
		return handshake_take_apart(run);
	const size_t n = handshake_n_offered(run);
	const double seconds =
		run->options->budget > 0 ? run->options->budget : (double)n_parts * handshake_seconds(run->options, n);
	if (n > TLS_N_TELLING)
		tell_how_long(run, n, seconds);
	run_measure(run, "handshake", parts, n_parts, seconds);
	return handshake_show(run);
}

const struct command command_handshake = {
	.name = "handshake",
	.arguments = "",
	.summary = "measure whole TLS handshakes, client and server apart",
	.help = "Makes TLS handshakes in memory with the TLS of each library that has one, certificate chains\n"
		"verified, and shows the CPU time of the client and of the server: full, resumed by session ID,\n"
		"ticket or PSK (with (EC)DHE, or PSK-only), and with client authentication.\n"
		"\n"
		"Without a filter it is a telling dozen, chosen by what is in use: most of what people send is\n"
		"protected by X25519MLKEM768 (Cloudflare 2025), servers prefer TLS 1.3, nearly none chooses RSA key\n"
		"transport and half allow it, a quarter of the certificates are ECDSA (F5 Labs 2021), P-256 for new\n"
		"ones, RSA-2048 before (Certbot 2.0, 2022); resumption, client authentication and finite-field DHE\n"
		"have a row each by our own judgement. --all measures every kind: that takes some minutes.\n"
		"\n"
		"--algorithm chooses the kinds that have all words of an item in their names, each whole or up to a\n"
		"'-': RSA-2048, 'TLS 1.3 P-256 RSA', 'client authentication'; `full` and `resumed` are words too. A\n"
		"whole name is that kind alone. --list shows the names.\n"
		"\n"
		"--trace shows one handshake flight by flight: each message with its bytes and what it carries or\n"
		"proves, the CPU time of each side, and which key exists from then on. --loopback measures them over\n"
		"TCP of this machine too: connections a second, and what TCP adds to the CPU time of each side.\n"
		"\n"
		"--parts takes them apart, in one start of the process: the CPU time of each flight, and of each\n"
		"side the signatures, key exchange, certificates, hashes, records and objects, from primitives of\n"
		"the same engine in the same rounds. What these do not explain is the rest.\n"
		"\n"
		"--bulk writes and reads application data instead, in TLS 1.3 records of 16 KiB and of 1350 B,\n"
		"beside the bare AEAD of the same engine and beside ours in the same rounds: what the record\n"
		"layer costs, copies through the memory in place of a socket included.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt handshake\n"
		"  lanecrypt handshake --algorithm 'TLS 1.3 P-256 RSA-3072,TLS 1.3 Ed25519 full' --engine openssl\n"
		"  lanecrypt handshake --list --algorithm RSA-2048\n"
		"  lanecrypt handshake --all --json all.json\n"
		"  lanecrypt handshake --loopback --algorithm 'TLS 1.3 X25519 RSA-2048'\n"
		"  lanecrypt handshake --parts --algorithm 'TLS 1.3 X25519' --engine openssl,boringssl\n"
		"  lanecrypt handshake --bulk --engine native,openssl\n"
		"  lanecrypt handshake --trace 'TLS 1.3 X25519 RSA-2048'\n",
	.options = " algorithm engine all list budget baseline quick seed format json no-progress no-color trace ascii "
		   "parts loopback bulk starts worker group ",
	.needs_engines = 1,
	.run = handshake_run,
};

// ---- gap ----

static int gap_show(struct result_set *results, const struct bench_options *options)
{
	const int color = color_on(options, stdout), columns = columns_of(stdout);
	report_gaps(results, stdout, color, columns);
	report_gap_views(results, stdout, color, columns);
	report_gap_chart(results, stdout, color, columns, plain_ascii(options));
	return EXIT_FINE;
}

static int gap_run(struct bench_run *run, const char *file)
{
	char error[512];
	if (file != NULL) {
		struct result_set *results = result_load(file, error, sizeof(error));
		if (results == NULL)
			return usage_error("%s", error);
		gap_compute(results);
		int bad = run->options->json != NULL &&
			  result_save(results, run->options->json, error, sizeof(error)) != 0;
		int status = bad                  ? usage_error("%s", error)
			     : run_to_stdout(run) ? EXIT_FINE
						  : gap_show(results, run->options);
		result_free(results);
		return status;
	}
	// What the gap is made of and nothing else.
	struct bench_options bulk = *run->options, old = *run->options, plain = *run->options, few = *run->options;
	char *names[TLS_N_TELLING];
	tls_kinds_narrow(&few, names);
	bulk.sizes = (uint64_t[]){16384, 1350, 64};
	bulk.n_sizes = 3;
	old.sizes = (uint64_t[]){16384, 64};
	old.n_sizes = 2;
	old.algorithms = (struct bench_filter){
		(char *[]){"=AES-128-CBC", "=HMAC-SHA-256", "=AEGIS-128L", "=AEGIS-128X2", "=AEGIS-128X4"}, 5};
	plain.algorithms =
		(struct bench_filter){(char *[]){"RSA-2048-OAEP", "RSA-3072-OAEP", "X25519", "ECDH-P256"}, 4};
	struct part parts[] = {{symmetric_n_groups, symmetric_measure, 25, &bulk},
			       {symmetric_n_groups, symmetric_measure, 10, &old},
			       {asymmetric_n_groups, asymmetric_measure, 20, &plain},
			       {handshake_n_groups, handshake_measure, 50, &few}};
	run_measure(run, "gap", parts, 4, run->options->quick ? 15 : 50);
	int saved = run_save(run, run->options->json);
	if (!run_to_stdout(run)) {
		gap_show(run->results, run->options);
		report_missing(run->results, stdout, color_on(run->options, stdout), columns_of(stdout), 0);
	}
	return run_finish(run, saved);
}

const struct command command_gap = {
	.name = "gap",
	.arguments = "[FILE]",
	.summary = "what one handshake costs in bytes of bulk encryption",
	.help = "Measures what the gap is made of, or reads it from a result file: for each handshake, side and\n"
		"cipher the number of bytes that cost as much CPU time, with a 95 % interval, from AES-128-CBC\n"
		"with HMAC-SHA-256 to the newest; the handshake's share of the CPU time, as a chart too; how many\n"
		"handshakes a core accepts in a second; what a byte of plain RSA encryption costs, and what a key\n"
		"agreement for every message does. HKDF counts as three HMACs of 64 bytes. At most 60 seconds.\n"
		"\n"
		"  break-even bytes(side) = CPU time of the handshake on that side ÷ time of a byte in 16 KiB\n"
		"  messages: sealed for the server, opened for the client, both for both\n"
		"\n"
		"Examples:\n"
		"  lanecrypt gap --quick\n"
		"  lanecrypt gap results/local/2026-01-31-120000-myhost.json\n",
	.options = " engine aad quick seed format json no-progress no-color ascii "
		   "starts worker group ",
	.needs_engines = 1,
	.run = gap_run,
};
