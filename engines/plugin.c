// SPDX-License-Identifier: MIT
// One plug-in: is it a library, does it fit, what does it offer? A plug-in may
// be anything from outdated to broken, so each claim is checked before use and
// each refusal is one line. (What its code does when called is beyond us.)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin.h"

enum {
	max_struct_len = 4096, // a struct larger than that is a mistake
	max_items = 1024,
	max_line = 400,
	max_buffer = 1 << 16, // keys, signatures, ciphertexts: what hosts make room for
	max_short = 64,       // the same for symmetric keys, nonces and tags
};

void *lane_must(void *p)
{
	if (!p) {
		fputs("lanecrypt: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

char *lane_line(const char *format, ...)
{
	char text[max_line];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	for (char *p = text; *p; p++) {
		if (*p < ' ' || *p > '~')
			*p = '?';
	}
	return lane_must(strdup(text));
}

// ---- Text that a plug-in brings ----

enum charset {
	name_text, // "ipsec-mb"
	word_text, // "aes-gcm:aesni", "SHA-512/256"
	line_text, // anything printable
	list_text  // a long line
};

static bool is_text(const char *text, enum charset charset)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZ+./:";
	static const size_t max[] = {[name_text] = 32, [word_text] = 64, [line_text] = 200, [list_text] = 4000};
	if (!text)
		return false;
	const size_t len = strnlen(text, max[charset] + 1);
	if (len == 0 || len > max[charset])
		return false;
	const size_t n_allowed = charset == name_text ? 26 + 10 + 2 : sizeof word - 1;
	for (size_t i = 0; i < len; i++) {
		if (charset >= line_text ? text[i] < ' ' || text[i] > '~' : !memchr(word, text[i], n_allowed))
			return false;
	}
	return true;
}

// ---- The kinds of items, and what each must have ----

// A function that an item needs when it has any of these bits; 0 = always.
struct needed {
	size_t offset;
	const char *name;
	uint32_t bits;
};

// Where the struct ended in the first edition of ABI 1; later members may be missing.
#define FIRST_LEN(type, last) (offsetof(struct type, last) + sizeof((struct type *)0)->last)
#define NEEDED(type, function, bits)                                                                                   \
	{                                                                                                              \
		offsetof(struct type, function), #function, bits                                                       \
	}

#define A(function) NEEDED(lane_engine_aead, function, 0)
#define S(function) NEEDED(lane_engine_aead, function, LANE_ENGINE_STREAMING)
static const struct needed aead_needs[] = {
	A(key_new),    A(key_free),      A(seal),         A(open),        S(stream_new),
	S(stream_aad), S(stream_update), S(stream_final), S(stream_free), {0},
};
#undef A
#undef S
#define C(function) NEEDED(lane_engine_cipher, function, 0)
static const struct needed cipher_needs[] = {C(key_new), C(key_free), C(encrypt), {0}};
#undef C
#define M(function) NEEDED(lane_engine_mac, function, 0)
static const struct needed mac_needs[] = {M(key_new), M(key_free), M(compute), {0}};
#undef M
#define P(function, bits) NEEDED(lane_engine_pk, function, bits)
static const struct needed pk_needs[] = {
	P(generate, LANE_ENGINE_PK_GENERATE),
	P(import_private, 0),
	P(import_public, 0),
	P(export_private, 0),
	P(export_public, 0),
	P(key_free, 0),
	P(sign, LANE_ENGINE_PK_SIGN),
	P(verify, LANE_ENGINE_PK_SIGN),
	P(encrypt, LANE_ENGINE_PK_ENCRYPT),
	P(decrypt, LANE_ENGINE_PK_ENCRYPT),
	P(public_raw, LANE_ENGINE_PK_DERIVE),
	P(derive, LANE_ENGINE_PK_DERIVE),
	{0},
};
#undef P
#define K(function) NEEDED(lane_engine_kem, function, 0)
static const struct needed kem_needs[] = {
	K(generate), K(import_public), K(public_raw), K(key_free), K(encapsulate), K(decapsulate), {0},
};
#undef K
static const struct needed kdf_needs[] = {NEEDED(lane_engine_kdf, derive, 0), {0}};
#define T(function) NEEDED(lane_engine_tls, function, 0)
static const struct needed tls_needs[] = {
	T(identity_new),    T(identity_free),  T(config_new), T(config_free), T(connection_new), T(step),
	T(connection_free), T(session_export), T(info),       T(write),       T(read),           {0},
};
#undef T

// ---- Numbers and names of an item: NULL when they make sense, else what does not ----

static bool is_len(uint64_t len)
{
	return len >= 1 && len <= max_buffer;
}

static bool is_short_len(uint64_t len)
{
	return len >= 1 && len <= max_short;
}

// Members that need a capability are given the value that they have without it.
static const char *check_aead(void *p)
{
	struct lane_engine_aead *item = p;
	if (!(item->capabilities & LANE_ENGINE_ANY_NONCE))
		item->nonce_min = item->nonce_max = item->nonce_len;
	if (!(item->capabilities & LANE_ENGINE_TRUNCATED))
		item->tag_min = item->tag_len;
	if (!is_short_len(item->key_len))
		return "key_len";
	if (item->nonce_len > max_short || item->nonce_min > item->nonce_len || item->nonce_max < item->nonce_len)
		return "nonce_len, nonce_min or nonce_max";
	if (!is_short_len(item->tag_len) || item->tag_min < 1 || item->tag_min > item->tag_len)
		return "tag_len or tag_min";
	return NULL;
}

static int no_decrypt(void *key, const uint8_t *iv, uint8_t *out, const uint8_t *in, size_t len)
{
	(void)key, (void)iv, (void)out, (void)in, (void)len;
	return LANE_ENGINE_UNSUPPORTED;
}

static const char *check_cipher(void *p)
{
	struct lane_engine_cipher *item = p;
	if (item->capabilities & LANE_ENGINE_ENCRYPT_ONLY)
		item->decrypt = no_decrypt;
	if (!item->decrypt)
		return "decrypt, which is NULL";
	if (!is_short_len(item->key_len))
		return "key_len";
	if (item->iv_len > max_short)
		return "iv_len";
	if (!is_len(item->block_len))
		return "block_len";
	if (item->min_len > max_buffer)
		return "min_len";
	return NULL;
}

static const char *check_mac(void *p)
{
	const struct lane_engine_mac *item = p;
	if (item->key_len > max_short)
		return "key_len";
	if (!is_short_len(item->tag_len))
		return "tag_len";
	if (!is_len(item->block_len))
		return "block_len";
	return NULL;
}

static const char *check_pk(void *p)
{
	const struct lane_engine_pk *item = p;
	if (!is_text(item->key_type, word_text))
		return "key_type";
	if (!is_len(item->max_out))
		return "max_out";
	if (item->operations & LANE_ENGINE_PK_ENCRYPT && !is_len(item->max_message))
		return "max_message";
	if (item->operations & LANE_ENGINE_PK_DERIVE && !is_len(item->public_len))
		return "public_len";
	return NULL;
}

static const char *check_kem(void *p)
{
	const struct lane_engine_kem *item = p;
	if (!is_len(item->public_len) || !is_len(item->ciphertext_len) || !is_len(item->secret_len))
		return "public_len, ciphertext_len or secret_len";
	return NULL;
}

static const char *check_kdf(void *p)
{
	(void)p;
	return NULL;
}

static const char *check_tls(void *p)
{
	const struct lane_engine_tls *item = p;
	if (!is_text(item->suites, list_text))
		return "suites";
	if (!is_text(item->groups, list_text))
		return "groups";
	if (!is_text(item->signatures, list_text))
		return "signatures";
	return NULL;
}

// bits_at: the member whose bits say which functions an item needs.
#define KIND(kind_name, last, bits)                                                                                    \
	{                                                                                                              \
		.name = #kind_name, .item_len = sizeof(struct lane_engine_##kind_name),                                \
		.min_len = FIRST_LEN(lane_engine_##kind_name, last),                                                   \
		.bits_at = offsetof(struct lane_engine_##kind_name, bits),                                             \
		.items_at = offsetof(struct lane_loaded_engine, kind_name),                                            \
		.n_at = offsetof(struct lane_loaded_engine, n_##kind_name), .needs = kind_name##_needs,                \
		.check = check_##kind_name                                                                             \
	}
static const struct kind {
	const char *name;
	size_t item_len, min_len;
	size_t bits_at, items_at, n_at;
	const struct needed *needs;
	const char *(*check)(void *item);
} kinds[] = {
	KIND(aead, stream_free, capabilities), KIND(cipher, decrypt, capabilities),  KIND(mac, compute, capabilities),
	KIND(pk, derive, operations),          KIND(kem, decapsulate, capabilities), KIND(kdf, derive, capabilities),
	KIND(tls, allocations, capabilities),
};
enum { n_kinds = sizeof kinds / sizeof kinds[0] };

// ---- The examination ----

// Refuses *out with a reason: the shape of every failure below.
#define REFUSE(out, ...) ((out)->reason = lane_line(__VA_ARGS__), false)

// A struct as its maker knew it, in the size that the host knows: cut, or filled up with zeroes.
static void copy_struct(void *to, size_t to_len, const void *from, size_t from_len)
{
	memset(to, 0, to_len);
	memcpy(to, from, from_len < to_len ? from_len : to_len);
}

static bool check_item(struct lane_loaded_engine *out, const struct kind *kind, size_t i, void *item)
{
	const struct lane_engine_item *head = item;
	const char *const table = kind->name;
	if (!is_text(head->algorithm, word_text))
		return REFUSE(out, "item %zu of its table %s has no proper algorithm name", i, table);
	if (head->kernel && !is_text(head->kernel, word_text))
		return REFUSE(out, "%s in its table %s has an improper kernel name", head->algorithm, table);
	if (head->unavailable && !is_text(head->unavailable, line_text))
		return REFUSE(out, "%s in its table %s is unavailable for no proper reason", head->algorithm, table);

	uint32_t bits;
	memcpy(&bits, (const char *)item + kind->bits_at, sizeof bits);
	for (const struct needed *n = kind->needs; n->name; n++) {
		void (*function)(void);
		memcpy(&function, (const char *)item + n->offset, sizeof function);
		if (!function && (n->bits == 0 || bits & n->bits))
			return REFUSE(out, "%s in its table %s lacks the function %s", head->algorithm, table, n->name);
	}
	const char *const wrong = kind->check(item);
	if (wrong)
		return REFUSE(out, "%s in its table %s has a wrong %s", head->algorithm, table, wrong);
	return true;
}

static bool take_items(struct lane_loaded_engine *out, const struct kind *kind)
{
	const struct lane_engine_table *const given = out->engine->table(kind->name);
	if (!given)
		return true;
	struct lane_engine_table table;
	if (given->struct_size < FIRST_LEN(lane_engine_table, items) || given->struct_size > max_struct_len)
		return REFUSE(out, "its table %s has a struct_size of %u bytes", kind->name, given->struct_size);
	copy_struct(&table, sizeof table, given, given->struct_size);
	if (table.n_items == 0)
		return true;
	if (table.n_items > max_items)
		return REFUSE(out, "its table %s claims %u items, more than %d", kind->name, table.n_items, max_items);
	if (!table.items)
		return REFUSE(out, "its table %s has no items, only their number", kind->name);
	if (table.item_size < kind->min_len || table.item_size > max_struct_len)
		return REFUSE(out, "its table %s has items of %u bytes; ABI %u begins with %zu", kind->name,
			      table.item_size, LANE_ENGINE_ABI, kind->min_len);

	char *const items = lane_must(calloc(table.n_items, kind->item_len));
	memcpy((char *)out + kind->items_at, &(void *){items}, sizeof(void *));
	for (size_t i = 0; i < table.n_items; i++) {
		char *const item = items + i * kind->item_len;
		copy_struct(item, kind->item_len, (const char *)table.items + i * table.item_size, table.item_size);
		if (!check_item(out, kind, i, item))
			return false;
		const struct lane_engine_item *const head = (const void *)item;
		if (lane_loaded_find(out, kind->name, head->algorithm, head->kernel))
			return REFUSE(out, "its table %s has %s twice", kind->name, head->algorithm);
		memcpy((char *)out + kind->n_at, &(size_t){i + 1}, sizeof(size_t));
	}
	return true;
}

struct version {
	size_t family_len; // the text before the first digit
	unsigned long major, minor;
};

static struct version parse_version(const char *text)
{
	struct version v = {.family_len = strcspn(text, "0123456789")};
	char *end;
	v.major = strtoul(text + v.family_len, &end, 10);
	if (*end == '.')
		v.minor = strtoul(end + 1, NULL, 10);
	return v;
}

// The library that runs must be of the family and the major.minor that the plug-in was compiled for.
static bool check_version(struct lane_loaded_engine *out)
{
	const char *const running = out->engine->library_version();
	const char *const built = out->engine->built_for;
	if (!is_text(running, line_text) || !is_text(built, line_text))
		return REFUSE(out, "it does not say which library it runs");
	const struct version r = parse_version(running), b = parse_version(built);
	if (r.family_len != b.family_len || strncmp(running, built, r.family_len) != 0 || r.major != b.major ||
	    r.minor != b.minor)
		return REFUSE(out, "it runs %s, but was built for %s", running, built);
	if (strcmp(running, built) != 0)
		out->note = lane_line("runs %s, built for %s", running + r.family_len, built + b.family_len);
	return true;
}

static bool take_engine(struct lane_loaded_engine *out, const struct lane_engine *given)
{
	if (!given)
		return REFUSE(out, "its lane_engine_entry() returns NULL");
	if (given->abi_version != LANE_ENGINE_ABI)
		return REFUSE(out, "it has plug-in ABI %u, this is %u", given->abi_version, LANE_ENGINE_ABI);
	const size_t min_len = FIRST_LEN(lane_engine, last_error);
	if (given->struct_size < min_len || given->struct_size > max_struct_len)
		return REFUSE(out, "its struct_size is %u bytes; ABI %u begins with %zu", given->struct_size,
			      LANE_ENGINE_ABI, min_len);

	struct lane_engine *const engine = lane_must(calloc(1, sizeof *engine));
	out->engine = engine;
	copy_struct(engine, sizeof *engine, given, given->struct_size);
	if (!is_text(engine->name, name_text))
		return REFUSE(out, "its name is not made of 1 to 32 of a-z, 0-9, - and _");
	if (!is_text(engine->summary, line_text))
		return REFUSE(out, "its summary is not one printable line");
	if (!engine->library_version || !engine->create || !engine->destroy || !engine->table || !engine->last_error)
		return REFUSE(out, "it lacks one of library_version, create, destroy, table, last_error");
	if (!check_version(out))
		return false;
	for (size_t i = 0; i < n_kinds; i++) {
		if (!take_items(out, &kinds[i]))
			return false;
	}
	return true;
}

// dlopen() trusts the file headers and dies by SIGBUS on a library that was cut short, so look first.
static bool check_elf(struct lane_loaded_engine *out, int fd, uint64_t file_len)
{
	ElfW(Ehdr) elf;
	if (pread(fd, &elf, sizeof elf, 0) != sizeof elf || memcmp(elf.e_ident, ELFMAG, SELFMAG) != 0 ||
	    elf.e_phentsize != sizeof(ElfW(Phdr)))
		return REFUSE(out, "it is not a shared library");
	for (size_t i = 0; i < elf.e_phnum; i++) {
		ElfW(Phdr) segment;
		const off_t at = (off_t)(elf.e_phoff + i * sizeof segment);
		if (pread(fd, &segment, sizeof segment, at) != sizeof segment || segment.p_filesz > file_len ||
		    segment.p_offset > file_len - segment.p_filesz)
			return REFUSE(out, "it is a shared library that was cut short");
	}
	return true;
}

static bool check_file(struct lane_loaded_engine *out, const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return REFUSE(out, "it cannot be read: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return REFUSE(out, "it is a directory");
	if (!S_ISREG(st.st_mode))
		return REFUSE(out, "it is not a file");
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return REFUSE(out, "it cannot be read: %s", strerror(errno));
	const bool ok = check_elf(out, fd, (uint64_t)st.st_size);
	close(fd);
	return ok;
}

// RTLD_DEEPBIND lets each plug-in find its own library first, so that BoringSSL and OpenSSL, which
// share hundreds of names, live side by side. AddressSanitizer cannot work with it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
enum { dlopen_flags = RTLD_NOW | RTLD_LOCAL };
#else
enum { dlopen_flags = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND };
#endif

static bool load(struct lane_loaded_engine *out, const char *path)
{
	if (!check_file(out, path))
		return false;
	// Without a slash, dlopen() would search the system's libraries.
	char *file;
	if (asprintf(&file, "%s%s", strchr(path, '/') ? "" : "./", path) < 0)
		lane_must(NULL);
	void *const handle = dlopen(file, dlopen_flags); // for good: some libraries don't survive a dlclose
	const size_t file_len = strlen(file);
	const char *error = handle ? NULL : dlerror();
	if (error && strncmp(error, file, file_len) == 0 && strncmp(error + file_len, ": ", 2) == 0)
		error += file_len + 2;
	free(file);
	if (!handle)
		return REFUSE(out, "it cannot be loaded: %s", error ? error : "no reason given");

	const struct lane_engine *(*entry)(uint32_t);
	*(void **)&entry = dlsym(handle, "lane_engine_entry");
	if (!entry)
		return REFUSE(out, "it is a library, but no plug-in: it has no lane_engine_entry");
	return take_engine(out, entry(LANE_ENGINE_ABI));
}

void lane_plugin_load(struct lane_loaded_engine *out, const char *path)
{
	*out = (struct lane_loaded_engine){.path = lane_line("%s", path)};
	if (load(out, path)) {
		out->name = lane_line("%s", out->engine->name);
		return;
	}
	char *const reason = lane_must(strdup(out->reason));
	lane_plugin_free(out);
	lane_plugin_refuse(out, path, reason);
	free(reason);
}

void lane_plugin_refuse(struct lane_loaded_engine *out, const char *path, const char *reason)
{
	const char *const slash = strrchr(path, '/');
	const char *const base = slash ? slash + 1 : path;
	const size_t len = strlen(base);
	const int stem_len = (int)(len > 3 && strcmp(base + len - 3, ".so") == 0 ? len - 3 : len);
	*out = (struct lane_loaded_engine){
		.name = lane_line("%.*s", stem_len, base),
		.path = lane_line("%s", path),
		.reason = lane_line("%s", reason),
	};
}

void lane_plugin_free(struct lane_loaded_engine *out)
{
	free((void *)out->name);
	free((void *)out->path);
	free((void *)out->reason);
	free((void *)out->note);
	free((void *)out->engine);
	for (size_t i = 0; i < n_kinds; i++) {
		void *items;
		memcpy(&items, (char *)out + kinds[i].items_at, sizeof items);
		free(items);
	}
	*out = (struct lane_loaded_engine){0};
}

const void *lane_loaded_find(const struct lane_loaded_engine *engine, const char *kind_name, const char *algorithm,
			     const char *kernel)
{
	for (size_t i = 0; i < n_kinds; i++) {
		const struct kind *const kind = &kinds[i];
		if (strcmp(kind->name, kind_name) != 0)
			continue;
		const char *items;
		size_t n;
		memcpy(&items, (const char *)engine + kind->items_at, sizeof items);
		memcpy(&n, (const char *)engine + kind->n_at, sizeof n);
		for (size_t j = 0; j < n; j++) {
			const struct lane_engine_item *const item = (const void *)(items + j * kind->item_len);
			const bool same_kernel =
				item->kernel ? kernel && strcasecmp(item->kernel, kernel) == 0 : !kernel;
			if (strcasecmp(item->algorithm, algorithm) == 0 && same_kernel)
				return item;
		}
	}
	return NULL;
}
