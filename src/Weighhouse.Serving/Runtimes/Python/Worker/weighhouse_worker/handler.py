"""Handlers of users: modules with initialize, preprocess, inference and postprocess, as TorchServe calls them."""
import importlib.util
import inspect
import json
import os
import sys


class Context:
    """What TorchServe gives a handler, as far as there is something to give."""

    def __init__(self, folder, manifest, facts):
        self.manifest = manifest
        self.model_name = facts["model"]
        self.system_properties = {
            "model_dir": folder, "gpu_id": None, "batch_size": 1, "server_name": "Weighhouse", "server_version": facts["server"],
            "limit_max_image_pixels": True,
        }
        self.model_yaml_config = {}
        self.request_ids = {}
        self.metrics = Metrics()

    @property
    def request_processor(self):
        return [self] * max(1, len(self.request_ids))

    def get_request_id(self, index=0):
        return self.request_ids.get(index)

    def get_all_request_header(self, index=0):
        return {}

    def get_request_header(self, index, key):
        return None

    def set_response_content_type(self, index, value):
        pass

    def set_response_header(self, index, key, value):
        pass

    def set_response_status(self, code=200, phrase="", idx=0):
        if code >= 400:
            raise Refusal("%d %s" % (code, phrase))


class Refusal(ValueError):
    """The handler has set a status that is an error."""


class Metrics:
    """The server counts and times requests itself; what a handler adds goes nowhere, and breaks nothing."""

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


class Entry:
    """A module's way in: its own handle function, or a class with the four steps."""

    def __init__(self, path, context):
        self.context = context
        module = _module(path)
        functions = vars(module)
        if callable(functions.get("handle")):
            self._service = None
            self._handle = functions["handle"]
            # TorchServe calls a function once without data, so that it can load its model.
            self._handle(None, context)
            return
        found = [kind for kind in functions.values() if inspect.isclass(kind) and kind.__module__ == module.__name__
                 and (hasattr(kind, "handle") or hasattr(kind, "inference"))]
        if len(found) != 1:
            raise ValueError("%s has %d classes with inference or handle; a handler is one, or a function handle(data, context)"
                             % (os.path.basename(path), len(found)))
        self._service = found[0]()
        self._service.context = context
        if hasattr(self._service, "initialize"):
            self._service.initialize(context)
        self._handle = self._service.handle if hasattr(self._service, "handle") else self._steps

    def _steps(self, data, context):
        for name in ("preprocess", "inference", "postprocess"):
            step = getattr(self._service, name, None)
            if step is not None:
                data = step(data)
        return data

    def __call__(self, data):
        return self._handle(data, self.context)


def _module(path):
    folder, name = os.path.split(path)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(name[:-3], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def find(folder):
    """The handler's file and the manifest of a model archive; (None, {}) when there is no handler."""
    manifest = {}
    described = os.path.join(folder, "MAR-INF", "MANIFEST.json")
    if os.path.exists(described):
        with open(described, encoding="utf-8") as file:
            manifest = json.load(file)
    name = (manifest.get("model") or {}).get("handler", "handler.py").partition(":")[0]
    if not name.endswith(".py"):
        name += ".py"
    path = os.path.join(folder, os.path.basename(name))
    return (path, manifest) if os.path.exists(path) else (None, manifest)


def as_bytes(answer):
    """One answer of a handler as the bytes that the client gets."""
    if isinstance(answer, (bytes, bytearray)):
        return bytes(answer)
    if isinstance(answer, str):
        return answer.encode()
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    return json.dumps(answer).encode()
