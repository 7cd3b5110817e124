// SPDX-License-Identifier: MIT
// Response files of NIST's CAVP: comments, sections in brackets, and records of
// "Name = value" lines, each begun by Count and ended by a blank line. What stands
// before Count holds for all records that follow.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cavp.h"

enum { MAX_FIELDS = 24, MAX_NAME = 20, MAX_COMMON = 2048 };

enum mode { NONE, GCM, CCM, XTS, BLOCKS };

// What the lines of a mode may be called.
static const char *const mode_names[] = {
	[GCM] = " Count Key IV PT AAD CT Tag Keylen IVlen PTlen AADlen Taglen FAIL ",
	[CCM] = " Count Key Nonce Adata Payload CT Result Alen Plen Nlen Tlen ",
	[XTS] = " Count Key DataUnitLen i DataUnitSeqNumber PT CT ",
	[BLOCKS] = " Count Key IV Plaintext Ciphertext ",
};

struct field {
	char name[MAX_NAME];
	const char *value;
	size_t len, line;
};

struct reader {
	size_t line;
	enum mode mode;
	char suffix[12]; // of the algorithm: "GCM", "CBC", "CFB8"
	int monte_carlo;
	struct field fields[MAX_FIELDS]; // of the file, then of the record
	size_t n, n_common;              // of all, of those before the record
	int in_record;
	size_t n_tests;
	uint8_t *bytes; // of the record's values
	size_t used;
	vector_sink *sink;
	void *user;
	struct vector_error *error;
};

// ---- Fields ----

static const struct field *find(const struct reader *r, const char *name)
{
	for (size_t i = r->n; i > 0; i--)
		if (strcasecmp(r->fields[i - 1].name, name) == 0)
			return &r->fields[i - 1];
	return NULL;
}

static int is_allowed(enum mode mode, const char *name)
{
	size_t len = strcspn(name, " ");
	for (const char *at = mode_names[mode]; name[len] == '\0' && (at = strchr(at, ' ')) != NULL && at[1] != '\0';
	     at++)
		if (strncasecmp(at + 1, name, len) == 0 && at[1 + len] == ' ')
			return 1;
	return 0;
}

static int number_of(struct reader *r, const struct field *field, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < field->len; i++) {
		if (field->value[i] < '0' || field->value[i] > '9' || field->len > 12)
			return vector_fail(r->error, field->line, "%s is no number", field->name);
		*number = 10 * *number + (uint64_t)(field->value[i] - '0');
	}
	return field->len > 0 ? 0 : vector_fail(r->error, field->line, "%s has no value", field->name);
}

// The bytes of a field that must be there.
static int octets_of(struct reader *r, const char *name, struct octets *octets)
{
	const struct field *field = find(r, name);
	if (field == NULL)
		return vector_fail(r->error, r->line, "the record that ends here has no %s", name);
	if (vector_hex(field->value, field->len, r->bytes + r->used) != 0)
		return vector_fail(r->error, field->line, "%s is not whole bytes in hexadecimal, at most %d", name,
				   VECTORS_MAX_PART);
	*octets = (struct octets){r->bytes + r->used, field->len / 2};
	r->used += octets->len;
	return 0;
}

// A length that the file declares, in units of so many bits, against what there is.
static int check_length(struct reader *r, const char *name, unsigned bits, size_t len)
{
	const struct field *field = find(r, name);
	uint64_t declared;
	if (field == NULL)
		return 0;
	if (number_of(r, field, &declared) != 0)
		return -1;
	return declared * bits == 8 * (uint64_t)len
		       ? 0
		       : vector_fail(r->error, r->line, "%s is %llu: not what the record that ends here has", name,
				     (unsigned long long)declared);
}

// ---- Records ----

static int read_gcm(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	const int failed = find(r, "FAIL") != NULL;
	v->kind = VECTOR_AEAD;
	v->verdict = failed ? VECTOR_INVALID : VECTOR_VALID;
	if (octets_of(r, "Key", &p[VECTOR_KEY]) != 0 || octets_of(r, "IV", &p[VECTOR_NONCE]) != 0 ||
	    octets_of(r, "AAD", &p[VECTOR_AAD]) != 0 || octets_of(r, "CT", &p[VECTOR_CIPHERTEXT]) != 0 ||
	    octets_of(r, "Tag", &p[VECTOR_TAG]) != 0 || (!failed && octets_of(r, "PT", &p[VECTOR_MESSAGE]) != 0))
		return -1;
	if (!failed && p[VECTOR_MESSAGE].len != p[VECTOR_CIPHERTEXT].len)
		return vector_fail(r->error, r->line, "PT and CT of the record that ends here differ in length");
	return check_length(r, "Keylen", 1, p[VECTOR_KEY].len) != 0 ||
			       check_length(r, "IVlen", 1, p[VECTOR_NONCE].len) != 0 ||
			       check_length(r, "PTlen", 1, p[VECTOR_CIPHERTEXT].len) != 0 ||
			       check_length(r, "AADlen", 1, p[VECTOR_AAD].len) != 0 ||
			       check_length(r, "Taglen", 1, p[VECTOR_TAG].len) != 0
		       ? -1
		       : 0;
}

// A CCM file writes 00 where a length of 0 is declared.
static int ccm_octets(struct reader *r, const char *name, const char *length_name, struct octets *octets)
{
	const struct field *length = find(r, length_name);
	uint64_t declared;
	if (length == NULL)
		return vector_fail(r->error, r->line, "the record that ends here has no %s", length_name);
	if (number_of(r, length, &declared) != 0 || octets_of(r, name, octets) != 0)
		return -1;
	if (declared == 0)
		octets->len = 0;
	return check_length(r, length_name, 8, octets->len);
}

static int read_ccm(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts, both;
	const struct field *result = find(r, "Result"), *tag_len = find(r, "Tlen"), *len = find(r, "Plen");
	uint64_t tag, text;
	v->kind = VECTOR_AEAD;
	// The .txt variants of these files add a reason in parentheses.
	const int failed = result != NULL && result->len >= 4 && strncasecmp(result->value, "Fail", 4) == 0;
	if (result != NULL && !failed && (result->len < 4 || strncasecmp(result->value, "Pass", 4) != 0))
		return vector_fail(r->error, result->line, "Result is neither Pass nor Fail");
	v->verdict = failed ? VECTOR_INVALID : VECTOR_VALID;
	if (tag_len == NULL || len == NULL)
		return vector_fail(r->error, r->line, "the record that ends here has no %s",
				   tag_len == NULL ? "Tlen" : "Plen");
	if (octets_of(r, "Key", &p[VECTOR_KEY]) != 0 || ccm_octets(r, "Nonce", "Nlen", &p[VECTOR_NONCE]) != 0 ||
	    ccm_octets(r, "Adata", "Alen", &p[VECTOR_AAD]) != 0 || octets_of(r, "CT", &both) != 0 ||
	    (!failed && ccm_octets(r, "Payload", "Plen", &p[VECTOR_MESSAGE]) != 0) ||
	    number_of(r, tag_len, &tag) != 0 || number_of(r, len, &text) != 0)
		return -1;
	if (tag > both.len || text != both.len - tag)
		return vector_fail(r->error, r->line, "CT of the record that ends here is not Plen + Tlen bytes");
	p[VECTOR_CIPHERTEXT] = (struct octets){both.data, (size_t)text};
	p[VECTOR_TAG] = (struct octets){both.data + text, (size_t)tag};
	return 0;
}

// The tweak: 16 bytes, or a number to be written in little-endian order.
static int read_tweak(struct reader *r, struct octets *tweak)
{
	const struct field *sequence = find(r, "DataUnitSeqNumber");
	uint64_t number;
	if (sequence == NULL)
		return octets_of(r, "i", tweak);
	if (number_of(r, sequence, &number) != 0)
		return -1;
	uint8_t *to = r->bytes + r->used;
	memset(to, 0, 16);
	for (int i = 0; i < 8; i++)
		to[i] = (uint8_t)(number >> 8 * i);
	*tweak = (struct octets){to, 16};
	r->used += 16;
	return 0;
}

static int read_xts(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	const struct field *unit = find(r, "DataUnitLen");
	uint64_t bits;
	v->kind = VECTOR_CIPHER;
	if (unit == NULL)
		return vector_fail(r->error, r->line, "the record that ends here has no DataUnitLen");
	if (number_of(r, unit, &bits) != 0 || octets_of(r, "Key", &p[VECTOR_KEY]) != 0 ||
	    read_tweak(r, &p[VECTOR_NONCE]) != 0 || octets_of(r, "PT", &p[VECTOR_MESSAGE]) != 0 ||
	    octets_of(r, "CT", &p[VECTOR_CIPHERTEXT]) != 0)
		return -1;
	if ((bits + 7) / 8 != p[VECTOR_MESSAGE].len || p[VECTOR_MESSAGE].len != p[VECTOR_CIPHERTEXT].len)
		return vector_fail(r->error, r->line, "PT or CT of the record that ends here is not DataUnitLen bits");
	if (bits % 8 != 0)
		v->skip = "a data unit of part of a byte";
	return 0;
}

static int read_blocks(struct reader *r, struct vector *v)
{
	struct octets *p = v->parts;
	v->kind = VECTOR_CIPHER;
	if (octets_of(r, "Key", &p[VECTOR_KEY]) != 0 ||
	    (find(r, "IV") != NULL && octets_of(r, "IV", &p[VECTOR_NONCE]) != 0) ||
	    octets_of(r, "Plaintext", &p[VECTOR_MESSAGE]) != 0 ||
	    octets_of(r, "Ciphertext", &p[VECTOR_CIPHERTEXT]) != 0)
		return -1;
	if (p[VECTOR_MESSAGE].len != p[VECTOR_CIPHERTEXT].len)
		return vector_fail(r->error, r->line, "both texts of the record that ends here differ in length");
	if (r->monte_carlo)
		v->skip = "a Monte Carlo test";
	return 0;
}

static int end_record(struct reader *r)
{
	static int (*const readers[])(struct reader *, struct vector *) = {
		[GCM] = read_gcm, [CCM] = read_ccm, [XTS] = read_xts, [BLOCKS] = read_blocks};
	char algorithm[40], place[32];
	struct vector v = {.algorithm = algorithm, .place = place, .comment = ""};
	if (!r->in_record)
		return 0;
	if (++r->n_tests > VECTORS_MAX_TESTS)
		return vector_fail(r->error, r->line, "more than %d tests", VECTORS_MAX_TESTS);
	r->used = 0;
	if (readers[r->mode](r, &v) != 0)
		return -1;
	const size_t key_bits = 8 * v.parts[VECTOR_KEY].len / (r->mode == XTS ? 2 : 1);
	snprintf(algorithm, sizeof(algorithm), "AES-%zu-%s", key_bits, r->suffix);
	snprintf(place, sizeof(place), "line %zu", r->fields[r->n_common].line);
	r->sink(r->user, &v);
	r->n = r->n_common;
	r->in_record = 0;
	return 0;
}

// ---- Lines ----

// The file's comments name what it tests: "GCM Decrypt with keysize 128", "AESVS MMT test data for CBC".
static void read_comment(struct reader *r, const char *at, size_t len)
{
	static const struct {
		const char *text;
		enum mode mode;
		const char *suffix; // NULL: the word that follows
	} marks[] = {{"GCM Encrypt", GCM, "GCM"}, {"GCM Decrypt", GCM, "GCM"},    {"CCM-", CCM, "CCM"},
		     {"XTSGen", XTS, "XTS"},      {"AES Counter", BLOCKS, "CTR"}, {"AESVS", BLOCKS, NULL}};
	static const char before_mode[] = "test data for ";
	char text[200];
	snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : sizeof(text) - 1), at);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && r->mode == NONE; i++) {
		const char *suffix = marks[i].suffix;
		if (strstr(text, marks[i].text) == NULL)
			continue;
		if (suffix == NULL && (suffix = strstr(text, before_mode)) != NULL)
			suffix += sizeof(before_mode) - 1;
		if (suffix == NULL)
			continue;
		snprintf(r->suffix, sizeof(r->suffix), "%.*s", (int)strcspn(suffix, " "), suffix);
		r->mode = marks[i].mode;
		r->monte_carlo = strstr(text, "MCT") != NULL;
	}
}

static int add_field(struct reader *r, const char *at, size_t len)
{
	const char *equals = memchr(at, '=', len);
	struct field field = {.value = at + len, .line = r->line};
	size_t name_len = equals != NULL ? (size_t)(equals - at) : len;
	if (equals != NULL) {
		field.value = equals + 1;
		field.len = len - name_len - 1;
	}
	while (name_len > 0 && at[name_len - 1] == ' ')
		name_len--;
	while (field.len > 0 && field.value[0] == ' ')
		field.value++, field.len--;
	if (r->mode == NONE)
		return vector_fail(r->error, r->line,
				   "no comment before this line says that the file tests AES-GCM, -CCM, -XTS, -CTR, "
				   "-CBC or -ECB");
	snprintf(field.name, sizeof(field.name), "%.*s", (int)(name_len < MAX_NAME ? name_len : MAX_NAME - 1), at);
	if (name_len >= MAX_NAME || !is_allowed(r->mode, field.name) ||
	    (equals == NULL) != (strcasecmp(field.name, "FAIL") == 0))
		return vector_fail(r->error, r->line, "'%s' begins no line of an AES-%s file", field.name, r->suffix);
	if (strcasecmp(field.name, "Count") == 0) {
		if (end_record(r) != 0)
			return -1;
		r->in_record = 1;
		r->n_common = r->n;
	}
	if (!r->in_record && field.len > MAX_COMMON) // it is decoded for each record
		return vector_fail(r->error, r->line, "%s is too long to stand before Count", field.name);
	for (size_t i = r->in_record ? r->n_common : 0; i < r->n; i++) {
		if (strcasecmp(r->fields[i].name, field.name) != 0)
			continue;
		if (r->in_record)
			return vector_fail(r->error, r->line, "a second %s in one record", field.name);
		r->fields[i] = field;
		return 0;
	}
	if (r->n == MAX_FIELDS)
		return vector_fail(r->error, r->line, "too many lines in one record");
	r->fields[r->n++] = field;
	return 0;
}

// "[ENCRYPT]", or "[Alen = 0, Plen = 24]": fields that hold from here on.
static int read_section(struct reader *r, const char *at, size_t len)
{
	if (end_record(r) != 0)
		return -1;
	if (len < 2 || at[len - 1] != ']')
		return vector_fail(r->error, r->line, "a bracket that is not closed");
	at++, len -= 2;
	if (memchr(at, '=', len) == NULL)
		return (len == 7 && (strncmp(at, "ENCRYPT", 7) == 0 || strncmp(at, "DECRYPT", 7) == 0))
			       ? 0
			       : vector_fail(r->error, r->line, "a section that is neither ENCRYPT nor DECRYPT");
	while (len > 0) {
		const char *comma = memchr(at, ',', len);
		size_t part = comma != NULL ? (size_t)(comma - at) : len;
		if (add_field(r, at, part) != 0)
			return -1;
		part += comma != NULL;
		at += part, len -= part;
		while (len > 0 && at[0] == ' ')
			at++, len--;
	}
	return 0;
}

static int read_line(struct reader *r, const char *at, size_t len)
{
	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\r'))
		len--;
	for (size_t i = 0; i < len; i++)
		if ((at[i] < ' ' && at[i] != '\t') || at[i] > '~')
			return vector_fail(r->error, r->line, "byte 0x%02x, which is no text", (unsigned char)at[i]);
	if (len == 0)
		return end_record(r);
	if (at[0] == '#') {
		read_comment(r, at, len);
		return 0;
	}
	return at[0] == '[' ? read_section(r, at, len) : add_field(r, at, len);
}

int cavp_parse(const char *text, size_t len, vector_sink *sink, void *user, struct vector_error *error)
{
	struct reader r = {.sink = sink, .user = user, .error = error};
	int status = 0;
	if (len > VECTORS_MAX_FILE)
		return vector_fail(error, 0, "longer than %d bytes", VECTORS_MAX_FILE);
	r.bytes = malloc(len / 2 + 16); // two digits a byte, and a tweak made of a number
	if (r.bytes == NULL)
		abort();
	for (size_t at = 0; at < len && status == 0;) {
		const char *newline = memchr(text + at, '\n', len - at);
		size_t line_len = newline != NULL ? (size_t)(newline - text) - at : len - at;
		r.line++;
		status = read_line(&r, text + at, line_len);
		at += line_len + 1;
	}
	if (status == 0)
		status = end_record(&r);
	if (status == 0 && r.n_tests == 0)
		status = vector_fail(error, r.line, "ends without a test");
	free(r.bytes);
	return status;
}
