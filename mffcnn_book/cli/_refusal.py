"""What the system refuses, in the words of the command."""

import errno
import os

from mffcnn_core.files import disk_is_full

_REFUSED = {
    errno.EACCES: ("the right to use it", "Change its rights, or choose another place"),
    errno.EPERM: ("the right to use it", "Change its rights, or choose another place"),
    errno.EROFS: ("a place to write", "Choose a folder on another disk"),
    errno.ENOENT: ("a file or folder", "Check the path"),
    errno.ENOTDIR: ("a folder", "A part of the path is a file: choose another path"),
    errno.EISDIR: ("a file", "It is a folder: choose another path"),
    errno.EEXIST: ("a free name", "Move what is there, or choose another path"),
    errno.ENOTEMPTY: ("an empty folder", "Move what is there, or choose another path"),
    errno.ENAMETOOLONG: ("a name that the disk can hold", "Choose a shorter one"),
    errno.ELOOP: ("a link that ends", "It leads back to itself: remove it"),
    errno.EINVAL: ("a name that the disk can hold", "Choose another one"),
    errno.EMFILE: ("to open one more file", "Allow more (`ulimit -n`), or use fewer jobs"),
    errno.ENFILE: ("to open one more file", "Close other programs"),
    errno.ENOMEM: ("memory", "Close other programs, or use fewer jobs"),
    errno.EAGAIN: ("to start one more process", "Close other programs, or use fewer jobs"),
    errno.EADDRINUSE: ("a free port", "Choose another one"),
    errno.EIO: ("a disk that answers", "Check the disk or the network drive"),
    errno.ESTALE: ("a disk that answers", "Check the network drive"),
}


def refusal(error: OSError) -> str:
    """Return a sentence for what the system refuses: what was expected, and what to do.

    Examples
    --------
    >>> refusal(OSError(errno.EACCES, "Permission denied", "a.csv"))
    'a.csv: expected the right to use it, got "Permission denied". Change its rights, or choose \
another place.'
    """
    names = [one for one in (error.filename, error.filename2) if isinstance(one, str | bytes)]
    where = " and ".join(os.fsencode(name).decode("utf-8", "backslashreplace") for name in names)
    if disk_is_full(error):
        where = f" for {where}" if where else ""
        return (
            f"disk: expected room to write, got none{where} ({error.strerror}). Free some and run "
            "the same command again: what is done is kept."
        )
    what, hint = _REFUSED.get(
        error.errno, ("the system to do what it was asked", "`mffcnn doctor` may tell more")
    )
    return f'{where or "system"}: expected {what}, got "{error.strerror or error}". {hint}.'
