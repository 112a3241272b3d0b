"""What this process takes from itself before it looks at a file: memory, time, network, other programs, writing to the disk.

Limits hold everywhere; the filter of system calls (seccomp) on Linux on the two processors that we know. A call that is refused fails
with EPERM, so that a library can say so.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
LOAD, JUMP_IF_EQUAL, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06  # instructions of the filter
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
NUMBER, ARCHITECTURE, THIRD_ARGUMENT = 0, 4, 32  # where they stand in what the filter is shown
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
X32 = 0x40000000  # the other numbers of system calls on x86-64

# machine → (its name in the filter, the number of openat, the calls that are refused)
MACHINES: dict[str, tuple[int, int, dict[str, int]]] = {
    "x86_64": (0xC000003E, 257, {
        "open": 2, "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50, "socketpair": 53,
        "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "truncate": 76, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85,
        "link": 86, "unlink": 87, "symlink": 88, "chmod": 90, "ptrace": 101, "mount": 165, "keyctl": 250, "mkdirat": 258, "unlinkat": 263,
        "renameat": 264, "linkat": 265, "symlinkat": 266, "fchmodat": 268, "unshare": 272, "perf_event_open": 298, "setns": 308,
        "process_vm_readv": 310, "process_vm_writev": 311, "renameat2": 316, "bpf": 321, "execveat": 322, "userfaultfd": 323,
        "io_uring_setup": 425, "clone3": 435, "openat2": 437,
    }),
    "aarch64": (0xC00000B7, 56, {
        "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38, "mount": 40, "truncate": 45, "fchmodat": 53,
        "unshare": 97, "ptrace": 117, "kill": 129, "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "accept": 202,
        "connect": 203, "sendto": 206, "sendmsg": 211, "keyctl": 219, "clone": 220, "execve": 221, "perf_event_open": 241, "setns": 268,
        "process_vm_readv": 270, "process_vm_writev": 271, "renameat2": 276, "bpf": 280, "execveat": 281, "userfaultfd": 282,
        "io_uring_setup": 425, "clone3": 435, "openat2": 437,
    }),
}  # fmt: skip


def limit(*, memory: int, cpu: int, written: int, files: int) -> None:
    """Bytes of address space, seconds of processor, bytes of one result, open files; no core dumps."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]  # an image may need more, once its size is known
    resource.setrlimit(resource.RLIMIT_AS, (_within(memory, most), most))
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 5),
        (resource.RLIMIT_FSIZE, written, written),
        (resource.RLIMIT_NOFILE, files, files),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        before = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (_within(soft, before), _within(hard, before)))


def allow_memory(size: int) -> None:
    """Raise the limit of memory to `size` bytes, for what is known to need it; never lowers it."""
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_within(max(before, size), most), most))


def _within(wanted: int, most: int) -> int:
    """What we want, or what the system lets us have."""
    return wanted if most == resource.RLIM_INFINITY else min(wanted, most)


def die_with_parent(parent: int) -> None:
    """Be killed when the process that started us is."""
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def close_doors() -> None:
    """No network, no other program, no file opened to be written; not to be undone."""
    machine = MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return
    program = b"".join(_filter(*machine))
    steps = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(described, len(described)))


def _filter(name: int, openat: int, calls: dict[str, int]) -> list[bytes]:
    """The filter as instructions: another machine's calls and those in `calls` are refused, and openat when it asks to write."""
    refused = sorted(set(calls.values()))
    steps = [(LOAD, 0, 0, ARCHITECTURE), (JUMP_IF_EQUAL, 1, 0, name), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, NUMBER)]
    steps += [(JUMP_IF_ANY_BIT, 0, 1, X32), (RETURN, 0, 0, REFUSE)]
    for number in refused:
        steps += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    steps += [(JUMP_IF_EQUAL, 0, 3, openat), (LOAD, 0, 0, THIRD_ARGUMENT), (JUMP_IF_ANY_BIT, 0, 1, WRITING), (RETURN, 0, 0, REFUSE)]
    steps += [(RETURN, 0, 0, ALLOW)]
    return [struct.pack("HBBI", *step) for step in steps]


def _prctl(option: int, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    padded = [*arguments, *[ctypes.c_ulong(0)] * (4 - len(arguments))]
    wide = [ctypes.c_ulong(one) if isinstance(one, int) else one for one in padded]
    if library.prctl(option, *wide) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")
