// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "seal_output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "command.h"

// ---- What a signal has to tidy up ----

static char unlinked[4096];            // a temporary file; "" when there is none
static struct termios echoing;         // what the terminal was like
static volatile sig_atomic_t tty = -1; // of which echo is off

static void on_signal(int number)
{
	if (unlinked[0] != '\0')
		unlink(unlinked);
	if (tty >= 0)
		tcsetattr(tty, TCSAFLUSH, &echoing);
	signal(number, SIG_DFL);
	raise(number);
}

void output_catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction now;
		if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) // nohup stays nohup
			sigaction(numbers[i], &(struct sigaction){.sa_handler = on_signal}, NULL);
	}
}

void output_restore_echo(int fd, const struct termios *before)
{
	if (before != NULL)
		echoing = *before;
	tty = before != NULL ? fd : -1;
}

// ---- Names ----

// The folder of a path, as a path; to be freed.
static char *folder_of(const char *path)
{
	char *folder = result_must(strdup(path)), *slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	else
		strcpy(folder, ".");
	return folder;
}

// A name beside path that nobody has; to be freed.
static char *name_beside(const char *path)
{
	char *name = NULL, *folder = folder_of(path);
	uint32_t drawn[2] = {0};
	if (getrandom(drawn, sizeof(drawn), 0) != sizeof(drawn) ||
	    asprintf(&name, "%s/.lanecrypt-%08x%08x", folder, drawn[0], drawn[1]) < 0)
		name = NULL;
	result_must(name);
	free(folder);
	return name;
}

void output_sync_folder(const char *path)
{
	char *folder = folder_of(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

static int open_named(struct seal_output *output)
{
	output->temporary = name_beside(output->path);
	snprintf(unlinked, sizeof(unlinked), "%s", output->temporary);
	output->fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return output->fd;
}

static int open_unnamed(struct seal_output *output)
{
	if (access("/proc/self/fd", X_OK) != 0) // through which it gets its name
		return -1;
	char *folder = folder_of(output->path);
	output->fd = open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
	free(folder);
	return output->fd;
}

// Gives the file without a name one, unless somebody has it.
static int link_as(const struct seal_output *output, const char *path)
{
	char from[40];
	snprintf(from, sizeof(from), "/proc/self/fd/%d", output->fd);
	return linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

// A new name for the temporary file; a file of that name is refused (EEXIST) or replaced, in one step.
static int give_name(struct seal_output *output)
{
	if (output->temporary == NULL && !output->force)
		return link_as(output, output->path);
	if (output->temporary == NULL) { // links replace nothing
		output->temporary = name_beside(output->path);
		snprintf(unlinked, sizeof(unlinked), "%s", output->temporary);
		if (link_as(output, output->temporary) != 0)
			return -1;
	}
	if (output->force)
		return rename(output->temporary, output->path);
	if (renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return link(output->temporary, output->path); // and the temporary name is removed
}

// ---- From beginning to end ----

static int is_open_as_one_of(const struct stat *info, const int *fds, size_t n)
{
	struct stat other;
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0 && fstat(fds[i], &other) == 0 && S_ISREG(other.st_mode) &&
		    other.st_dev == info->st_dev && other.st_ino == info->st_ino)
			return 1;
	return 0;
}

int output_begin(struct seal_output *output, const char *path, int force, const int *spared, size_t n_spared)
{
	struct stat info;
	*output = (struct seal_output){.fd = STDOUT_FILENO, .name = path, .force = force};
	if (strcmp(path, "-") == 0) {
		output->name = "standard output";
		return fstat(STDOUT_FILENO, &info) != 0 || !is_open_as_one_of(&info, spared, n_spared)
			       ? EXIT_FINE
			       : usage_error("standard output is a file that is read here");
	}
	if (path[0] == '\0')
		return usage_error("a file name is needed, or - for standard output");
	const int exists = stat(path, &info) == 0;
	if (exists && S_ISDIR(info.st_mode))
		return usage_error("%s: cannot be written: %s", path, strerror(EISDIR));
	if (exists && is_open_as_one_of(&info, spared, n_spared))
		return usage_error("%s: is read here, and cannot be the output too", path);
	if (exists && !S_ISREG(info.st_mode)) {
		output->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return output->fd >= 0 ? EXIT_FINE : usage_error("%s: cannot be written: %s", path, strerror(errno));
	}
	if (exists && !force)
		return usage_error("%s: is there already; --force replaces it", path);
	output->path = exists ? realpath(path, NULL) : strdup(path); // behind its links
	result_must(output->path);
	if (open_unnamed(output) < 0 && open_named(output) < 0) {
		const int why = errno;
		output_abandon(output);
		return usage_error("%s: cannot be written: %s", path, strerror(why));
	}
	return EXIT_FINE;
}

int output_reserve(const struct seal_output *output, uint64_t len)
{
	if (output->path == NULL || len == 0 || fallocate(output->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)len) == 0)
		return EXIT_FINE;
	const int tells = errno == ENOSPC || errno == EDQUOT || errno == EFBIG; // else the file system can't say
	return tells ? usage_error("%s: cannot be written: %s", output->name, strerror(errno)) : EXIT_FINE;
}

int output_commit(struct seal_output *output, mode_t mode)
{
	int bad = 0;
	if (output->path != NULL) {
		bad = fchmod(output->fd, mode) != 0 || fsync(output->fd) != 0 || give_name(output) != 0;
		const int why = errno;
		if (!bad)
			output_sync_folder(output->path);
		errno = why;
	}
	if (bad)
		bad = errno == EEXIST
			      ? usage_error("%s: has come into being meanwhile; --force replaces it", output->name)
			      : usage_error("%s: cannot be written: %s", output->name, strerror(errno));
	output_abandon(output);
	return bad;
}

void output_abandon(struct seal_output *output)
{
	if (output->fd >= 0 && output->fd != STDOUT_FILENO)
		close(output->fd);
	if (output->temporary != NULL)
		unlink(output->temporary); // renamed, it is no longer there
	unlinked[0] = '\0';
	free(output->temporary);
	free(output->path);
	*output = (struct seal_output){.fd = -1};
}
