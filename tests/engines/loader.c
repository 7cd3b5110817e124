// SPDX-License-Identifier: MIT
// What the loader is given by mistake or malice: each refusal is one line that names the fault.
// test-engines-loader FOLDER-OF-BAD-PLUGINS FOLDER-OF-ENGINES

#define _GNU_SOURCE
#include "../../engines/loader.h"
#include "../support/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *bad_folder, *engines_folder;
static struct lane_loader *loader;

static const struct lane_loaded_engine *load_file(const char *path)
{
	if (loader)
		lane_loader_free(loader);
	loader = lane_loader_new();
	lane_loader_add_file(loader, path);
	lane_loader_load(loader, NULL);
	const struct lane_loaded_engine *e;
	for (size_t i = 0; (e = lane_loader_at(loader, i)); i++) {
		if (e->path && strcmp(e->path, path) == 0)
			return e;
	}
	fail_msg("the loader lost %s", path);
	return NULL;
}

static void check_refused(const char *path, const char *word)
{
	at("%s", path);
	const struct lane_loaded_engine *e = load_file(path);
	assert_null(e->engine);
	assert_non_null(e->name);
	assert_non_null(e->reason);
	assert_null(strchr(e->reason, '\n'));
	if (!strcasestr(e->reason, word))
		fail_msg("the reason does not say \"%s\": %s", word, e->reason);
	assert_int_equal(e->n_aead + e->n_cipher + e->n_mac + e->n_pk + e->n_kem + e->n_kdf + e->n_tls, 0);
}

static const char *bad(const char *name)
{
	static char path[4096];
	snprintf(path, sizeof path, "%s/%s.so", bad_folder, name);
	return path;
}

static void sound_plugins_load(void)
{
	const struct lane_loaded_engine *e = load_file(bad("sound"));
	at("%s", e->reason ? e->reason : "");
	assert_non_null(e->engine);
	assert_string_equal(e->name, "sound");
	assert_int_equal(e->n_mac, 1);
	assert_null(e->reason);
	assert_null(e->note);
}

static void plugins_that_do_not_fit(void)
{
	check_refused(bad("no_entry"), "lane_engine_entry");
	check_refused(bad("entry_null"), "NULL");
	check_refused(bad("abi"), "ABI 2");
	check_refused(bad("struct_size"), "struct_size");
	check_refused(bad("name"), "name");
	check_refused(bad("name_null"), "name");
	check_refused(bad("table_null"), "table");
}

static void hostile_tables(void)
{
	check_refused(bad("item_size"), "8 bytes");
	check_refused(bad("item_size_huge"), "bytes");
	check_refused(bad("n_items"), "4294967295");
	check_refused(bad("items_null"), "no items");
	check_refused(bad("function"), "compute");
	check_refused(bad("algorithm_null"), "algorithm");
	check_refused(bad("algorithm_text"), "algorithm");
	check_refused(bad("tag_len"), "tag_len");
	check_refused(bad("twice"), "twice");
}

static void libraries_of_another_version(void)
{
	check_refused(bad("family"), "LibreThing 1.2.3");
	check_refused(bad("minor"), "Thing 1.3.0");
	check_refused(bad("version_null"), "library");
	const struct lane_loaded_engine *e = load_file(bad("patch_level"));
	at("a patch level apart");
	assert_non_null(e->engine);
	assert_non_null(e->note);
	assert_non_null(strstr(e->note, "1.2.9"));
}

static void objects_that_cannot_be_made(void)
{
	const struct lane_loaded_engine *e = load_file(bad("create"));
	struct lane_engine_object *object;
	char reason[100] = "";
	assert_non_null(e->engine);
	assert_int_equal(e->engine->create(&object, reason, sizeof reason), LANE_ENGINE_FAILED);
	assert_string_equal(reason, "no licence for this machine");
}

static void write_file(const char *path, const void *data, size_t len, mode_t mode)
{
	unlink(path);
	const int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static void what_is_no_library(void)
{
	char folder[] = "/tmp/lane-loader-XXXXXX", path[64];
	assert_non_null(mkdtemp(folder));
	check_refused(folder, "directory");
	snprintf(path, sizeof path, "%s/x.so", folder);
	check_refused(path, "No such file");
	write_file(path, "", 0, 0600);
	check_refused(path, "not a shared library");
	write_file(path, "int main(void);\n", 16, 0600);
	check_refused(path, "not a shared library");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	check_refused(path, "not a file");
	unlink(path);
	rmdir(folder);
	check_refused("/dev/null", "not a file");
	check_refused("", "");
}

// A real plug-in, cut at any place.
static void libraries_cut_short(void)
{
	static char whole[1 << 20];
	const int fd = open(bad("sound"), O_RDONLY);
	const ssize_t len = read(fd, whole, sizeof whole);
	close(fd);
	assert_true(len > 1000);
	char path[] = "/tmp/lane-loader-XXXXXX.so";
	close(mkstemps(path, 3));
	for (ssize_t n = 0; n < len; n += 1 + len / 97) {
		write_file(path, whole, (size_t)n, 0600);
		const struct lane_loaded_engine *e = load_file(path);
		at("cut to %zd of %zd bytes", n, len);
		if (!e->engine)
			assert_non_null(e->reason);
	}
	unlink(path);
}

static const struct lane_loaded_engine *named(const char *name)
{
	const struct lane_loaded_engine *e;
	for (size_t i = 0; (e = lane_loader_at(loader, i)); i++) {
		if (strcmp(e->name, name) == 0)
			return e;
	}
	return NULL;
}

static void load_with_path(const char *value)
{
	if (loader)
		lane_loader_free(loader);
	setenv("LANE_ENGINE_PATH", value, 1);
	loader = lane_loader_new();
	lane_loader_load(loader, NULL);
	unsetenv("LANE_ENGINE_PATH");
}

static void engine_path(void)
{
	char value[9000];
	snprintf(value, sizeof value, "::%s:", engines_folder);
	load_with_path(value);
	at("%s", value);
	assert_non_null(named("native"));
	assert_non_null(named("native")->engine);
	assert_string_equal(lane_loader_at(loader, 0)->name, "native");

	load_with_path("/nowhere/at/all");
	at("a folder that is not there");
	const struct lane_loaded_engine *e;
	size_t n = 0;
	for (size_t i = 0; (e = lane_loader_at(loader, i)); i++)
		n += e->path && strcmp(e->path, "/nowhere/at/all") == 0 && e->reason &&
		     strstr(e->reason, "LANE_ENGINE_PATH");
	assert_int_equal(n, 1);
}

// Whoever comes first with a name has it.
static void the_first_of_a_name_wins(void)
{
	lane_loader_free(loader);
	loader = lane_loader_new();
	char first[4096];
	snprintf(first, sizeof first, "%s", bad("patch_level"));
	lane_loader_add_file(loader, first);
	lane_loader_add_file(loader, bad("sound"));
	lane_loader_load(loader, NULL);
	assert_string_equal(named("sound")->path, first);
	const struct lane_loaded_engine *e;
	size_t n_loaded = 0, n_refused = 0;
	for (size_t i = 0; (e = lane_loader_at(loader, i)); i++) {
		n_loaded += e->engine && strcmp(e->name, "sound") == 0;
		n_refused += !e->engine && e->path && strcmp(e->path, bad("sound")) == 0;
	}
	assert_int_equal(n_loaded, 1);
	assert_int_equal(n_refused, 1);
}

// What is missing says what would bring it.
static void missing_engines_have_a_remedy(void)
{
	static const char *const known[] = {"native", "libsodium", "boringssl", "openssl"};
	load_with_path("");
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		at("%s", known[i]);
		assert_non_null(named(known[i]));
		if (named(known[i])->engine) // installed on this machine
			continue;
		assert_non_null(named(known[i])->reason);
		assert_non_null(named(known[i])->remedy);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: test-engines-loader BAD-PLUGINS ENGINES\n");
		return 2;
	}
	bad_folder = argv[1];
	engines_folder = argv[2];
	unsetenv("LANE_ENGINE_PATH");
	const struct CMUnitTest tests[] = {TEST(sound_plugins_load),
					   TEST(plugins_that_do_not_fit),
					   TEST(hostile_tables),
					   TEST(libraries_of_another_version),
					   TEST(objects_that_cannot_be_made),
					   TEST(what_is_no_library),
					   TEST(libraries_cut_short),
					   TEST(engine_path),
					   TEST(the_first_of_a_name_wins),
					   TEST(missing_engines_have_a_remedy)};
	return cmocka_run_group_tests_name("loader", tests, NULL, NULL);
}
