/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/unit/unit.h"

static struct arena *arena;
static struct str bytes, why;

static void enter(void)
{
	arena = arena_new();
	unit_enter_folder();
	bytes = why = (struct str){ NULL, 0 };
}

static void leave(void)
{
	unit_leave_folder();
	arena_free(arena);
}

static void make_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(content, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void assert_file(const char *path, const char *content)
{
	ck_assert(io_read(arena, path, 1 << 20, &bytes, &why));
	ck_assert_text(bytes, content);
}

static size_t count_entries(void)
{
	struct str *names;
	size_t count;

	ck_assert(io_list(arena, ".", &names, &count, &why));
	return count;
}

START_TEST(a_file_is_read_whole_with_padding)
{
	enter();
	make_file("f", "content");
	assert_file("f", "content");
	for (int i = 0; i < IO_PADDING; i++)
		ck_assert_int_eq(bytes.at[bytes.length + i], 0);
	make_file("empty", "");
	assert_file("empty", "");
	leave();
}
END_TEST

START_TEST(what_cannot_be_read_says_why)
{
	enter();
	ck_assert(!io_read(arena, "absent", 9, &bytes, &why));
	ck_assert_text(why, "no such file or directory");
	ck_assert(!io_read(arena, ".", 9, &bytes, &why));
	ck_assert_text(why, "is a folder");
	ck_assert(!io_read(arena, "/dev/zero", 9, &bytes, &why));
	ck_assert_text(why, "is a device");
	make_file("f", "0123456789");
	ck_assert(!io_read(arena, "f", 9, &bytes, &why));
	ck_assert_text(why, "is larger than 9 bytes");
	ck_assert(io_read(arena, "f", 10, &bytes, &why));
	ck_assert_text(bytes, "0123456789");
	leave();
}
END_TEST

static void feed(int fd, size_t size)
{
	char block[1000];

	memset(block, 'x', sizeof(block));
	for (; size > 0; size -= sizeof(block))
		ck_assert_int_eq(write(fd, block, sizeof(block)), sizeof(block));
	close(fd);
}

START_TEST(a_pipe_is_read_to_its_end_and_limited)
{
	pid_t child;

	enter();
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	for (int round = 0; round < 2; round++) {
		child = fork();
		if (child == 0) {
			signal(SIGPIPE, SIG_DFL);
			feed(open("pipe", O_WRONLY), 200000);
			_exit(0);
		}
		ck_assert_int_eq(io_read(arena, "pipe",
		    round == 0 ? 200000 : 199999, &bytes, &why), round == 0);
		waitpid(child, NULL, 0);
	}
	ck_assert_uint_eq(bytes.length, 200000);
	ck_assert_text(why, "is larger than 199999 bytes");
	leave();
}
END_TEST

START_TEST(standard_input_is_a_dash)
{
	int ends[2], saved = dup(0);

	enter();
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[0], 0), 0);
	feed(ends[1], 5000);
	ck_assert(io_read(arena, "-", 5000, &bytes, &why));
	ck_assert_uint_eq(bytes.length, 5000);
	close(ends[0]);
	ends[0] = open(".", O_RDONLY | O_DIRECTORY);
	ck_assert_int_eq(dup2(ends[0], 0), 0);
	ck_assert(!io_read(arena, "-", 5000, &bytes, &why));
	ck_assert_text(why, "is a folder");
	dup2(saved, 0);
	close(saved);
	close(ends[0]);
	leave();
}
END_TEST

START_TEST(a_write_replaces_the_file)
{
	struct stat info;

	enter();
	umask(022);
	ck_assert(io_write(arena, "new", STR("one"), &why));
	assert_file("new", "one");
	ck_assert_int_eq(stat("new", &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0644);
	ck_assert_int_eq(chmod("new", 0640), 0);
	ck_assert(io_write(arena, "new", STR("two"), &why));
	assert_file("new", "two");
	ck_assert_int_eq(stat("new", &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0640);
	ck_assert_uint_eq(count_entries(), 1);
	leave();
}
END_TEST

START_TEST(a_new_file_obeys_the_umask)
{
	struct stat info;
	mode_t before;

	enter();
	before = umask(077);
	ck_assert(io_write(arena, "new", STR("one"), &why));
	umask(before);
	ck_assert_int_eq(stat("new", &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	leave();
}
END_TEST

START_TEST(a_link_stays_a_link)
{
	struct stat info;

	enter();
	ck_assert_int_eq(mkdir("d", 0700), 0);
	make_file("d/target", "old");
	ck_assert_int_eq(symlink("d/target", "link"), 0);
	ck_assert(io_write(arena, "link", STR("new"), &why));
	assert_file("d/target", "new");
	ck_assert_int_eq(lstat("link", &info), 0);
	ck_assert(S_ISLNK(info.st_mode));
	leave();
}
END_TEST

START_TEST(devices_and_pipes_are_written_directly)
{
	enter();
	ck_assert(io_write(arena, "/dev/null", STR("gone"), &why));
	ck_assert(!io_write(arena, "/dev/full", STR("x"), &why));
	ck_assert_text(why, "no space left on device");
	ck_assert(!io_write(arena, ".", STR("x"), &why));
	ck_assert_text(why, "is a folder");
	ck_assert(!io_write(arena, "absent/f", STR("x"), &why));
	ck_assert_text(why, "no such file or directory");
	ck_assert(!io_write_fd(-1, STR("x"), &why));
	leave();
}
END_TEST

START_TEST(a_socket_is_not_written)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int fd;

	enter();
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&name, sizeof(name)), 0);
	ck_assert(!io_write(arena, "socket", STR("x"), &why));
	ck_assert_text(why, "no such device or address");
	close(fd);
	leave();
}
END_TEST

/* A path that is one, but not with the name of the temporary file in it. */
START_TEST(a_path_that_is_nearly_too_long_is_not_written)
{
	struct text path;

	enter();
	text_init(&path, arena);
	while (path.length < PATH_MAX - 10)
		text_add(&path, STR("./"));
	text_add(&path, STR("f"));
	text_add_char(&path, '\0');
	ck_assert(!io_write(arena, path.at, STR("x"), &why));
	ck_assert_text(why, "file name too long");
	ck_assert_uint_eq(count_entries(), 0);
	leave();
}
END_TEST

START_TEST(standard_output_is_written_where_it_stands)
{
	int fd, saved = dup(1);

	enter();
	fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
	ck_assert_int_eq(write(fd, "before ", 7), 7);
	fflush(stdout);
	dup2(fd, 1);
	ck_assert(io_write(arena, "/dev/stdout", STR("one "), &why));
	ck_assert(io_write(arena, "-", STR("two "), &why));
	ck_assert(io_write(arena, "/dev/fd/1", STR("three"), &why));
	dup2(saved, 1);
	saved = dup2(2, saved);
	dup2(fd, 2);
	ck_assert(io_write(arena, "/dev/stderr", STR(" four"), &why));
	dup2(saved, 2);
	close(saved);
	close(fd);
	/* No descriptor has such a name. */
	ck_assert(!io_write(arena, "/dev/fd/one", STR("x"), &why));
	ck_assert(!io_write(arena, "/dev/fd//one", STR("x"), &why));
	assert_file("log", "before one two three four");
	leave();
}
END_TEST

/* Old or new, no third thing beside it, and never silent about old. */
START_TEST(every_failing_call_leaves_old_or_new)
{
	static const int errors[] = { EIO, ENOSPC, EACCES, EMFILE, EDQUOT };
	unsigned failures = 0;

	enter();
	for (size_t e = 0; e < sizeof(errors) / sizeof(*errors); e++) {
		for (unsigned nth = 1; ; nth++) {
			bool is_done;

			make_file("f", "old");
			io_fail_at(nth, errors[e]);
			is_done = io_write(arena, "f", STR("new"), &why);
			io_fail_at(0, 0);
			ck_assert(io_read(arena, "f", 9, &bytes, &why));
			ck_assert(str_equal(bytes, STR("new")) ||
			    (!is_done && str_equal(bytes, STR("old"))));
			ck_assert_uint_eq(count_entries(), 1);
			failures += !is_done;
			if (is_done && nth > 12)
				break;
		}
	}
	ck_assert_uint_ge(failures, 5 * 7);
	leave();
}
END_TEST

START_TEST(every_failing_call_fails_the_read)
{
	unsigned failures = 0;

	enter();
	make_file("f", "content");
	for (unsigned nth = 1; nth < 10; nth++) {
		io_fail_at(nth, EIO);
		if (io_read(arena, "f", 9, &bytes, &why))
			ck_assert_text(bytes, "content");
		else
			failures++;
		io_fail_at(0, 0);
	}
	ck_assert_uint_eq(failures, 5);
	for (unsigned nth = 1; nth < 4; nth++) {
		struct str *names;
		size_t count;

		io_fail_at(nth, EIO);
		ck_assert(!io_list(arena, ".", &names, &count, &why));
		ck_assert_text(why, "input/output error");
		io_fail_at(0, 0);
	}
	leave();
}
END_TEST

START_TEST(interrupted_and_short_transfers_are_resumed)
{
	enter();
	for (unsigned nth = 1; nth < 16; nth++) {
		for (int error = -1; error < 2; error += 2) {
			io_fail_at(nth, error < 0 ? -1 : EINTR);
			ck_assert(io_write(arena, "f", STR("content"), &why));
			io_fail_at(nth, error < 0 ? -1 : EINTR);
			assert_file("f", "content");
		}
	}
	io_fail_at(0, 0);
	leave();
}
END_TEST

/* What answers by bool: true as when nothing fails, or false. */

static bool does_read(void)
{
	return io_read(arena, "f", 100, &bytes, &why) && str_equal(bytes, STR("content"));
}

static bool does_read_in_parts(void)
{
	char part[4] = { 0 };
	uint64_t size;
	struct io_input *input = io_open(arena, "f", &size, &why);

	if (!input)
		return false;
	ck_assert_uint_eq(size, 7);
	if (!io_read_at(arena, input, 3, part, 4, &why))
		return false;
	ck_assert_mem_eq(part, "tent", 4);
	return true;
}

static bool does_look(void)
{
	enum io_kind kind;

	if (!io_look(arena, "f", &kind, &why))
		return false;
	ck_assert_int_eq(kind, IO_FILE);
	return true;
}

static bool does_list(void)
{
	struct str *names;
	size_t count;

	if (!io_list(arena, ".", &names, &count, &why))
		return false;
	ck_assert_uint_eq(count, 2);
	ck_assert_text(names[0], "f");
	return true;
}

static bool does_find_path(void)
{
	struct str real;

	if (!io_real_path(arena, "l", &real))
		return false;
	ck_assert(str_ends(real, STR("/f")));
	return true;
}

static bool does_find_entry(void)
{
	struct str real;

	if (!io_real_entry(arena, STR("/folder"), STR("f"), "f", &real))
		return false;
	ck_assert_text(real, "/folder/f");
	return true;
}

static bool does_read_link(void)
{
	struct str target;

	if (!io_link_target(arena, "l", &target))
		return false;
	ck_assert_text(target, "f");
	return true;
}

static bool does_find_itself(void)
{
	struct str path;

	return io_own_path(arena, &path) && path.at[0] == '/';
}

static bool does_write_in_parts(void)
{
	struct io_file *file;
	bool is_done = io_start(arena, "f", &file, &why);

	if (is_done) {
		io_add(file, STR("con"));
		io_add(file, STR("tent"));
		is_done = io_end(file, &why);
	}
	return is_done;
}

static bool does_make_folders(void)
{
	bool is_made = io_make_folders(arena, "x/y", &why);

	ck_assert(!is_made || access("x/y", F_OK) == 0);
	rmdir("x/y");
	rmdir("x");
	return is_made;
}

static bool does_see_what_is_free(void)
{
	return io_is_free("absent") && !io_is_free("l");
}

/* Interrupted calls are made again, transfers go on, other errors are told;
 * the file stays as it was, and nothing lies beside it. */
START_TEST(each_act_ends_as_it_should_whichever_call_fails)
{
	static const struct { bool (*act)(void); bool says_why; } acts[] = {
		{ does_read, true }, { does_read_in_parts, true },
		{ does_look, true }, { does_list, true },
		{ does_find_path, false }, { does_find_entry, false },
		{ does_read_link, false }, { does_find_itself, false },
		{ does_write_in_parts, true }, { does_make_folders, true },
		{ does_see_what_is_free, false },
	};
	static const int errors[] = { EIO, EINTR, EACCES, -1 };

	enter();
	make_file("f", "content");
	ck_assert_int_eq(symlink("f", "l"), 0);
	for (size_t a = 0; a < sizeof(acts) / sizeof(*acts); a++)
		for (size_t e = 0; e < sizeof(errors) / sizeof(*errors); e++)
			for (unsigned nth = 1, has_struck = 1; has_struck; nth++) {
				bool is_done;

				why = (struct str){ NULL, 0 };
				io_fail_at(nth, errors[e]);
				is_done = acts[a].act();
				has_struck = io_fail_left() == 0;
				io_fail_at(0, 0);
				ck_assert_msg(is_done || (has_struck && errors[e] > 0 &&
				    (!acts[a].says_why || why.length)), "act %zu, error "
				    "%d, call %u: %.*s", a, errors[e], nth, STR_ARG(why));
				assert_file("f", "content");
				ck_assert_uint_eq(count_entries(), 2);
			}
	leave();
}
END_TEST

START_TEST(what_is_no_file_is_not_read_in_parts)
{
	uint64_t size;
	char byte;
	int fd;

	enter();
	ck_assert_ptr_null(io_open(arena, "/dev/null", &size, &why));
	ck_assert_uint_gt(why.length, 0);
	ck_assert_ptr_null(io_open(arena, ".", &size, &why));
	ck_assert_text(why, "is a folder");
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	fd = open("pipe", O_RDWR);
	ck_assert_ptr_null(io_open(arena, "pipe", &size, &why));
	ck_assert_text(why, "is no file that can be read in parts");
	close(fd);
	make_file("f", "content");
	/* It is shorter by now. */
	ck_assert(!io_read_at(arena, io_open(arena, "f", &size, &why), 7, &byte, 1, &why));
	ck_assert_text(why, "is shorter than it was");
	leave();
}
END_TEST

static void die_like_a_handler(int number)
{
	io_interrupted();
	_exit(number);
}

/* The size limit of files sends its signal in the middle of the write. */
START_TEST(an_interrupted_write_leaves_no_temporary_file)
{
	struct rlimit small = { 100, 100 };
	pid_t child;
	int status;

	enter();
	make_file("f", "old");
	child = fork();
	if (child == 0) {
		char *large = arena_alloc(arena, 1000);

		signal(SIGXFSZ, die_like_a_handler);
		setrlimit(RLIMIT_FSIZE, &small);
		io_write(arena, "f", (struct str){ large, 1000 }, &why);
		_exit(0);
	}
	waitpid(child, &status, 0);
	ck_assert_int_eq(WEXITSTATUS(status), SIGXFSZ);
	ck_assert_uint_eq(count_entries(), 1);
	assert_file("f", "old");
	leave();
}
END_TEST

START_TEST(a_folder_is_listed_in_order_of_bytes)
{
	static const char *const made[] = { "b", "a", "Z", "é", "a-b", ".h" };
	struct str *names;
	size_t count;

	enter();
	for (size_t i = 0; i < 6; i++)
		make_file(made[i], "");
	ck_assert(io_list(arena, ".", &names, &count, &why));
	ck_assert_uint_eq(count, 6);
	ck_assert_text(names[0], ".h");
	ck_assert_text(names[1], "Z");
	ck_assert_text(names[2], "a");
	ck_assert_text(names[3], "a-b");
	ck_assert_text(names[5], "é");
	ck_assert(!io_list(arena, "absent", &names, &count, &why));
	ck_assert(!io_list(arena, "a", &names, &count, &why));
	ck_assert_text(why, "not a directory");
	leave();
}
END_TEST

START_TEST(kinds_paths_and_identities)
{
	struct str one, two;

	enter();
	make_file("f", "");
	ck_assert_int_eq(symlink("f", "link"), 0);
	ck_assert_int_eq(io_kind_of("f"), IO_FILE);
	ck_assert_int_eq(io_kind_of("link"), IO_FILE);
	ck_assert_int_eq(io_kind_of("."), IO_FOLDER);
	ck_assert_int_eq(io_kind_of("/dev/null"), IO_OTHER);
	ck_assert_int_eq(io_kind_of("absent"), IO_ABSENT);
	ck_assert_int_eq(io_kind_of("f/below"), IO_ABSENT);
	ck_assert(io_real_path(arena, "link", &one));
	ck_assert(io_real_path(arena, ".//./f", &two));
	ck_assert(str_equal(one, two));
	ck_assert(!io_real_path(arena, "absent", &one));
	ck_assert_text(io_join(arena, STR("a"), STR("b")), "a/b");
	ck_assert_text(io_join(arena, STR("a/"), STR("b")), "a/b");
	ck_assert_text(io_join(arena, STR("."), STR("b")), "b");
	ck_assert_text(io_join(arena, STR(""), STR("b")), "b");
	ck_assert_text(io_join(arena, STR("a"), STR("/b")), "/b");
	leave();
}
END_TEST

/* FIPS 180-4's own examples. */
START_TEST(digests_are_sha_256)
{
	arena = arena_new();
	ck_assert_text(io_sha256(arena, STR("")), "e3b0c44298fc1c149afbf4c8"
	    "996fb92427ae41e4649b934ca495991b7852b855");
	ck_assert_text(io_sha256(arena, STR("abc")), "ba7816bf8f01cfea414140de"
	    "5dae2223b00361a396177a9cb410ff61f20015ad");
	arena_free(arena);
}
END_TEST

/* However it is cut, and as libsodium has it. */
START_TEST(digests_of_parts_are_those_of_the_whole)
{
	char some[200];
	unsigned char want[crypto_hash_sha256_BYTES];
	char hex[2 * crypto_hash_sha256_BYTES + 1];

	arena = arena_new();
	for (size_t i = 0; i < sizeof(some); i++)
		some[i] = (char)(i * 7 + 1);
	for (size_t length = 0; length <= sizeof(some); length++) {
		crypto_hash_sha256(want, (unsigned char *)some, length);
		sodium_bin2hex(hex, sizeof(hex), want, sizeof(want));
		for (size_t cut = 0; cut <= length; cut += 1 + cut / 3) {
			struct str parts[] = { { some, cut / 2 },
				{ some + cut / 2, cut - cut / 2 }, STR(""),
				{ some + cut, length - cut } };

			ck_assert_text(io_sha256_of(arena, parts, 4), hex);
		}
	}
	arena_free(arena);
}
END_TEST

static int count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void read_write_list(struct arena *region)
{
	struct str *names, got, reason;
	size_t count;

	ck_assert(io_write(region, "f", STR("content"), &reason));
	ck_assert(io_read(region, "f", 10000, &got, &reason));
	arena_alloc(region, 100000);
	ck_assert(io_list(region, ".", &names, &count, &reason));
	ck_assert_uint_eq(count, 1);
}

START_TEST(refused_memory_leaks_no_descriptor_and_no_file)
{
	int before;

	enter();
	before = count_descriptors();
	ck_assert_uint_gt(unit_refuse_each(read_write_list), 2);
	ck_assert_int_eq(count_descriptors(), before);
	ck_assert_uint_eq(count_entries(), 1);
	leave();
}
END_TEST

UNIT_MAIN(a_file_is_read_whole_with_padding, what_cannot_be_read_says_why,
    a_pipe_is_read_to_its_end_and_limited, standard_input_is_a_dash,
    a_write_replaces_the_file, a_new_file_obeys_the_umask,
    a_link_stays_a_link, devices_and_pipes_are_written_directly, a_socket_is_not_written,
    a_path_that_is_nearly_too_long_is_not_written,
    standard_output_is_written_where_it_stands,
    every_failing_call_leaves_old_or_new, every_failing_call_fails_the_read,
    interrupted_and_short_transfers_are_resumed,
    each_act_ends_as_it_should_whichever_call_fails, what_is_no_file_is_not_read_in_parts,
    an_interrupted_write_leaves_no_temporary_file,
    a_folder_is_listed_in_order_of_bytes, kinds_paths_and_identities,
    digests_are_sha_256, digests_of_parts_are_those_of_the_whole,
    refused_memory_leaks_no_descriptor_and_no_file)
