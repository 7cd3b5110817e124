// SPDX-License-Identifier: MIT
// seal, open, keygen: a file under a key, with the library that is measured elsewhere here.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lanecrypt/kernel.h>

#include "command.h"
#include "seal_file.h"
#include "seal_key.h"
#include "seal_output.h"

static const char suffix[] = ".sealed";

// One file on its way.
struct passage {
	const struct bench_run *run;
	const char *name;    // of the input, for messages
	char out_name[4096]; // where it was made of the input's
	int in, key_fd;
	struct stat in_info;
	struct seal_secrets *secrets;
	struct seal_output output;
};

static int open_input(struct passage *passage, const char *file)
{
	const int standard = file == NULL || strcmp(file, "-") == 0;
	passage->name = standard ? "standard input" : file;
	passage->in = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (passage->in < 0 || fstat(passage->in, &passage->in_info) != 0)
		return usage_error("%s: cannot be read: %s", passage->name, strerror(errno));
	if (S_ISDIR(passage->in_info.st_mode))
		return usage_error("%s: cannot be read: %s", passage->name, strerror(EISDIR));
	return EXIT_FINE;
}

// Where it goes: --output, or beside the input, or from standard input to standard output.
static int begin_output(struct passage *passage, const char *file, int opening)
{
	const char *path = passage->run->options->output;
	if (path == NULL && passage->in == STDIN_FILENO) {
		if (!opening && isatty(STDOUT_FILENO))
			return usage_error("standard output is a terminal, which nothing is sealed to; give --output");
		path = "-";
	} else if (path == NULL) {
		const size_t len = strlen(file), cut = opening ? sizeof(suffix) - 1 : 0;
		if (opening && (len <= cut || strcmp(file + len - cut, suffix) != 0 || file[len - cut - 1] == '/'))
			return usage_error("%s: has no name that ends in %s; give --output", file, suffix);
		if (len + sizeof(suffix) > sizeof(passage->out_name))
			return usage_error("%s: %s", file, strerror(ENAMETOOLONG));
		strcpy(passage->out_name, file);
		strcpy(passage->out_name + len - cut, opening ? "" : suffix);
		path = passage->out_name;
	}
	const int spared[] = {passage->in, passage->key_fd};
	return output_begin(&passage->output, path, passage->run->options->force, spared, 2);
}

static int check_kernels(void)
{
	char text[512];
	return lane_kernel_check_environment(text, sizeof(text)) == LANE_OK ? EXIT_FINE : usage_error("%s", text);
}

// The key that the header wants, and where the output goes, before a passphrase is asked for and hard work begins.
static int prepare(struct passage *passage, const struct seal_header *header, const char *file, int opening)
{
	const struct bench_options *options = passage->run->options;
	int status;
	if (header->key_kind == SEAL_PASSPHRASE && options->key_file != NULL)
		status = usage_error("%s: was sealed with a passphrase, not with a key file", passage->name);
	else if (header->key_kind == SEAL_PASSPHRASE)
		status = passphrase_check_engine(passage->run);
	else if (options->key_file == NULL)
		status = usage_error("%s: was sealed with a key file; give --key-file", passage->name);
	else
		status = key_file_read(passage->secrets, options->key_file, &passage->key_fd);
	if (status == EXIT_FINE)
		status = begin_output(passage, file, opening);
	if (status == EXIT_FINE && header->key_kind == SEAL_PASSPHRASE)
		status = passphrase_read(passage->secrets, options->passphrase_file, !opening);
	if (status == EXIT_FINE && header->key_kind == SEAL_PASSPHRASE)
		status = passphrase_derive(passage->secrets, passage->run, header);
	return status;
}

static int pump(struct passage *passage, int opening)
{
	const off_t at = lseek(passage->in, 0, SEEK_CUR);
	const uint64_t left = S_ISREG(passage->in_info.st_mode) && at >= 0 && passage->in_info.st_size > at
				      ? (uint64_t)(passage->in_info.st_size - at)
				      : 0;
	const uint64_t header = opening ? 0 : SEAL_HEADER_LEN;
	struct seal_job job = {.seal = &passage->secrets->seal,
			       .opening = opening,
			       .in = passage->in,
			       .out = passage->output.fd,
			       .in_name = passage->name,
			       .out_name = passage->output.name,
			       .expected = left,
			       .progress = progress_new(stderr, 0, !passage->run->options->no_progress)};
	int status =
		left == 0 ? EXIT_FINE : output_reserve(&passage->output, header + seal_length(job.seal, opening, left));
	if (status == EXIT_FINE)
		status = seal_file(&job);
	progress_end(job.progress);
	return status;
}

static int seal_passage(struct passage *passage, const char *file)
{
	const struct bench_options *options = passage->run->options;
	struct seal *seal = &passage->secrets->seal;
	struct seal_header header = {.chunk_log2 = SEAL_CHUNK_LOG2};
	if (options->key_file == NULL) {
		header.key_kind = SEAL_PASSPHRASE;
		header.passes = SEAL_PASSES;
		header.memory = options->memory > 0 ? options->memory : SEAL_MEMORY;
	}
	if (getrandom(header.salt, sizeof(header.salt), 0) != sizeof(header.salt))
		return usage_error("no random numbers: %s", strerror(errno));
	const int status = prepare(passage, &header, file, 0);
	if (status != EXIT_FINE)
		return status;
	const enum lane_status begun = seal_begin(seal, &header, passage->secrets->key);
	if (begun != LANE_OK)
		return usage_error("%s", lane_status_string(begun));
	if (seal_write(passage->output.fd, seal->header, SEAL_HEADER_LEN) != 0)
		return usage_error("%s: cannot be written: %s", passage->output.name, strerror(errno));
	return pump(passage, 0);
}

static int open_passage(struct passage *passage, const char *file)
{
	struct seal_header header;
	uint8_t bytes[SEAL_HEADER_LEN];
	const ssize_t n = seal_read(passage->in, bytes, sizeof(bytes));
	if (n < 0)
		return usage_error("%s: cannot be read: %s", passage->name, strerror(errno));
	const char *wrong = seal_header_read(&header, bytes, (size_t)n);
	if (wrong != NULL)
		return usage_error("%s: %s", passage->name, wrong);
	const int status = prepare(passage, &header, file, 1);
	if (status != EXIT_FINE)
		return status;
	const enum lane_status begun = seal_open_begin(&passage->secrets->seal, bytes, passage->secrets->key);
	if (begun == LANE_ERR_AUTH) {
		usage_error("%s: was sealed with another %s, or its header was altered", passage->name,
			    header.key_kind == SEAL_PASSPHRASE ? "passphrase" : "key");
		return EXIT_CHECK;
	}
	return begun == LANE_OK ? pump(passage, 1) : usage_error("%s", lane_status_string(begun));
}

static int pass(const struct bench_run *run, const char *file, int opening)
{
	struct passage passage = {.run = run, .in = -1, .key_fd = -1, .output = {.fd = -1}};
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); // no key in a core file
	output_catch_signals();
	int status = run->options->key_file != NULL && run->options->passphrase_file != NULL
			     ? usage_error("%s: --key-file or --passphrase-file, not both", opening ? "open" : "seal")
			     : check_kernels();
	passage.secrets = secrets_new();
	if (status == EXIT_FINE)
		status = open_input(&passage, file);
	if (status == EXIT_FINE)
		status = opening ? open_passage(&passage, file) : seal_passage(&passage, file);
	secrets_free(passage.secrets);
	if (status == EXIT_FINE) {
		const mode_t mode = opening                            ? 0600
				    : S_ISREG(passage.in_info.st_mode) ? passage.in_info.st_mode & 0777
								       : 0600;
		status = output_commit(&passage.output, mode);
	} else {
		output_abandon(&passage.output);
	}
	if (passage.in > STDIN_FILENO)
		close(passage.in);
	if (passage.key_fd >= 0)
		close(passage.key_fd);
	return status;
}

static int seal_run(struct bench_run *run, const char *file)
{
	return pass(run, file, 0);
}

static int open_run(struct bench_run *run, const char *file)
{
	return pass(run, file, 1);
}

static int keygen_run(struct bench_run *run, const char *file)
{
	(void)run;
	return file != NULL ? key_file_make(file) : usage_error("keygen: a file name is needed");
}

const struct command command_seal = {
	.name = "seal",
	.arguments = "[FILE]",
	.summary = "encrypt and authenticate a file, with a key file or a passphrase",
	.help = "Writes FILE.sealed: FILE in chunks of 64 KiB under AES-256-GCM, with a key of its own derived\n"
		"from the key or the passphrase and a random salt. FILE stays. Without FILE, or with -, it goes\n"
		"from standard input to standard output. The output is there whole or not at all, has the\n"
		"permission bits of FILE, and replaces nothing unless told to by --force.\n"
		"\n"
		"Without --key-file a passphrase is asked for, twice. It is made a key by Argon2id of the\n"
		"engine libsodium, in 3 passes over 256 MiB. The format: bench/sealed-files.md.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt keygen my.key\n"
		"  lanecrypt seal --key-file my.key photos.tar\n"
		"  lanecrypt seal letter.txt -o letter.sealed\n"
		"  tar c folder | lanecrypt seal --key-file my.key >folder.tar.sealed\n"
		"  lanecrypt seal --passphrase-file /dev/fd/3 letter.txt 3<secret\n",
	.options = " output force key-file passphrase-file memory no-progress ",
	.run = seal_run,
};

const struct command command_open = {
	.name = "open",
	.arguments = "[FILE]",
	.summary = "verify and decrypt a file that `seal` made",
	.help = "Writes what was sealed: FILE.sealed becomes FILE, with mode 0600. Without FILE, or with -, it\n"
		"goes from standard input to standard output. A file that was altered, cut short, extended, put\n"
		"together from others, or sealed with another key is refused with exit code 1, and leaves no\n"
		"output. Standard output is given chunks as they are verified: what is written there is\n"
		"authentic, but the end may be missing unless the exit code is 0.\n"
		"\n"
		"The file says whether it wants a key file or a passphrase, which is asked for unless\n"
		"--passphrase-file has it. What it may ask for is limited: 1 GiB of memory, 4 GiB gone through.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt open --key-file my.key photos.tar.sealed\n"
		"  lanecrypt open letter.txt.sealed -o -\n"
		"  lanecrypt open --key-file my.key <folder.tar.sealed | tar x\n",
	.options = " output force key-file passphrase-file no-progress ",
	.run = open_run,
};

const struct command command_keygen = {
	.name = "keygen",
	.arguments = "FILE",
	.summary = "make a key file for `seal` and `open`",
	.help = "Writes a new random key to FILE, as 64 hexadecimal digits, mode 0600. A file that is there is\n"
		"never overwritten. Whoever has the key can open what was sealed with it; if it is lost, so is\n"
		"all of that. Any file of 32 random bytes is a key file, too.\n"
		"\n"
		"Example:\n"
		"  lanecrypt keygen my.key\n",
	.options = " ",
	.run = keygen_run,
};
