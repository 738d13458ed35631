/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

#ifdef HAVE_LINUX_SECCOMP_H
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>

/* How calls of this machine are told from those of another. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define OWN_CALLS AUDIT_ARCH_X86_64
#define FOREIGN_BIT 0x40000000u		/* of calls with pointers of 32 bits */
#elif defined(__i386__)
#define OWN_CALLS AUDIT_ARCH_I386
#elif defined(__aarch64__)
#define OWN_CALLS AUDIT_ARCH_AARCH64
#elif defined(__s390x__)
#define OWN_CALLS AUDIT_ARCH_S390X
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_CALLS AUDIT_ARCH_PPC64LE
#elif defined(__riscv) && __riscv_xlen == 64
#define OWN_CALLS AUDIT_ARCH_RISCV64
#endif
#endif

#ifdef OWN_CALLS
/* By what each would be good for. */
static const uint32_t denied[] = {
	/* Talking to others. */
	__NR_socket, __NR_socketpair, __NR_connect, __NR_bind, __NR_listen,
	__NR_accept4,
	/* Becoming something else. */
	__NR_execve, __NR_execveat, __NR_personality,
	/* Other processes. */
	__NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev,
	__NR_pidfd_getfd, __NR_kcmp,
	/* What Landlock leaves open of files. */
	__NR_fchmodat, __NR_fchownat, __NR_setxattr, __NR_lsetxattr,
	__NR_removexattr, __NR_lremovexattr, __NR_utimensat,
	/* Doors around the filter of files. */
	__NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register,
	__NR_name_to_handle_at, __NR_open_by_handle_at,
	/* The system. */
	__NR_mount, __NR_umount2, __NR_pivot_root, __NR_chroot, __NR_unshare,
	__NR_setns, __NR_bpf, __NR_perf_event_open, __NR_userfaultfd,
	__NR_add_key, __NR_request_key, __NR_keyctl, __NR_init_module,
	__NR_finit_module, __NR_delete_module, __NR_kexec_load, __NR_reboot,
	__NR_swapon, __NR_swapoff,
	/* What only some machines have. */
#ifdef __NR_accept
	__NR_accept,
#endif
#ifdef __NR_socketcall
	__NR_socketcall,
#endif
#ifdef __NR_chmod
	__NR_chmod, __NR_chown, __NR_lchown, __NR_utime, __NR_utimes, __NR_futimesat,
#endif
#ifdef __NR_chown32
	__NR_chown32, __NR_lchown32,
#endif
#ifdef __NR_utimensat_time64
	__NR_utimensat_time64,
#endif
#ifdef __NR_kexec_file_load
	__NR_kexec_file_load,
#endif
};
#define DENIED (sizeof(denied) / sizeof(*denied))

static struct sock_filter load(size_t field)
{
	return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)field);
}

static struct sock_filter answer(uint32_t action)
{
	return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
}

/* The next one is skipped unless the loaded word is THIS. */
static struct sock_filter unless_equal(uint32_t this)
{
	return (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, this, 0, 1);
}

/* Made here and not by libseccomp, which cannot be trusted when memory runs
 * out while it works.  Answers the length. */
static unsigned short make_filter(struct sock_filter *filter)
{
	const uint32_t refused = SECCOMP_RET_ERRNO | EPERM;
	unsigned short n = 0;

	filter[n++] = load(offsetof(struct seccomp_data, arch));
	filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_CALLS, 1, 0);
	filter[n++] = answer(SECCOMP_RET_KILL_PROCESS);
	filter[n++] = load(offsetof(struct seccomp_data, nr));
#ifdef FOREIGN_BIT
	filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
	    FOREIGN_BIT, 0, 1);
	filter[n++] = answer(refused);
#endif
	for (size_t i = 0; i < DENIED; i++) {
		filter[n++] = unless_equal(denied[i]);
		filter[n++] = answer(refused);
	}
	filter[n++] = answer(SECCOMP_RET_ALLOW);
	return n;
}

bool sandbox_calls(struct str *why)
{
	struct sock_filter filter[2 * DENIED + 8];
	struct sock_fprog program = { .filter = filter, .len = make_filter(filter) };

	/* Without the brakes against guessing processors, where the kernel would
	 * put them on and knows how not to: there is nothing secret here. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0 ||
	    syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0))
		return true;
	return cannot(why,
	    STR("this kernel does not let system calls be filtered (seccomp)"));
}
#else
bool sandbox_calls(struct str *why)
{
	return cannot(why, STR("this build cannot filter system calls: its machine "
	    "or its headers are not known"));
}
#endif

/* --- files ---------------------------------------------------------------- */

#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>

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
