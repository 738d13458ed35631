/* SPDX-License-Identifier: Apache-2.0 */
/* terminal - what a person sees: colour, width, pages, signs of progress. */
#ifndef SCARP_CLI_TERMINAL_H
#define SCARP_CLI_TERMINAL_H

#include "cli/session.h"

/* Whether what goes to descriptor FD may be coloured: --color, then NO_COLOR,
 * then CLICOLOR_FORCE and FORCE_COLOR, then whether it is a terminal. */
bool terminal_colours(const struct session *session, int fd);
/* What links lead to, in what goes to descriptor FD; NULL: it has none.  By
 * --hyperlinks, FORCE_HYPERLINK, and what terminals say of themselves. */
const struct links *terminal_links(const struct session *session, int fd);
/* The columns of lines for people: COLUMNS, else those of the terminal FD (-1: it
 * is none), else 80; from 40 to 100.  0: lines stay as long as they are, which
 * COLUMNS=0 asks for. */
unsigned terminal_width(int fd);
/* As session_write, but to a terminal through the pager. */
bool terminal_page(struct session *session, const struct text *text);

/* Asks for a password on the terminal, without echo, whatever the standard
 * streams are.  False: there is no terminal, or nothing was typed. */
bool terminal_password(struct session *session, const char *question,
    struct str *password);
/* Echoes again what is typed; safe in a signal handler, before the process
 * dies. */
void terminal_interrupted(void);

/*
 * One line on standard error that says what is being done: only on a terminal,
 * only after half a second, without --quiet.  It is gone before anything else
 * is printed.  WORDS are kept, not copied.
 */
void progress_say(const struct session *session, const char *words);
void progress_stop(void);
/* Whether there may be such signs. */
bool progress_is_shown(const struct session *session);
/* Takes the line away; safe in a signal handler, before the process dies. */
void progress_interrupted(void);

#endif
