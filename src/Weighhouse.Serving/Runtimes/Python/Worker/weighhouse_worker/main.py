"""The life of a worker: connect, be shut in, load, answer, end."""
import gc
import json
import os
import resource
import socket
import sys
import traceback

from . import handler, mlmodel, models, sandbox, wire

_CLIENT_FAULTS = (ValueError, TypeError, KeyError, IndexError)


def run():
    settings = json.loads(sys.stdin.buffer.readline())
    os.dup2(2, 1)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(settings["socket"])
    os.umask(0o077)
    sys.path[:] = [path for path in sys.path if path != settings["program"]]
    lines = wire.Wire(connection)
    isolation = _shut_in(settings)
    lines.say(wire.HELLO, {
        "token": settings["token"], "isolation": isolation, "python": "%d.%d.%d" % sys.version_info[:3], "process": os.getpid(),
    })
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        _serve(lines, settings)
    except (wire.Closed, ConnectionError):
        os._exit(0)


def _shut_in(settings):
    """Forks the process that goes on; those it leaves behind end when it does. Says why it is not shut in, or nothing."""
    refused = "switched off"
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("700")
    except OSError:
        pass  # The system has no such file; then it has no such choice either.
    if settings["isolation"]:
        try:
            sandbox.leave_everything()
            refused = None
        except (sandbox.NotPossible, OSError) as error:
            refused = str(error)
    bell = sandbox.listen_for_ends()
    _fork(lambda child: sandbox.watch(child, bell), 0 if refused is None else os.getpid())
    sandbox.forget_ends(bell)
    if refused is None:
        try:
            sandbox.change_files(settings["root"], settings["model"], settings["program"], settings["limits"]["scratch_bytes"])
        except (sandbox.NotPossible, OSError) as error:
            # Half shut in is worse than not at all: the server starts another without.
            return "incomplete: %s" % error
        _fork(sandbox.pass_on, os.getpid())
        sandbox.limit(settings["limits"])
        sandbox.drop_rights()
        settings["model"] = sandbox.MODEL
        sys.modules[__package__].__path__ = [os.path.join(sandbox.PROGRAM, __package__)]
        return None
    sandbox.limit(settings["limits"])
    sandbox.refuse_new_rights()
    return refused


def _fork(stay, parent):
    child = os.fork()
    if child:
        stay(child)
    sandbox.end_with_parent(parent)


def _serve(lines, settings):
    model = None
    while True:
        frame = lines.receive()
        if frame.kind == wire.PING:
            lines.say(wire.PONG, None, frame.number, _peak())
        elif frame.kind == wire.LOAD:
            model = _load(lines, frame, settings)
        elif frame.kind == wire.RUN:
            _run(lines, frame, model)
        else:
            raise wire.Closed()


def _load(lines, frame, settings):
    try:
        model = models.load(settings["model"], frame.talk())
        if not model.raw:
            from . import tensors as _
    except MemoryError:
        lines.say(wire.FAILED, {"message": "it does not fit into the memory it may have", "code": "memory"}, frame.number)
        return None
    except models.Unusable as error:
        lines.say(wire.FAILED, {"message": str(error), "code": "unusable"}, frame.number)
        return None
    except Exception as error:  # A boundary: whatever the model's code raises is why it cannot be loaded.
        traceback.print_exc()
        lines.say(wire.FAILED, {"message": _told(error), "code": "failed"}, frame.number)
        return None
    gc.collect()
    gc.freeze()
    lines.say(wire.LOADED, {
        "flavour": model.flavour, "inputs": _shown(model.inputs), "outputs": _shown(model.outputs), "versions": _versions(),
    }, frame.number, _peak())
    return model


def _shown(ports):
    return [{"name": port["name"], "element": port["element"], "dims": port["dims"]} for port in ports]


def _versions():
    found = {}
    for name in ("numpy", "sklearn", "pandas", "torch", "joblib"):
        module = sys.modules.get(name)
        if module is not None:
            found[name] = str(getattr(module, "__version__", ""))
    return found


def _run(lines, frame, model):
    try:
        if model.raw:
            given = [wire.texts(frame, begin, size, _count(shape)) for _, shape, begin, size in wire.described(frame)]
        else:
            given = sys.modules[__package__ + ".tensors"].arrays(frame, False)
        answer = model.run(given, frame.more, frame.number)
        lines.send(wire.DONE, frame.number, _peak(), answer)
    except MemoryError:
        lines.say(wire.REFUSED, {"code": "memory", "message": "it needed more memory than it may have"}, frame.number, _peak())
    except (wire.Closed, ConnectionError):
        raise
    except Exception as error:  # A boundary: the model's own failures are answers.
        traceback.print_exc()
        code = "invalid" if isinstance(error, _CLIENT_FAULTS) else "failed"
        lines.say(wire.REFUSED, {"code": code, "message": _told(error)}, frame.number, _peak())


def _count(shape):
    count = 1
    for size in shape:
        count *= size
    return count


def _told(error):
    return ("%s: %s" % (type(error).__name__, error))[:2000]


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
