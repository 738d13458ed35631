/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

struct allowed {
	struct str path;
	enum sandbox_access access;
};

struct sandbox_paths {
	struct arena *arena;
	VEC(struct allowed) items;
};

struct sandbox_paths *sandbox_paths_new(struct arena *arena)
{
	struct sandbox_paths *paths = ARENA_NEW(arena, struct sandbox_paths);

	paths->arena = arena;
	return paths;
}

void sandbox_allow(struct sandbox_paths *paths, struct str path,
    enum sandbox_access access)
{
	*VEC_PUSH(paths->arena, &paths->items) = (struct allowed){
		arena_copy(paths->arena, path), access };
}

static bool cannot(struct str *why, struct str reason)
{
	*why = reason;
	return false;
}

/* --- system calls --------------------------------------------------------- */

#ifdef HAVE_LIBSECCOMP
#include <seccomp.h>

/* By what each would be good for. */
#define DENIED(CALL) \
	/* Talking to others. */ \
	CALL(socket) CALL(socketpair) CALL(connect) CALL(bind) CALL(listen) \
	CALL(accept) CALL(accept4) \
	/* Becoming something else. */ \
	CALL(execve) CALL(execveat) CALL(personality) \
	/* Other processes. */ \
	CALL(ptrace) CALL(process_vm_readv) CALL(process_vm_writev) \
	CALL(pidfd_getfd) CALL(kcmp) \
	/* What Landlock leaves open of files. */ \
	CALL(chmod) CALL(fchmodat) CALL(chown) CALL(lchown) CALL(fchownat) \
	CALL(setxattr) CALL(lsetxattr) CALL(removexattr) CALL(lremovexattr) \
	CALL(utime) CALL(utimes) CALL(utimensat) CALL(futimesat) \
	/* Doors around the filter of files. */ \
	CALL(io_uring_setup) CALL(io_uring_enter) CALL(io_uring_register) \
	CALL(name_to_handle_at) CALL(open_by_handle_at) \
	/* The system. */ \
	CALL(mount) CALL(umount2) CALL(pivot_root) CALL(chroot) CALL(unshare) \
	CALL(setns) CALL(bpf) CALL(perf_event_open) CALL(userfaultfd) \
	CALL(add_key) CALL(request_key) CALL(keyctl) CALL(init_module) \
	CALL(finit_module) CALL(delete_module) CALL(kexec_load) \
	CALL(kexec_file_load) CALL(reboot) CALL(swapon) CALL(swapoff)

static bool deny_all(scmp_filter_ctx filter)
{
	static const int denied[] = {
#define CALL(name) SCMP_SYS(name),
		DENIED(CALL)
#undef CALL
	};

	for (size_t i = 0; i < sizeof(denied) / sizeof(*denied); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), denied[i], 0) < 0)
			return false;
	return true;
}

bool sandbox_calls(struct str *why)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool is_on;

	if (!filter)
		return cannot(why, STR("there is no memory for a filter of system calls"));
	/* Without the brakes against guessing processors, where the kernel
	 * would put them on: there is nothing secret here. */
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1);
	is_on = deny_all(filter) && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return is_on || cannot(why,
	    STR("this kernel does not let system calls be filtered (seccomp)"));
}
#else
bool sandbox_calls(struct str *why)
{
	return cannot(why, STR("this build cannot filter system calls: it was made "
	    "without libseccomp"));
}
#endif

/* --- files ---------------------------------------------------------------- */

#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* Of kernels newer than some headers. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITING (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_TRUNCATE)
#define EVERYTHING (READING | WRITING | LANDLOCK_ACCESS_FS_EXECUTE | \
	LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
	LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
	LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
	LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER)
/* All that a file, as opposed to a folder, can be asked for. */
#define OF_FILES (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	LANDLOCK_ACCESS_FS_TRUNCATE)

/* What the kernel's version of Landlock can govern; 0: it has none. */
static uint64_t governed(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (version < 1)
		return 0;
	return EVERYTHING & (version < 2 ? ~LANDLOCK_ACCESS_FS_REFER : ~0ULL) &
	    (version < 3 ? ~LANDLOCK_ACCESS_FS_TRUNCATE : ~0ULL);
}

static bool add_path(int rules, const struct allowed *allowed, uint64_t all)
{
	struct landlock_path_beneath_attr beneath = {
		.parent_fd = open(allowed->path.at, O_PATH | O_CLOEXEC),
		.allowed_access = allowed->access == SANDBOX_WRITE ?
		    READING | WRITING : allowed->access == SANDBOX_READ ?
		    READING : LANDLOCK_ACCESS_FS_READ_DIR,
	};
	struct stat info;
	bool is_added;

	if (beneath.parent_fd < 0)
		return true;
	if (fstat(beneath.parent_fd, &info) != 0 || !S_ISDIR(info.st_mode))
		beneath.allowed_access &= OF_FILES;
	beneath.allowed_access &= all;
	/* A pipe or a socket that stands for no path is not governed. */
	is_added = syscall(SYS_landlock_add_rule, rules,
	    LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 || errno == EBADFD ||
	    errno == EBADF;
	close(beneath.parent_fd);
	return is_added;
}

static bool add_paths(int rules, const struct sandbox_paths *paths, uint64_t all)
{
	for (size_t i = 0; i < paths->items.count; i++)
		if (!add_path(rules, &paths->items.items[i], all))
			return false;
	return true;
}

bool sandbox_files(struct sandbox_paths *paths, struct str *why)
{
	struct landlock_ruleset_attr attributes = { .handled_access_fs = governed() };
	bool is_on;
	int rules;

	if (!attributes.handled_access_fs)
		return cannot(why, STR("this kernel does not let files be closed to "
		    "a process (Landlock)"));
	rules = (int)syscall(SYS_landlock_create_ruleset, &attributes,
	    sizeof(attributes.handled_access_fs), 0);
	is_on = rules >= 0 && add_paths(rules, paths, attributes.handled_access_fs) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	if (rules >= 0)
		close(rules);
	return is_on || cannot(why, STR("the kernel did not close the files to this "
	    "process (Landlock)"));
}
#else
bool sandbox_files(struct sandbox_paths *paths, struct str *why)
{
	(void)paths;
	return cannot(why, STR("this build cannot close files to itself: it was made "
	    "for a system without Landlock"));
}
#endif

/* --- does it hold --------------------------------------------------------- */

/* Each answers true when the forbidden act went, or failed for another reason
 * than being forbidden. */

static bool can_talk(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool is_forbidden = fd < 0 && errno == EPERM;

	if (fd >= 0)
		close(fd);
	return !is_forbidden;
}

/* There is no program of this name: without a filter the answer is another. */
static bool can_become(void)
{
	static char *const none[] = { NULL };

	return execve("", none, none) == 0 || errno != EPERM;
}

static bool can_read_root(void)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_forbidden = fd < 0 && errno == EACCES;

	if (fd >= 0)
		close(fd);
	return !is_forbidden;
}

bool sandbox_holds(struct str *why)
{
	if (can_talk())
		return cannot(why, STR("a socket could still be made"));
	if (can_become())
		return cannot(why, STR("another program could still be started"));
	if (can_read_root())
		return cannot(why, STR("a file that nobody named could still be opened"));
	return true;
}
