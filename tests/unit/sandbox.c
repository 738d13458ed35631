/* SPDX-License-Identifier: Apache-2.0 */
/* What a process gave up, it cannot do: each forbidden act is tried. */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* Runs WORK in a process of its own, that is not shut in; its exit status.
 * _exit, so that no leak checker looks into a process that forbids it. */
static int alone(int (*work)(void))
{
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(work());
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define UNSUPPORTED 77

static bool is_unsupported(int status, const char *what)
{
	if (status == UNSUPPORTED)
		printf("# skipped: the kernel or this build has no %s\n", what);
	return status == UNSUPPORTED;
}

/* --- system calls --------------------------------------------------------- */

#define EXPECT_DENIED(act) do { \
	errno = 0; \
	if ((act) >= 0 || errno != EPERM) { \
		fprintf(stderr, "# not denied: %s (%d)\n", #act, errno); \
		return 1; \
	} \
} while (0)

static int try_calls(void)
{
	static char *const none[] = { NULL };
	struct iovec local = { 0 }, remote = { 0 };

	EXPECT_DENIED(socket(AF_UNIX, SOCK_STREAM, 0));
	EXPECT_DENIED(socket(AF_INET, SOCK_STREAM, 0));
	EXPECT_DENIED(socket(AF_INET6, SOCK_DGRAM, 0));
	EXPECT_DENIED(socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }));
	EXPECT_DENIED(connect(0, NULL, 0));
	EXPECT_DENIED(bind(0, NULL, 0));
	EXPECT_DENIED(execve("/bin/true", none, none));
	EXPECT_DENIED(syscall(SYS_execveat, AT_FDCWD, "/bin/true", none, none, 0));
	EXPECT_DENIED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	EXPECT_DENIED(process_vm_readv(getppid(), &local, 0, &remote, 0, 0));
	EXPECT_DENIED(syscall(SYS_io_uring_setup, 1, NULL));
	EXPECT_DENIED(syscall(SYS_bpf, 0, NULL, 0));
	EXPECT_DENIED(syscall(SYS_unshare, 0));
	EXPECT_DENIED(chroot("/"));
	return 0;
}

static void *in_thread(void *status)
{
	*(int *)status = try_calls();
	return NULL;
}

static int after_calls(void)
{
	struct str why;
	pthread_t thread;
	int status = 1;

	if (!sandbox_calls(&why))
		return UNSUPPORTED;
	if (try_calls() != 0 ||
	    pthread_create(&thread, NULL, in_thread, &status) != 0)
		return 1;
	pthread_join(thread, NULL);
	return status;
}

START_TEST(no_socket_no_program_no_other_process)
{
	int status = alone(after_calls);

	if (!is_unsupported(status, "filter of system calls"))
		ck_assert_int_eq(status, 0);
}
END_TEST

/* --- files ---------------------------------------------------------------- */

static bool can(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	else if (errno != EACCES)
		fprintf(stderr, "# %s: errno %d\n", path, errno);
	return fd >= 0;
}

/* Linux 6.1 and before do not. */
static bool governs_truncation(void)
{
#ifdef SYS_landlock_create_ruleset
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 3;
#else
	return false;
#endif
}

#define EXPECT(condition) do { \
	if (!(condition)) { \
		fprintf(stderr, "# does not hold: %s\n", #condition); \
		return 1; \
	} \
} while (0)

static int try_files(void)
{
	EXPECT(can("in/file", O_RDONLY));
	EXPECT(can("in", O_RDONLY | O_DIRECTORY));
	EXPECT(can("one", O_RDONLY));
	EXPECT(can("out/new", O_WRONLY | O_CREAT | O_EXCL));
	EXPECT(rename("out/new", "out/newer") == 0);
	EXPECT(can("out/newer", O_RDWR | O_TRUNC));
	EXPECT(unlink("out/newer") == 0);

	EXPECT(!can("other", O_RDONLY));
	EXPECT(!can("in/link", O_RDONLY));
	EXPECT(!can(".", O_RDONLY | O_DIRECTORY));
	EXPECT(!can("/etc/passwd", O_RDONLY));
	EXPECT(!can("in/file", O_WRONLY));
	EXPECT(!governs_truncation() || !can("in/file", O_RDONLY | O_TRUNC));
	EXPECT(!can("in/new", O_WRONLY | O_CREAT));
	EXPECT(!can("one", O_RDWR));
	EXPECT(unlink("in/file") < 0);
	EXPECT(rename("in/file", "out/file") < 0);
	EXPECT(link("other", "out/other") < 0);
	EXPECT(symlink("/etc/passwd", "out/link") < 0);
	EXPECT(mkdir("out/folder", 0700) < 0);
	EXPECT(mknod("out/pipe", S_IFIFO | 0600, 0) < 0);
	return 0;
}

static void put(const char *path)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs("x", file);
	fclose(file);
}

static int after_files(void)
{
	struct arena *region = arena_new();
	struct sandbox_paths *paths = sandbox_paths_new(region);
	struct str why;

	sandbox_allow(paths, STR("in"), SANDBOX_READ);
	sandbox_allow(paths, STR("one"), SANDBOX_READ);
	sandbox_allow(paths, STR("absent"), SANDBOX_READ);
	sandbox_allow(paths, STR("out"), SANDBOX_WRITE);
	if (!sandbox_files(paths, &why))
		return UNSUPPORTED;
	return try_files();
}

static void make_files(void)
{
	ck_assert_int_eq(mkdir("in", 0700), 0);
	ck_assert_int_eq(mkdir("out", 0700), 0);
	put("in/file");
	put("one");
	put("other");
	ck_assert_int_eq(symlink("../other", "in/link"), 0);
}

START_TEST(no_file_but_those_that_were_named)
{
	int status;

	unit_enter_folder();
	make_files();
	status = alone(after_files);
	unit_leave_folder();
	if (!is_unsupported(status, "Landlock"))
		ck_assert_int_eq(status, 0);
}
END_TEST

/* --- the self test -------------------------------------------------------- */

static int nothing_given_up(void)
{
	struct str why;

	return sandbox_holds(&why) ? 1 : 0;
}

static int calls_given_up(void)
{
	struct str why;

	if (!sandbox_calls(&why))
		return UNSUPPORTED;
	return sandbox_holds(&why) ? 1 : 0;
}

static int files_given_up(void)
{
	struct str why;

	if (!sandbox_files(sandbox_paths_new(arena_new()), &why))
		return UNSUPPORTED;
	return sandbox_holds(&why) ? 1 : 0;
}

static int all_given_up(void)
{
	struct str why;

	if (!sandbox_files(sandbox_paths_new(arena_new()), &why) ||
	    !sandbox_calls(&why))
		return UNSUPPORTED;
	return sandbox_holds(&why) ? 0 : 1;
}

START_TEST(the_self_test_sees_what_still_goes)
{
	int half = alone(calls_given_up), other_half = alone(files_given_up);
	int all = alone(all_given_up);

	ck_assert_int_eq(alone(nothing_given_up), 0);
	if (!is_unsupported(half, "filter of system calls"))
		ck_assert_int_eq(half, 0);
	if (!is_unsupported(other_half, "Landlock"))
		ck_assert_int_eq(other_half, 0);
	if (!is_unsupported(all, "sandbox"))
		ck_assert_int_eq(all, 0);
}
END_TEST

UNIT_MAIN(no_socket_no_program_no_other_process,
    no_file_but_those_that_were_named, the_self_test_sees_what_still_goes)
