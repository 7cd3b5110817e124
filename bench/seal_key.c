// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "seal_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"
#include "seal_file.h"
#include "seal_output.h"

enum { HEX_LEN = 2 * SEAL_KEY_LEN };

struct seal_secrets *secrets_new(void)
{
	struct seal_secrets *secrets =
		mmap(NULL, sizeof(*secrets), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	result_must(secrets != MAP_FAILED ? secrets : NULL);
	mlock(secrets, sizeof(*secrets)); // as far as RLIMIT_MEMLOCK lets us
	madvise(secrets, sizeof(*secrets), MADV_DONTDUMP);
	return secrets;
}

void secrets_free(struct seal_secrets *secrets)
{
	if (secrets == NULL)
		return;
	lane_wipe(secrets, sizeof(*secrets));
	munmap(secrets, sizeof(*secrets));
}

// ---- Key files ----

// The value of a hexadecimal digit, 16 for what is none, without a branch or an address that depends on it.
static unsigned digit_value(unsigned char c)
{
	const unsigned digit = (unsigned char)(c - '0'), letter = (unsigned char)((c | 0x20) - 'a');
	const unsigned is_digit = (digit - 10) >> 31, is_letter = (letter - 6) >> 31;
	return is_digit * digit + is_letter * (letter + 10) + (1 - is_digit - is_letter) * 16;
}

static int parse_key(uint8_t key[SEAL_KEY_LEN], const uint8_t *text, size_t len)
{
	unsigned wrong = 0;
	if (len == SEAL_KEY_LEN) {
		memcpy(key, text, SEAL_KEY_LEN);
		return 1;
	}
	len -= len > 0 && text[len - 1] == '\n';
	len -= len > 0 && text[len - 1] == '\r';
	if (len != HEX_LEN)
		return 0;
	for (size_t i = 0; i < SEAL_KEY_LEN; i++) {
		const unsigned high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
		wrong |= (high | low) & 16;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return wrong == 0;
}

int key_file_read(struct seal_secrets *secrets, const char *path, int *fd)
{
	uint8_t text[HEX_LEN + 3];
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const ssize_t len = *fd >= 0 ? seal_read(*fd, text, sizeof(text)) : -1;
	const int why = errno, right = len >= 0 && parse_key(secrets->key, text, (size_t)len);
	lane_wipe(text, sizeof(text));
	if (len < 0)
		return usage_error("%s: cannot be read: %s", path, strerror(why));
	return right ? EXIT_FINE
		     : usage_error("%s: is no key file: 32 bytes are wanted, or 64 hexadecimal digits", path);
}

int key_file_make(const char *path)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t key[SEAL_KEY_LEN];
	char text[HEX_LEN + 1];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? usage_error("%s: is there already, and a key is never overwritten", path)
				       : usage_error("%s: cannot be written: %s", path, strerror(errno));
	int bad = getrandom(key, sizeof(key), 0) != sizeof(key);
	for (size_t i = 0; i < SEAL_KEY_LEN; i++) {
		text[2 * i] = digits[key[i] >> 4];
		text[2 * i + 1] = digits[key[i] & 15];
	}
	text[HEX_LEN] = '\n';
	bad = bad || seal_write(fd, text, sizeof(text)) != 0 || fsync(fd) != 0;
	const int why = errno;
	lane_wipe(key, sizeof(key));
	lane_wipe(text, sizeof(text));
	close(fd);
	if (bad) {
		unlink(path);
		return usage_error("%s: cannot be written: %s", path, strerror(why));
	}
	output_sync_folder(path); // before anything hangs on it
	return EXIT_FINE;
}

// ---- Passphrases ----

// The line in text, of which so many bytes are there: its length, or -1 after a line on standard error.
static ssize_t one_line(const char *text, size_t len, const char *name)
{
	const char *end = memchr(text, '\n', len);
	size_t line = end != NULL ? (size_t)(end - text) : len;
	if (end != NULL && line + 1 < len)
		usage_error("%s: a passphrase is one line", name);
	else if (line > SEAL_PASSPHRASE_MAX)
		usage_error("%s: the passphrase is longer than %d bytes", name, SEAL_PASSPHRASE_MAX);
	else if (line == 0)
		usage_error("%s: the passphrase is empty", name);
	else
		return (ssize_t)(line - (line > 1 && text[line - 1] == '\r'));
	return -1;
}

// A line of the terminal, not shown. Its length, newline and all, or -1 with errno.
static ssize_t ask(int tty, const char *prompt, char *text, size_t cap)
{
	struct termios before, silent;
	if (tcgetattr(tty, &before) != 0)
		return -1;
	silent = before;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	output_restore_echo(tty, &before);
	ssize_t n = -1;
	if (tcsetattr(tty, TCSAFLUSH, &silent) == 0 && seal_write(tty, prompt, strlen(prompt)) == 0) {
		do
			n = read(tty, text, cap);
		while (n < 0 && errno == EINTR);
		seal_write(tty, "\n", 1);
	}
	tcsetattr(tty, TCSAFLUSH, &before);
	output_restore_echo(-1, NULL);
	return n;
}

static int ask_twice(struct seal_secrets *secrets, int twice)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0)
		return usage_error("a passphrase is asked for at a terminal, and there is none; give --key-file or "
				   "--passphrase-file");
	int status = EXIT_FINE;
	const ssize_t n = ask(tty, "Passphrase: ", secrets->passphrase, sizeof(secrets->passphrase));
	const ssize_t len = n >= 0 ? one_line(secrets->passphrase, (size_t)n, "terminal") : -1;
	if (n < 0)
		status = usage_error("the terminal: %s", strerror(errno));
	else if (len < 0)
		status = EXIT_USAGE;
	secrets->passphrase_len = len > 0 ? (size_t)len : 0;
	if (status == EXIT_FINE && twice &&
	    (ask(tty, "The same once more: ", secrets->again, sizeof(secrets->again)) != n ||
	     memcmp(secrets->again, secrets->passphrase, (size_t)n) != 0))
		status = usage_error("the passphrases differ");
	close(tty);
	return status;
}

int passphrase_read(struct seal_secrets *secrets, const char *path, int twice)
{
	if (path == NULL)
		return ask_twice(secrets, twice);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const ssize_t n = fd >= 0 ? seal_read(fd, secrets->passphrase, sizeof(secrets->passphrase)) : -1;
	const int why = errno;
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return usage_error("%s: cannot be read: %s", path, strerror(why));
	const ssize_t len = one_line(secrets->passphrase, (size_t)n, path);
	secrets->passphrase_len = len > 0 ? (size_t)len : 0;
	return len > 0 ? EXIT_FINE : EXIT_USAGE;
}

static const struct lane_loaded_engine *libsodium(const struct bench_run *run)
{
	const struct lane_loaded_engine *engine;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		if (strcmp(engine->name, "libsodium") == 0)
			return engine;
	return NULL;
}

int passphrase_check_engine(const struct bench_run *run)
{
	lane_loader_load(run->loader, run->program_dir);
	const struct lane_loaded_engine *engine = libsodium(run);
	const char *reason = engine != NULL ? engine->reason : "not found";
	if (engine != NULL && engine->engine != NULL &&
	    lane_loaded_find(engine, LANE_ENGINE_KDF, "Argon2id", NULL) != NULL &&
	    bench_engine(engine, &reason) != NULL)
		return EXIT_FINE;
	return usage_error(
		"passphrases need Argon2id of the engine libsodium, which is missing (%s%s%s); a key file does not",
		reason != NULL ? reason : "it has no Argon2id", engine != NULL && engine->remedy != NULL ? "; " : "",
		engine != NULL && engine->remedy != NULL ? engine->remedy : "");
}

int passphrase_derive(struct seal_secrets *secrets, const struct bench_run *run, const struct seal_header *header)
{
	const struct lane_loaded_engine *engine = libsodium(run);
	const char *reason;
	struct lane_engine_object *object = bench_engine(engine, &reason);
	const struct lane_engine_kdf *kdf = lane_loaded_find(engine, LANE_ENGINE_KDF, "Argon2id", NULL);
	const struct lane_engine_kdf_input input = {.struct_size = sizeof(input),
						    .iterations = header->passes,
						    .memory = header->memory,
						    .secret = (const uint8_t *)secrets->passphrase,
						    .secret_len = secrets->passphrase_len,
						    .salt = header->salt,
						    .salt_len = SEAL_KDF_SALT_LEN};
	if (kdf->derive(object, kdf, &input, secrets->key, SEAL_KEY_LEN) == LANE_ENGINE_OK)
		return EXIT_FINE;
	return usage_error("the key cannot be derived from the passphrase: %s", engine->engine->last_error(object));
}
