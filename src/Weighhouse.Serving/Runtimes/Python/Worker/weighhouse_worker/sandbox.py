"""Shuts this process in before anything of the model is read: no network, no other process, a read-only system, no rights.

Linux' namespaces do it, without a program besides Python. What cannot be had is said, and the server decides whether to go on.
"""
import ctypes
import os
import resource
import select
import signal
import sys

_NEW_FILES, _NEW_IPC, _NEW_USER, _NEW_PROCESSES, _NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_NO_SUID, _NO_DEVICES, _NO_PROGRAMS, _BIND, _WITH_BELOW, _PRIVATE, _DETACH = 2, 4, 8, 0x1000, 0x4000, 0x40000, 2
_SET_ATTRIBUTES, _HERE, _BELOW = 442, -100, 0x8000
_ATTRIBUTE_READ_ONLY = 1
_PARENT_DEATH, _BOUNDING_DROP, _NO_NEW_RIGHTS = 1, 24, 38
_RIGHTS_VERSION = 0x20080522

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# What libraries read of the configuration. Not all of it: a server that runs as root could read its own secrets there.
_CONFIGURATION = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "timezone", "mime.types", "passwd", "group",
                  "nsswitch.conf", "fonts", "ssl/certs", "ssl/openssl.cnf")
_DEVICES = ("null", "zero", "full", "random", "urandom")

MODEL, PROGRAM = "/model", "/worker"


class NotPossible(Exception):
    """The machine does not let a process shut itself in."""


class _Attributes(ctypes.Structure):
    _fields_ = [("set", ctypes.c_uint64), ("clear", ctypes.c_uint64), ("propagation", ctypes.c_uint64), ("users", ctypes.c_uint64)]


class _RightsHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("process", ctypes.c_int)]


class _Rights(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


_libc = ctypes.CDLL(None, use_errno=True)


def _try(what, result):
    if result != 0:
        raise NotPossible("%s: %s" % (what, os.strerror(ctypes.get_errno())))


def _mount(source, target, kind, flags, data=None):
    encoded = [text.encode() if text else None for text in (source, target, kind, data)]
    _try("mounting " + target, _libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]))


def _seal(target, attributes):
    asked = _Attributes(attributes, 0, 0, 0)
    _try("making %s read-only (Linux 5.12 can)" % target, _libc.syscall(
        _SET_ATTRIBUTES, _HERE, target.encode(), _BELOW, ctypes.byref(asked), ctypes.sizeof(asked)))


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)


def leave_everything():
    """Into namespaces of our own; the next process that is forked is the first of them."""
    user, group = os.geteuid(), os.getegid()
    _try("a user namespace", _libc.unshare(_NEW_USER | _NEW_FILES | _NEW_PROCESSES | _NEW_NETWORK | _NEW_IPC))
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", "%d %d 1" % (user, user))
    _write("/proc/self/gid_map", "%d %d 1" % (group, group))


def _bind(root, source, target=None, attributes=_ATTRIBUTE_READ_ONLY | _NO_SUID | _NO_DEVICES):
    target = root + (target or source)
    if os.path.islink(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(os.readlink(source), target)
        return
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "w").close()
    _mount(source, target, None, _BIND | _WITH_BELOW)
    _seal(target, attributes)


def _python_folders():
    """Where this interpreter and its packages lie, each once."""
    wanted = [sys.prefix, sys.base_prefix, sys.exec_prefix] + sys.path
    found = []
    for path in sorted({os.path.realpath(path) for path in wanted if path}, key=len):
        if path != "/" and os.path.exists(path) and not any((path + "/").startswith(other + "/") for other in (*_SYSTEM, *found)):
            found.append(path)
    return found


def change_files(root, model, program, scratch_bytes):
    """A root with the system, the interpreter and the model, all read-only, and some memory to write to."""
    _mount(None, "/", None, _WITH_BELOW | _PRIVATE)
    _mount("none", root, "tmpfs", _NO_SUID | _NO_DEVICES, "size=4m,mode=755")
    for path in _SYSTEM:
        if os.path.lexists(path):
            _bind(root, path)
    for path in _python_folders():
        _bind(root, path)
        if sys.prefix != path and os.path.realpath(sys.prefix) == path and not os.path.lexists(root + sys.prefix):
            os.makedirs(os.path.dirname(root + sys.prefix), exist_ok=True)
            os.symlink(path, root + sys.prefix)
    for name in _CONFIGURATION:
        if os.path.exists("/etc/" + name):
            _bind(root, os.path.realpath("/etc/" + name), "/etc/" + name)
    for name in _DEVICES:
        _bind(root, "/dev/" + name, attributes=_NO_SUID | _NO_PROGRAMS)
    for name in ("/tmp", "/dev/shm"):
        os.makedirs(root + name)
        _mount("none", root + name, "tmpfs", _NO_SUID | _NO_DEVICES, "size=%d,mode=1777" % scratch_bytes)
    _bind(root, model, MODEL)
    _bind(root, program, PROGRAM)
    _mount_processes(root + "/proc")
    _seal_root(root)
    os.chdir(root)
    _try("changing the root", _libc.pivot_root(b".", b"."))
    _try("leaving the old root", _libc.umount2(b".", _DETACH))
    os.chdir("/tmp")


def _mount_processes(target):
    os.mkdir(target)
    try:
        _mount("proc", target, "proc", _NO_SUID | _NO_DEVICES | _NO_PROGRAMS)
    except NotPossible:
        return  # A container that hides parts of its own /proc lets nobody mount another; libraries do without.
    try:
        _write(target + "/sys/user/max_user_namespaces", "0")
    except OSError:
        pass  # It is one more lock; the others hold without it.
    _seal(target, _ATTRIBUTE_READ_ONLY)


def _seal_root(root):
    asked = _Attributes(_ATTRIBUTE_READ_ONLY, 0, 0, 0)
    _try("making the root read-only", _libc.syscall(
        _SET_ATTRIBUTES, _HERE, root.encode(), 0, ctypes.byref(asked), ctypes.sizeof(asked)))


def drop_rights():
    """Nothing that this process starts, whoever owns it, can get them back."""
    for right in range(64):
        _libc.prctl(_BOUNDING_DROP, right, 0, 0, 0)
    none = (_Rights * 2)()
    _try("giving up rights", _libc.capset(ctypes.byref(_RightsHeader(_RIGHTS_VERSION, 0)), ctypes.byref(none)))
    refuse_new_rights()


def refuse_new_rights():
    _libc.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0)


def end_with_parent(parent):
    _libc.prctl(_PARENT_DEATH, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        os._exit(1)


def limit(limits):
    """Bounds what the model may take. A limit of 0 is none."""
    for kind, name in ((resource.RLIMIT_DATA, "memory_bytes"), (resource.RLIMIT_CPU, "cpu_seconds"),
                       (resource.RLIMIT_FSIZE, "file_bytes"), (resource.RLIMIT_NOFILE, "open_files"),
                       (resource.RLIMIT_NPROC, "processes")):
        value = limits.get(name, 0)
        if value > 0:
            _, most = resource.getrlimit(kind)
            value = value if most == resource.RLIM_INFINITY else min(value, most)
            resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(max(0, min(19, limits.get("nice", 0))))


def pass_on(child):
    """Waits for a child and ends as it ended."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == child:
            os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def watch(child, bell):
    """Ends the child when the server is gone, which its pipe tells, and ends as the child ends. No thread can be started here."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.register(bell, select.POLLIN)
    while True:
        for source, _ in poll.poll():
            if source == bell:
                pass_on(child)
            elif not os.read(0, 4096):
                os.kill(child, signal.SIGKILL)
                pass_on(child)


def listen_for_ends():
    """A pipe that has something to read when a child has ended; made before there is one."""
    bell, rope = os.pipe()
    os.set_blocking(rope, False)
    signal.set_wakeup_fd(rope, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    return bell


def forget_ends(bell):
    """In the child: its children, if it starts any, are its own business."""
    os.close(signal.set_wakeup_fd(-1))
    os.close(bell)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
