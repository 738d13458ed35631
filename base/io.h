/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io - the one place that reads and writes files.
 *
 * Every system call that can fail goes through one hook, so that tests can
 * make the Nth of them fail (io_fail_at).  EINTR and short transfers are
 * handled here and nowhere else.
 */
#ifndef SCARP_BASE_IO_H
#define SCARP_BASE_IO_H

#include "base/arena.h"
#include "base/limits.h"

/* Bytes that may be read behind the end of what io_read answers (zeroed);
 * simdjson wants 64. */
#define IO_PADDING 64

/* Reads PATH ("-" is standard input) whole into ARENA, at most LIMIT bytes.
 * On failure answers false and *WHY says what happened, without the path. */
bool io_read(struct arena *arena, const char *path, uint64_t limit,
    struct str *bytes, struct str *why);
/* The same with a named limit, which WHY names when it is met. */
bool io_read_limited(struct arena *arena, const char *path, enum limit limit,
    struct str *bytes, struct str *why);
/* Writes BYTES to PATH ("-" is standard output) so that the file is the old
 * one or the new one, never half: a temporary file beside it, fsync, rename. */
bool io_write(struct arena *arena, const char *path, struct str bytes,
    struct str *why);
/* The same in parts, of one file at a time: what io_add could not write,
 * io_end tells.  A file that is not ended when ARENA ends, or whose end fails,
 * is the old one. */
struct io_file;
bool io_start(struct arena *arena, const char *path, struct io_file **file,
    struct str *why);
void io_add(struct io_file *file, struct str bytes);
bool io_end(struct io_file *file, struct str *why);
/* It is a file on a disk: nobody reads what is written as it comes. */
bool io_is_plain(const struct io_file *file);
/* Writes to an open descriptor. */
bool io_write_fd(int fd, struct str bytes, struct str *why);

/* The terminal that the process belongs to, whatever its streams are: a
 * descriptor for the caller to close, or -1. */
int io_open_terminal(void);

/*
 * A file to be read in parts, closed when ARENA ends.  NULL: *WHY.  One that
 * is shorter by now gives a failure, never what is not there.
 */
struct io_input;
struct io_input *io_open(struct arena *arena, const char *path, uint64_t *size,
    struct str *why);
bool io_read_at(struct arena *arena, const struct io_input *input, uint64_t offset,
    void *to, size_t size, struct str *why);

/* Bytes of a regular file; 0 of anything else. */
uint64_t io_size(const char *path);

/* What cannot be looked at is IO_OTHER, so that reading it gives the reason. */
enum io_kind { IO_ABSENT, IO_FILE, IO_FOLDER, IO_PIPE, IO_OTHER };
enum io_kind io_kind_of(const char *path);
/* The same; false, and *WHY without the path, of what cannot be looked at. */
bool io_look(struct arena *arena, const char *path, enum io_kind *kind,
    struct str *why);
/* What a symbolic link says; false of anything else. */
bool io_link_target(struct arena *arena, const char *path, struct str *target);
/* A file or a folder that the system would let this process read, had it not
 * given that up (base/sandbox.h). */
bool io_is_shut_out(const char *path);
/* The names in folder PATH, sorted by bytes, without "." and "..". */
bool io_list(struct arena *arena, const char *path, struct str **names,
    size_t *count, struct str *why);
/* PATH with symbolic links and dots resolved: the identity of a file. */
bool io_real_path(struct arena *arena, const char *path, struct str *real);
/* The same of the entry NAME of a folder whose real path is FOLDER; PATH leads to
 * it, too.  Links are followed, all else is known already. */
bool io_real_entry(struct arena *arena, struct str folder, struct str name,
    const char *path, struct str *real);
/* The real path of the program that runs. */
bool io_own_path(struct arena *arena, struct str *path);
/* Nothing has this name, no link that leads nowhere either. */
bool io_is_free(const char *path);
/* The folder PATH and those that it stands in, as far as they are absent.  On
 * failure *WHY says what happened, without the path. */
bool io_make_folders(struct arena *arena, const char *path, struct str *why);
struct str io_join(struct arena *arena, struct str folder, struct str name);

/* SHA-256 (FIPS 180-4) as 64 lower-case digits. */
struct str io_sha256(struct arena *arena, struct str bytes);
/* Two digits for each byte. */
struct str io_hex(struct arena *arena, const unsigned char *bytes, size_t count);
/* That of COUNT texts one behind the other. */
struct str io_sha256_of(struct arena *arena, const struct str *parts, size_t count);
/* BLAKE2b (RFC 7693) of 128 bits as 32 lower-case digits: fingerprints. */
struct str io_blake2b(struct arena *arena, struct str bytes);

/* Removes the temporary file of a write that is under way; safe in a signal
 * handler, which calls it before the process dies. */
void io_interrupted(void);

/*
 * The Nth system call from now fails with ERROR; a negative ERROR makes a
 * transfer move one byte instead, IO_SIGNAL + S raises signal S before it.
 * 0 turns it off.  For tests only.
 */
#define IO_SIGNAL 10000
void io_fail_at(uint64_t nth, int error);
/* System calls left before it strikes. */
uint64_t io_fail_left(void);

#endif
