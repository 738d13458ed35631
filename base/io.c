/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls that can fail are wrapped below, once each: the wrapper asks
 * the hook first and tries again after EINTR.
 */
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/sha256.h"
#include "base/vec.h"

#define TRIES 16
/* One transfer; above this some systems refuse or cut. */
#define MOST_AT_ONCE (1u << 30)

static uint64_t fail_countdown;
static int fail_error;

void io_fail_at(uint64_t nth, int error)
{
	fail_countdown = nth;
	fail_error = error;
}

uint64_t io_fail_left(void)
{
	return fail_countdown;
}

static bool is_due(void)
{
	if (!fail_countdown || --fail_countdown)
		return false;
	if (fail_error < IO_SIGNAL)
		return true;
	raise(fail_error - IO_SIGNAL);
	return false;
}

static bool is_failing(void)
{
	if (!is_due() || fail_error < 0)
		return false;
	errno = fail_error;
	return true;
}

/* How much of SIZE to move, or 0 when the hook says fail. */
static size_t allowed(size_t size)
{
	if (size > MOST_AT_ONCE)
		size = MOST_AT_ONCE;
	if (!is_due())
		return size;
	if (fail_error < 0)
		return 1;
	errno = fail_error;
	return 0;
}

static int sys_open(const char *path, int flags, mode_t mode)
{
	int fd;

	do {
		fd = is_failing() ? -1 : open(path, flags | O_CLOEXEC, mode);
	} while (fd < 0 && errno == EINTR);
	return fd;
}

static ssize_t sys_read(int fd, void *to, size_t size)
{
	ssize_t got;

	do {
		size_t now = allowed(size);

		got = now ? read(fd, to, now) : -1;
	} while (got < 0 && errno == EINTR);
	return got;
}

static ssize_t sys_pread(int fd, void *to, size_t size, off_t offset)
{
	ssize_t got;

	do {
		size_t now = allowed(size);

		got = now ? pread(fd, to, now, offset) : -1;
	} while (got < 0 && errno == EINTR);
	return got;
}

static ssize_t sys_write(int fd, const void *from, size_t size)
{
	ssize_t put;

	do {
		size_t now = allowed(size);

		put = now ? write(fd, from, now) : -1;
	} while (put < 0 && errno == EINTR);
	return put;
}

/* After EINTR the descriptor is gone all the same: never close twice. */
static bool sys_close(int fd)
{
	bool is_failed = is_failing();
	int error = errno;

	if (close(fd) != 0 && errno != EINTR)
		return false;
	errno = error;
	return !is_failed || error == EINTR;
}

static bool sys_fsync(int fd)
{
	int status;

	do {
		status = is_failing() ? -1 : fsync(fd);
	} while (status != 0 && errno == EINTR);
	/* Not every file system can. */
	return status == 0 || errno == EINVAL || errno == ENOTSUP;
}

static bool sys_stat(const char *path, struct stat *info)
{
	int status;

	do {
		status = is_failing() ? -1 : stat(path, info);
	} while (status != 0 && errno == EINTR);
	return status == 0;
}

static bool sys_lstat(const char *path, struct stat *info)
{
	int status;

	do {
		status = is_failing() ? -1 : lstat(path, info);
	} while (status != 0 && errno == EINTR);
	return status == 0;
}

static bool sys_mkdir(const char *path)
{
	int status;

	do {
		status = is_failing() ? -1 : mkdir(path, 0777);
	} while (status != 0 && errno == EINTR);
	return status == 0;
}

static bool sys_fstat(int fd, struct stat *info)
{
	int status;

	do {
		status = is_failing() ? -1 : fstat(fd, info);
	} while (status != 0 && errno == EINTR);
	return status == 0;
}

static bool sys_fchmod(int fd, mode_t mode)
{
	int status;

	do {
		status = is_failing() ? -1 : fchmod(fd, mode);
	} while (status != 0 && errno == EINTR);
	return status == 0;
}

static bool sys_rename(const char *from, const char *to)
{
	int status;

	do {
		status = is_failing() ? -1 : rename(from, to);
	} while (status != 0 && errno == EINTR);
	return status == 0;
}

static DIR *sys_opendir(const char *path)
{
	DIR *folder;

	do {
		folder = is_failing() ? NULL : opendir(path);
	} while (!folder && errno == EINTR);
	return folder;
}

/* NULL at the end, where errno is 0, and on failure. */
static struct dirent *sys_readdir(DIR *folder)
{
	struct dirent *entry;

	do {
		errno = 0;
		entry = is_failing() ? NULL : readdir(folder);
	} while (!entry && errno == EINTR);
	return entry;
}

static bool fail(struct str *why, const char *words)
{
	*why = str_of(words);
	return false;
}

/* The system's words in the house style: no capital, no full stop. */
static bool fail_errno(struct arena *arena, struct str *why)
{
	char *words = (char *)arena_copy(arena, str_of(strerror(errno))).at;

	if (words[0] >= 'A' && words[0] <= 'Z')
		words[0] = (char)(words[0] - 'A' + 'a');
	*why = str_of(words);
	return false;
}

static bool is_readable_kind(mode_t mode, struct str *why)
{
	if (S_ISDIR(mode))
		return fail(why, "is a folder");
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return fail(why, "is a device");
	if (S_ISSOCK(mode))
		return fail(why, "is a socket");
	return true;
}

/* What a file may have, and the name of that limit; NULL where it has none. */
struct most {
	uint64_t bytes;
	const char *name;
};

static bool too_large(struct arena *arena, struct most most, struct str *why)
{
	unsigned long long bytes = most.bytes;

	*why = most.name
	    ? arena_printf(arena, "is larger than %llu bytes (limit `%s`)",
		bytes, most.name)
	    : arena_printf(arena, "is larger than %llu bytes", bytes);
	return false;
}

/*
 * The buffer always keeps room for one byte more than is expected, so that
 * the end of a file of the expected size is seen without growing.
 */
static bool read_all(struct arena *arena, int fd, size_t expected,
    struct most most, struct str *bytes, struct str *why)
{
	size_t capacity = expected + 1, length = 0;
	char *at = arena_alloc_raw(arena, capacity + IO_PADDING);

	for (;;) {
		ssize_t got;

		if (length == capacity) {
			at = arena_grow(arena, at, capacity + IO_PADDING,
			    capacity * 2 + IO_PADDING);
			capacity *= 2;
		}
		got = sys_read(fd, at + length, capacity - length);
		if (got < 0)
			return fail_errno(arena, why);
		if (got == 0)
			break;
		length += (size_t)got;
		if (length > most.bytes)
			return too_large(arena, most, why);
	}
	memset(at + length, 0, capacity - length + IO_PADDING);
	*bytes = (struct str){ at, length };
	return true;
}

static bool read_fd(struct arena *arena, int fd, struct most most,
    struct str *bytes, struct str *why)
{
	size_t expected = 16384 - IO_PADDING;
	struct stat info;

	if (!sys_fstat(fd, &info))
		return fail_errno(arena, why);
	if (S_ISDIR(info.st_mode))
		return fail(why, "is a folder");
	if (S_ISREG(info.st_mode)) {
		if ((uint64_t)info.st_size > most.bytes)
			return too_large(arena, most, why);
		expected = (size_t)info.st_size;
	}
	return read_all(arena, fd, expected, most, bytes, why);
}

/* Looked at before it is opened: opening a device can do things. */
static int open_readable(struct arena *arena, const char *path, struct str *why)
{
	struct stat info;
	int fd;

	if (!sys_stat(path, &info)) {
		fail_errno(arena, why);
		return -1;
	}
	if (!is_readable_kind(info.st_mode, why))
		return -1;
	fd = sys_open(path, O_RDONLY | O_NOCTTY, 0);
	if (fd < 0)
		fail_errno(arena, why);
	return fd;
}

static bool read_path(struct arena *arena, const char *path, struct most most,
    struct str *bytes, struct str *why)
{
	struct guard guard;
	bool is_read;
	int fd;

	if (strcmp(path, "-") == 0)
		return read_fd(arena, STDIN_FILENO, most, bytes, why);
	fd = open_readable(arena, path, why);
	if (fd < 0)
		return false;
	if (!GUARD_SET(&guard)) {
		close(fd);
		guard_raise(guard_reason());
	}
	is_read = read_fd(arena, fd, most, bytes, why);
	guard_clear(&guard);
	close(fd);
	return is_read;
}

bool io_read(struct arena *arena, const char *path, uint64_t limit,
    struct str *bytes, struct str *why)
{
	return read_path(arena, path, (struct most){ limit, NULL }, bytes, why);
}

bool io_read_limited(struct arena *arena, const char *path, enum limit limit,
    struct str *bytes, struct str *why)
{
	struct most most = { limit_get(limit), limit_name(limit) };

	return read_path(arena, path, most, bytes, why);
}

/* --- in parts ------------------------------------------------------------- */

struct io_input {
	int fd;
};

static void close_input(void *item)
{
	struct io_input *input = item;

	if (input->fd >= 0)
		close(input->fd);
}

struct io_input *io_open(struct arena *arena, const char *path, uint64_t *size,
    struct str *why)
{
	struct io_input *input = ARENA_NEW(arena, struct io_input);
	struct stat info;

	input->fd = -1;
	arena_defer(arena, close_input, input);
	input->fd = open_readable(arena, path, why);
	if (input->fd < 0)
		return NULL;
	if (!sys_fstat(input->fd, &info)) {
		fail_errno(arena, why);
		return NULL;
	}
	if (!S_ISREG(info.st_mode)) {
		fail(why, "is no file that can be read in parts");
		return NULL;
	}
	*size = (uint64_t)info.st_size;
	return input;
}

bool io_read_at(struct arena *arena, const struct io_input *input, uint64_t offset,
    void *to, size_t size, struct str *why)
{
	char *at = to;

	while (size) {
		ssize_t got = sys_pread(input->fd, at, size, (off_t)offset);

		if (got < 0)
			return fail_errno(arena, why);
		if (got == 0)
			return fail(why, "is shorter than it was");
		at += got;
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	return true;
}

uint64_t io_size(const char *path)
{
	struct stat info;

	return strcmp(path, "-") != 0 && sys_stat(path, &info) &&
	    S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
}

/* --- writing -------------------------------------------------------------- */

static bool write_all(int fd, struct str bytes)
{
	while (bytes.length) {
		ssize_t put = sys_write(fd, bytes.at, bytes.length);

		if (put < 0)
			return false;
		bytes = str_slice(bytes, (size_t)put, bytes.length);
	}
	return true;
}

bool io_write_fd(int fd, struct str bytes, struct str *why)
{
	if (write_all(fd, bytes))
		return true;
	return fail(why, strerror(errno));
}

/* The descriptor that "-", /dev/stdout and their like name, or -1. */
static int named_descriptor(const char *path)
{
	if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	if (strncmp(path, "/dev/fd/", 8) == 0 && path[8] >= '0' &&
	    path[8] <= '9')
		return (int)strtol(path + 8, NULL, 10);
	return -1;
}

/* The file a signal handler would have to remove; empty: none. */
static char temporary[PATH_MAX];

void io_interrupted(void)
{
	if (temporary[0])
		unlink(temporary);
}

/* Opens a new file in the folder of PATH, under a name nobody guesses. */
static int open_temporary(const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash - path) + 1 : 0;
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0; i++) {
		int length = snprintf(temporary, sizeof(temporary),
		    "%.*s.scarp-%08x%08x", folder, path, randombytes_random(),
		    randombytes_random());

		if (length >= (int)sizeof(temporary)) {
			errno = ENAMETOOLONG;
			break;
		}
		fd = sys_open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		temporary[0] = '\0';
	return fd;
}

static mode_t mode_of_new_file(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0644 & ~mask;
}

/* Makes the rename itself last. */
static bool sync_folder(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct str folder = slash ?
	    arena_copy(arena, (struct str){ path, (size_t)(slash - path) + 1 })
	    : STR(".");
	int fd = sys_open(folder.at, O_RDONLY | O_DIRECTORY, 0);
	bool is_synced;

	if (fd < 0)
		return errno == EACCES;	/* may be written, not read */
	is_synced = sys_fsync(fd);
	close(fd);
	return is_synced;
}

struct io_file {
	struct arena *arena;
	int fd;				/* -1: closed */
	bool is_named;			/* a descriptor of the caller: stays open */
	bool is_new;			/* the temporary file that becomes PATH */
	bool has_failed;		/* with this errno: */
	int error;
	const char *path;
	mode_t mode;
};

static void note_failure(struct io_file *file)
{
	if (!file->has_failed)
		file->error = errno;
	file->has_failed = true;
}

static void drop_temporary(struct io_file *file)
{
	if (file->is_new)
		unlink(temporary);
	if (file->is_new)
		temporary[0] = '\0';
	file->is_new = false;
}

/* What nobody ended is not there. */
static void abandon(void *item)
{
	struct io_file *file = item;

	if (file->fd >= 0 && !file->is_named)
		close(file->fd);
	file->fd = -1;
	drop_temporary(file);
}

static bool open_new(struct io_file *file, const char *path, mode_t mode)
{
	file->path = path;
	file->mode = mode;
	file->fd = open_temporary(path);
	file->is_new = file->fd >= 0;
	return file->is_new;
}

static bool open_path(struct io_file *file, const char *path, struct str *why)
{
	struct stat info;
	struct str real;

	if (!sys_stat(path, &info)) {
		if (errno != ENOENT || !open_new(file, path, mode_of_new_file()))
			return fail_errno(file->arena, why);
		return true;
	}
	if (S_ISDIR(info.st_mode))
		return fail(why, "is a folder");
	if (!S_ISREG(info.st_mode)) {
		file->fd = sys_open(path, O_WRONLY | O_NOCTTY, 0);
		return file->fd >= 0 || fail_errno(file->arena, why);
	}
	/* A link stays a link: what it leads to is replaced. */
	if (!io_real_path(file->arena, path, &real) ||
	    !open_new(file, real.at, info.st_mode & 0777))
		return fail_errno(file->arena, why);
	return true;
}

bool io_start(struct arena *arena, const char *path, struct io_file **file,
    struct str *why)
{
	*file = ARENA_NEW(arena, struct io_file);
	**file = (struct io_file){ .arena = arena, .fd = named_descriptor(path) };
	(*file)->is_named = (*file)->fd >= 0;
	arena_defer(arena, abandon, *file);
	return (*file)->is_named || open_path(*file, path, why);
}

void io_add(struct io_file *file, struct str bytes)
{
	if (!file->has_failed && !write_all(file->fd, bytes))
		note_failure(file);
}

bool io_is_plain(const struct io_file *file)
{
	struct stat info;

	return fstat(file->fd, &info) == 0 && S_ISREG(info.st_mode);
}

static bool put_in_place(struct io_file *file)
{
	if (!sys_rename(temporary, file->path))
		return false;
	temporary[0] = '\0';
	file->is_new = false;
	return sync_folder(file->arena, file->path);
}

/* The temporary file is gone before anything can raise. */
bool io_end(struct io_file *file, struct str *why)
{
	if (file->is_new && !file->has_failed &&
	    (!sys_fchmod(file->fd, file->mode) || !sys_fsync(file->fd)))
		note_failure(file);
	if (!file->is_named && !sys_close(file->fd))
		note_failure(file);
	file->fd = -1;
	if (file->is_new && !file->has_failed && !put_in_place(file))
		note_failure(file);
	drop_temporary(file);
	errno = file->error;
	return !file->has_failed || fail_errno(file->arena, why);
}

bool io_write(struct arena *arena, const char *path, struct str bytes,
    struct str *why)
{
	struct io_file *file;

	if (!io_start(arena, path, &file, why))
		return false;
	io_add(file, bytes);
	return io_end(file, why);
}

/* False, and errno, of what cannot be looked at. */
static bool look(const char *path, enum io_kind *kind)
{
	struct stat info;

	*kind = IO_OTHER;
	if (sys_stat(path, &info)) {
		if (S_ISREG(info.st_mode))
			*kind = IO_FILE;
		else if (S_ISFIFO(info.st_mode))
			*kind = IO_PIPE;
		else if (S_ISDIR(info.st_mode))
			*kind = IO_FOLDER;
		return true;
	}
	if (errno != ENOENT && errno != ENOTDIR)
		return false;
	*kind = IO_ABSENT;
	return true;
}

enum io_kind io_kind_of(const char *path)
{
	enum io_kind kind;

	look(path, &kind);
	return kind;
}

bool io_look(struct arena *arena, const char *path, enum io_kind *kind,
    struct str *why)
{
	return look(path, kind) || fail_errno(arena, why);
}

bool io_link_target(struct arena *arena, const char *path, struct str *target)
{
	char buffer[PATH_MAX];
	ssize_t length = is_failing() ? -1 :
	    readlink(path, buffer, sizeof(buffer));

	if (length < 0)
		return false;
	*target = arena_copy(arena, (struct str){ buffer, (size_t)length });
	return true;
}

/* Landlock refuses to open, and says nothing of what might be. */
bool io_is_shut_out(const char *path)
{
	enum io_kind kind = io_kind_of(path);
	int fd;

	if ((kind != IO_FILE && kind != IO_FOLDER) || access(path, R_OK) != 0)
		return false;
	fd = sys_open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EACCES;
}

static int by_bytes(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

struct names {
	VEC(struct str) found;
};

static bool read_names(struct arena *arena, DIR *folder, struct names *names,
    struct str *why)
{
	for (;;) {
		struct dirent *entry = sys_readdir(folder);

		if (!entry)
			return errno == 0 || fail_errno(arena, why);
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		*VEC_PUSH(arena, &names->found) =
		    arena_copy(arena, str_of(entry->d_name));
	}
}

bool io_list(struct arena *arena, const char *path, struct str **names,
    size_t *count, struct str *why)
{
	DIR *folder = sys_opendir(path);
	struct names all = { { 0 } };
	struct guard guard;
	bool is_read;

	if (!folder)
		return fail_errno(arena, why);
	if (!GUARD_SET(&guard)) {
		closedir(folder);
		guard_raise(guard_reason());
	}
	is_read = read_names(arena, folder, &all, why);
	guard_clear(&guard);
	closedir(folder);
	if (!is_read)
		return false;
	if (all.found.count)
		qsort(all.found.items, all.found.count, sizeof(struct str),
		    by_bytes);
	*names = all.found.items;
	*count = all.found.count;
	return true;
}

bool io_real_path(struct arena *arena, const char *path, struct str *real)
{
	char buffer[PATH_MAX];
	bool is_found;

	do {
		is_found = !is_failing() && realpath(path, buffer);
	} while (!is_found && errno == EINTR);
	if (!is_found)
		return false;
	*real = arena_copy(arena, str_of(buffer));
	return true;
}

bool io_real_entry(struct arena *arena, struct str folder, struct str name,
    const char *path, struct str *real)
{
	struct stat info;

	if (!sys_lstat(path, &info))
		return false;
	if (S_ISLNK(info.st_mode))
		return io_real_path(arena, path, real);
	*real = io_join(arena, folder, name);
	return true;
}

bool io_own_path(struct arena *arena, struct str *path)
{
	char buffer[PATH_MAX];
	ssize_t length = is_failing() ? -1 :
	    readlink("/proc/self/exe", buffer, sizeof(buffer));

	if (length <= 0 || length == sizeof(buffer))
		return false;
	*path = arena_copy(arena, (struct str){ buffer, (size_t)length });
	return true;
}

struct str io_join(struct arena *arena, struct str folder, struct str name)
{
	if (folder.length == 0 || str_equal(folder, STR(".")) ||
	    str_starts(name, STR("/")))
		return arena_copy(arena, name);
	return arena_printf(arena, "%.*s%s%.*s", STR_ARG(folder),
	    str_ends(folder, STR("/")) ? "" : "/", STR_ARG(name));
}

int io_open_terminal(void)
{
	return is_failing() ? -1 : open("/dev/tty", O_RDWR | O_CLOEXEC);
}

struct str io_hex(struct arena *arena, const unsigned char *digest,
    size_t length)
{
	char *hex = arena_alloc_raw(arena, length * 2 + 1);

	sodium_bin2hex(hex, length * 2 + 1, digest, length);
	return (struct str){ hex, length * 2 };
}

struct str io_sha256(struct arena *arena, struct str bytes)
{
	return io_sha256_of(arena, &bytes, 1);
}

struct str io_sha256_of(struct arena *arena, const struct str *parts, size_t count)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	struct sha256 all;

	sha256_start(&all);
	for (size_t i = 0; i < count; i++)
		sha256_add(&all, parts[i].at, parts[i].length);
	sha256_end(&all, digest);
	return io_hex(arena, digest, sizeof(digest));
}

struct str io_blake2b(struct arena *arena, struct str bytes)
{
	unsigned char digest[crypto_generichash_BYTES_MIN];

	crypto_generichash(digest, sizeof(digest),
	    (const unsigned char *)bytes.at, bytes.length, NULL, 0);
	return io_hex(arena, digest, sizeof(digest));
}

bool io_is_free(const char *path)
{
	struct stat info;

	return !sys_lstat(path, &info) && (errno == ENOENT || errno == ENOTDIR);
}

bool io_make_folders(struct arena *arena, const char *path, struct str *why)
{
	struct str whole = arena_copy(arena, str_of(path));

	for (size_t i = 1; i <= whole.length; i++) {
		struct str folder;
		int error;

		if (i < whole.length && whole.at[i] != '/')
			continue;
		folder = arena_copy(arena, str_slice(whole, 0, i));
		if (sys_mkdir(folder.at))
			continue;
		error = errno;
		if (io_kind_of(folder.at) == IO_FOLDER)
			continue;
		errno = error == EEXIST ? ENOTDIR : error;
		return fail_errno(arena, why);
	}
	return true;
}
