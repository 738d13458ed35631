#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a command shows on a terminal, as a page.

    terminal.py COLUMNS COMMAND...

The command runs on a pseudo-terminal of that width; of what it writes the
first lines are kept, with the colours that they have there.
"""

import fcntl
import html
import os
import pty
import re
import struct
import sys
import termios

LINES = 28
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff",
           "35": "#d2a8ff", "36": "#76e3ea"}
PAGE = """<!doctype html><meta charset="utf-8"><title>Terminal</title>
<style>body {{ margin: 0; background: #0d1117 }}
pre {{ width: {1}ch; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0;
padding: 16px 20px; color: #d7dde4;
background: #0d1117; font: 13px/1.4 "DejaVu Sans Mono", monospace }}
b {{ color: #fff }} .dim {{ color: #8b949e }}</style>
<pre>{0}</pre>
"""


def show(columns, command):
    """What the command writes to a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        for name in ("NO_COLOR", "COLUMNS", "CLICOLOR_FORCE", "FORCE_COLOR"):
            os.environ.pop(name, None)
        size = struct.pack("HHHH", 50, columns, 0, 0)
        fcntl.ioctl(1, termios.TIOCSWINSZ, size)
        os.execvp(command[0], command)
    written = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    os.waitpid(child, 0)
    return written.decode("utf-8").replace("\r\n", "\n")


def colour(codes):
    """The opening and closing markup of SGR codes."""
    opening = closing = ""
    for code in codes.split(";"):
        if code == "1":
            opening, closing = opening + "<b>", "</b>" + closing
        elif code == "2":
            opening, closing = opening + '<span class="dim">', "</span>" + closing
        elif code in COLOURS:
            opening += f'<span style="color: {COLOURS[code]}">'
            closing = "</span>" + closing
    return opening, closing


def page(text, columns):
    text = re.sub(r"\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)", "", text)
    out = closing = ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", text):
        if part.startswith("\x1b["):
            out += closing
            opening, closing = colour(part[2:-1])
            out += opening
        else:
            out += html.escape(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", part))
    return PAGE.format(out + closing, columns)


def main():
    command = sys.argv[2:]
    shown = [os.path.basename(command[0]), *command[1:]]
    columns = int(sys.argv[1])
    text = "\x1b[1m$ " + " ".join(shown) + "\x1b[0m\n" + show(columns, command)
    lines = text.split("\n")
    print(page("\n".join(lines[:LINES]) + "\n" * (len(lines) <= LINES) +
               "\n…" * (len(lines) > LINES), columns), end="")


main()
