/* SPDX-License-Identifier: MIT */
#ifndef LANE_RESULTS_RESULT_H
#define LANE_RESULTS_RESULT_H

/*
 * A result set: what one run on one machine measured. In memory here, on disk
 * as one JSON file described by schema.json: a superset of Google Benchmark's
 * own output. Everything that a summary or report shows is read from here.
 *
 * Strings that callers hand in are copied. All of it exits on out of memory.
 */

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define RESULT_METHOD_VERSION 2

enum result_kind { RESULT_MEASURED, RESULT_EMULATED, RESULT_PREDICTED, RESULT_PARTIAL };

/* Why an entry carries no figure, or that it does. */
enum result_state { RESULT_OK, RESULT_NOT_OFFERED, RESULT_FAILED };

/* One entry of `benchmarks`. Unset strings are NULL, unset numbers 0. */
struct result_entry {
	const char *engine, *kernel, *library_version;
	const char *picked; /* the kernel that "auto" took for this size */
	const char *algorithm;
	/* seal open encrypt decrypt mac sign verify keygen derive encapsulate decapsulate handshake loopback setup
	 * write read */
	const char *op;
	const char *condition; /* NULL, or what is unlike a throughput benchmark: "forged tag", "cold data" */
	enum result_state state;
	const char *reason; /* with NOT_OFFERED and FAILED */
	uint64_t size, aad;
	int has_size;
	int in_place;
	int latency; /* each message waited for the one before: its nonce depended on the last tag */
	uint64_t buffer_bytes;
	double ns, ns_lo, ns_hi;
	double bytes_per_second;             /* 0: not about bytes */
	double cycles_per_byte;              /* 0: unknown */
	double cycles, cycles_lo, cycles_hi; /* per operation; 0: unknown */
	uint64_t iterations;                 /* operations measured in all */
	uint32_t rounds, rounds_discarded, rounds_disturbed;
	uint32_t starts; /* of the process that the figures are pooled over */
	int verified;
	const double *samples; /* ns per operation; thinned when stored */
	size_t n_samples;
	const char *baseline;             /* engine/kernel that ratio is against */
	double ratio, ratio_lo, ratio_hi; /* > 1: this entry is faster */
	double limit_fraction;
	uint64_t key_bytes;         /* that a key takes of the heap; 0: unknown */
	double nanojoules_per_byte; /* of the whole processor; 0: unknown */
	/* Handshakes only. */
	const char *kind; /* "TLS 1.3 X25519 RSA-2048": what `gap` refers to */
	const char *side; /* client server both; with op loopback, both: wall-clock time of a connection */
	const char *version, *suite, *group, *certificate; /* group: NULL where none is used */
	int resumed;
	int client_auth;                       /* the client too had a certificate, which the server verified */
	uint64_t bytes_sent;                   /* on the wire, by this side */
	uint64_t allocations, allocated_bytes; /* by the library, for a connection; 0: unknown */
};

/* One element of `models`: t(n) = fixed + per_byte · n of an implementation. */
struct result_model {
	const char *engine, *kernel, *algorithm, *op;
	int latency;
	uint64_t aad, size_min, size_max;
	uint32_t sizes;
	double fixed_ns, fixed_ns_lo, fixed_ns_hi, ns_per_byte, ns_per_byte_lo, ns_per_byte_hi;
	double fixed_cycles, fixed_cycles_lo, fixed_cycles_hi;
	double cycles_per_byte, cycles_per_byte_lo, cycles_per_byte_hi;
	double r2, residual; /* of the cycles: share explained, and root mean square of the relative errors */
};

/* One element of `gap`. */
struct result_gap {
	const char *handshake; /* engine and kind: "boringssl TLS 1.3 X25519 RSA-2048" */
	const char *cipher;    /* implementation: "native auto AES-128-GCM" */
	const char *side;
	double break_even_bytes, break_even_bytes_lo, break_even_bytes_hi;
	int headline;
};

/* One element of `flights`: what a side of a handshake sends at a time. */
struct result_flight {
	const char *engine, *kind, *side;
	uint32_t flight;         /* counted from 1 */
	const char *messages;    /* "ServerHello, EncryptedExtensions, …" */
	uint64_t bytes;          /* 0: nothing is sent any more */
	double ns, ns_lo, ns_hi; /* CPU time of taking the peer's and making it */
};

/*
 * One element of `parts`: what a part of a handshake costs a side. A side begins
 * with the RESULT_WHOLE that was measured and ends with the RESULT_REST that no
 * primitive explains, which may be below 0; all that is between adds up to it.
 */
#define RESULT_WHOLE "whole"
#define RESULT_REST "rest"
struct result_part {
	const char *engine, *kind, *side;
	const char *part;       /* "chain verification" */
	const char *primitives; /* "2 × RSA-2048 verify"; of the rest: what is missing, or NULL */
	double ns, ns_lo, ns_hi;
};

/* One element of `layers`: what a TLS record costs more than a bare AEAD's message of as many bytes. */
struct result_layer {
	const char *engine;
	const char *version, *algorithm, *op; /* "TLS 1.3", "AES-128-GCM", "write" */
	uint64_t size;                        /* bytes of application data in a record */
	const char *against;                  /* the bare AEAD's implementation: "native/auto" */
	double ns, ns_lo, ns_hi;              /* more for each record; below 0: less */
	double ratio, ratio_lo, ratio_hi;     /* time in TLS ÷ time of the bare AEAD */
};

/* One element of `predictions`: what a model says of the loop of an implementation, in cycles per byte. */
struct result_prediction {
	const char *engine, *kernel, *library_version, *algorithm, *op;
	const char *architecture, *cpu; /* "aarch64", "neoverse-v2" */
	const char *model;              /* the program, and whose model it has for that CPU: "llvm-mca 22 V2" */
	const char *loops;              /* which instructions, for how many bytes a trip */
	uint64_t size;                  /* of the message whose trips were counted */
	double cycles_per_byte_lo;      /* what could be fused is one operation */
	double cycles_per_byte_hi;      /* nothing is fused */
	const char *baseline;           /* another engine's prediction of the same by the same model, or NULL … */
	double cycles_ratio; /* … and the cycles of this by those, the _hi of both: < 1: this takes fewer */
	double measured_cycles_per_byte; /* on the CPU that the model is of; 0: unknown */
};

struct result_set;

/* 1 when this process runs on an emulated CPU, whose speed says nothing. */
int result_is_emulated(void);

/* Empty, with `context` filled in for this machine and build. */
struct result_set *result_new(enum result_kind kind);
void result_free(struct result_set *set);

void result_set_kind(struct result_set *set, enum result_kind kind);
enum result_kind result_get_kind(const struct result_set *set);

void result_add(struct result_set *set, const struct result_entry *entry);
void result_set_limit_fraction(struct result_set *set, size_t i, double fraction); /* of the i-th entry */
/* Puts a copy of another entry in place of the i-th. */
void result_replace(struct result_set *set, size_t i, const struct result_entry *entry);
void result_add_model(struct result_set *set, const struct result_model *model);
void result_clear_models(struct result_set *set);
void result_add_gap(struct result_set *set, const struct result_gap *gap);
void result_clear_gaps(struct result_set *set); /* before they are computed anew */

/* `context`, to add to (libraries, engines missing, verification, clock …) and
 * to read from. Borrowed. */
json_t *result_context(const struct result_set *set);

size_t result_n_entries(const struct result_set *set);
const struct result_entry *result_entry_at(const struct result_set *set, size_t i);
/* "AES-128-GCM/seal/16384/native/auto", "TLS 1.3 X25519 RSA-2048/handshake/server/openssl":
 * alike in every run, so that compare.py and compare.h join two sets by it. For free(). */
char *result_entry_name(const struct result_entry *entry);
const struct result_model *result_model_at(const struct result_set *set, size_t i); /* NULL beyond the end */
size_t result_n_gaps(const struct result_set *set);
const struct result_gap *result_gap_at(const struct result_set *set, size_t i);

void result_add_flight(struct result_set *set, const struct result_flight *flight);
void result_add_part(struct result_set *set, const struct result_part *part);
void result_add_layer(struct result_set *set, const struct result_layer *layer);
void result_add_prediction(struct result_set *set, const struct result_prediction *prediction);
const struct result_flight *result_flight_at(const struct result_set *set, size_t i); /* NULL beyond the end */
const struct result_part *result_part_at(const struct result_set *set, size_t i);
const struct result_layer *result_layer_at(const struct result_set *set, size_t i);
const struct result_prediction *result_prediction_at(const struct result_set *set, size_t i);

/* Has all samples stored, for whoever pools several sets; a file to keep has 50 of each entry. */
void result_keep_all_samples(struct result_set *set);

/* Writes the file: to a temporary one beside it, then renamed; "-" is standard
 * output. 0, or -1 with one line in error. */
int result_save(struct result_set *set, const char *path, char *error, size_t error_cap);

/* Whether path can be written to, asked before hours are spent on what is to be
 * saved there. 0, or -1 with one line in error. */
int result_check_path(const char *path, char *error, size_t error_cap);

/* The same for any JSON: how list and verify write theirs; and for any bytes. */
int result_write_json(const json_t *root, const char *path, char *error, size_t error_cap);
int result_write_file(const char *bytes, size_t len, const char *path, char *error, size_t error_cap);

/* The bytes of a file of at most 64 MiB (malloc), or NULL with one line in error. */
char *result_read_file(const char *path, size_t *len, char *error, size_t error_cap);

/* Reads and checks a file; NULL with one line in error that names the place. A
 * file of Google Benchmark's own is refused, as is anything hostile or cut off. */
struct result_set *result_load(const char *path, char *error, size_t error_cap);

/* The two halves of that, for files that may be something else: any JSON (to be
 * released), and what stands in it; path is for messages. */
json_t *result_load_json(const char *path, char *error, size_t error_cap);
struct result_set *result_of_json(json_t *root, const char *path, char *error, size_t error_cap);

/* results/local/<date>-<host>.json below the project's or the current folder,
 * made if need be: where a run is stored when no --json says otherwise. */
char *result_default_path(void);

/* What malloc and the like gave; without memory the whole command ends here, with a line and exit code 1. */
void *result_must(void *p);

#endif
