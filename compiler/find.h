/* SPDX-License-Identifier: Apache-2.0 */
/* find - where packs and their files are, on disk. */
#ifndef SCARP_COMPILER_FIND_H
#define SCARP_COMPILER_FIND_H

#include "base/io.h"
#include "base/vec.h"

/* A file of a pack. */
struct found_file {
	struct str name;		/* inside the pack */
	struct str path;		/* to open it, and as messages show it */
	struct str real;
};
struct found_files { VEC(struct found_file) list; };

enum find_answer {
	FIND_OK,
	FIND_ABSENT,
	FIND_OUTSIDE,			/* a symbolic link leads out of the folder */
	FIND_TOO_MANY,			/* LIMIT_PACK_FILES */
	FIND_UNREADABLE
};

/* Names of rule files and of compiled packs, ".scarp" and ".scarpc" in capitals
 * or not.  What `use` looks for is written as it is. */
bool find_is_source(struct str name);
bool find_is_compiled(struct str name);
/* The *.scarp files of the folder PATH and the folders in it, hidden ones
 * left out, sorted by name.  On failure *WHY names what is wrong. */
enum find_answer find_files(struct arena *arena, struct str path,
    struct found_files *files, struct str *why);
/* The pack with the dotted NAME in FOLDER: NAME.scarp, NAME, or with its dots
 * as folders.  *PATH may be shown; *REAL is its identity. */
enum find_answer find_pack(struct arena *arena, struct str folder,
    struct str name, struct str *path, struct str *real);
/* Is the real path PATH the folder ROOT or in it? */
bool find_is_inside(struct str path, struct str root);
/* The folder that PATH, a real path, stands in. */
struct str find_folder_of(struct arena *arena, struct str path);
/* The last part of PATH, without ".scarp". */
struct str find_last_part(struct str path);

#endif
