"""From a folder to something that answers: what kind of model it is, what it takes and what it gives."""
import importlib
import json
import os
import pickle
import sys

from . import handler, mlmodel, wire

_BODY = {"name": "body", "element": wire.TEXT, "dims": [-1]}


class Unusable(Exception):
    """The model cannot be loaded, for a reason that its owner can mend."""


class Model:
    """The inputs, the outputs and how to get from one to the other. Texts of raw models are bytes."""

    def __init__(self, flavour, inputs, outputs, run, raw=False):
        self.flavour, self.inputs, self.outputs, self.run, self.raw = flavour, inputs, outputs, run, raw


def load(folder, facts):
    path, manifest = handler.find(folder)
    if path is not None:
        return _handler(folder, path, manifest, facts)
    described = mlmodel.read(folder)
    if described is not None:
        return _mlflow(folder, described)
    return _file(folder)


def _only(folder, endings):
    found = [name for name in sorted(os.listdir(folder)) if name.lower().endswith(endings)]
    usual = [name for name in found if name.rpartition(".")[0] == "model"]
    chosen = found if len(found) == 1 else usual
    if len(chosen) != 1:
        raise Unusable("the folder has %d files that could be the model (%s); name the one that is 'model'"
                       % (len(found), ", ".join(found[:5]) or "none"))
    return os.path.join(folder, chosen[0])


def _file(folder):
    path = _only(folder, (".joblib", ".pkl", ".pickle", ".pt", ".pth", ".ts"))
    if path.lower().endswith((".pt", ".pth", ".ts")):
        return _torch(path)
    return _estimator("joblib" if path.lower().endswith(".joblib") else "pickle", _unpickle(path), None, None, None)


def _need(name, why):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Unusable("%s needs %s, which this Python does not have: %s. Install it for the interpreter that runs models" %
                       (why, name, error)) from error


def _unpickle(path, kind="pickle"):
    if path.lower().endswith(".joblib") or kind == "joblib":
        return _need("joblib", "a joblib file").load(path)
    with open(path, "rb") as file:
        module = _need("cloudpickle", "a model of cloudpickle's") if kind == "cloudpickle" else pickle
        try:
            return module.load(file)
        except ModuleNotFoundError as error:
            raise Unusable("the model needs the module %s, which this Python does not have. Install it for the interpreter that runs "
                           "models" % error.name) from error


# What MLflow's folders are ----------------------------------------------------------------------------------------------------------

def _mlflow(folder, described):
    flavours = described.get("flavors") or {}
    inputs, outputs = mlmodel.signature(described)
    general = flavours.get("python_function") or {}
    if general.get("code"):
        sys.path.insert(0, os.path.join(folder, general["code"]))
    if "sklearn" in flavours:
        own = flavours["sklearn"]
        path = os.path.join(folder, own.get("pickled_model") or "model.pkl")
        model = _unpickle(path, own.get("serialization_format") or "pickle")
        return _estimator("sklearn", model, inputs, outputs, general.get("predict_fn") or "predict")
    name = general.get("loader_module")
    if not name:
        raise Unusable("the MLmodel has neither the flavour sklearn nor python_function; it has %s" % (", ".join(flavours) or "none"))
    if inputs is None:
        raise Unusable("the MLmodel has no signature, so nobody knows what the model takes; log it with one (infer_signature)")
    module = _need(name, "the MLmodel")
    loaded = module._load_pyfunc(os.path.join(folder, general["data"]) if general.get("data") else folder)
    predict = loaded.predict if hasattr(loaded, "predict") else loaded
    return _frames("pyfunc", predict, inputs, outputs)


def _ports(specification, name):
    """Ports of a signature: a tensor each, or a column each."""
    ports = []
    for place, one in enumerate(specification):
        own = one.get("name") or (name if len(specification) == 1 else "%s_%d" % (name, place))
        if one.get("type") == "tensor":
            tensor = one["tensor-spec"]
            from . import tensors
            ports.append({"name": own, "element": tensors.element_of(tensor["dtype"]), "dims": tensor["shape"], "dtype": tensor["dtype"]})
        elif one.get("type") in mlmodel.COLUMN_TYPES:
            element, dtype = mlmodel.COLUMN_TYPES[one["type"]]
            ports.append({"name": own, "element": element, "dims": [-1], "dtype": dtype})
        else:
            raise Unusable("the signature's '%s' is of the type %s, which no tensor carries" % (own, one.get("type")))
    return ports


def _frames(flavour, predict, inputs, outputs):
    """A model of a signature: columns become a frame of pandas', tensors are given as they are."""
    ports = _ports(inputs, "input")
    has_columns = any(one.get("type") != "tensor" for one in inputs)
    pandas = _need("pandas", "a signature of columns") if has_columns else None

    def arguments(given):
        if has_columns:
            columns = {}
            for port, array in zip(ports, given):
                columns[port["name"]] = array.reshape(-1) if port["dtype"] != "datetime64[ns]" else pandas.to_datetime(array.reshape(-1))
            return pandas.DataFrame(columns)
        return given[0] if len(given) == 1 else {port["name"]: array for port, array in zip(ports, given)}

    return _typed(flavour, ports, lambda given, number: predict(arguments(given)), _ports(outputs, "predictions") if outputs else None)


def _typed(flavour, inputs, call, outputs):
    """Knows the outputs from the signature, or from one row of zeros."""
    from . import tensors
    if outputs is None:
        outputs = _probe(inputs, lambda given: call(given, 0))

    def run(given, asked, number):
        answer = call(given, number)
        return [tensors.of(place, port, value) for place, port, value in _places(outputs, answer) if asked >> min(place, 63) & 1]

    return Model(flavour, inputs, outputs, run)


def _places(outputs, answer):
    if len(outputs) == 1 and not isinstance(answer, dict):
        yield 0, outputs[0], answer[0] if isinstance(answer, tuple) and len(answer) == 1 else answer
        return
    if hasattr(answer, "columns"):
        answer = {str(name): answer[name] for name in answer.columns}
    if isinstance(answer, dict):
        missing = [port["name"] for port in outputs if port["name"] not in answer]
        if missing:
            raise TypeError("the model gave %s and not the output '%s'" % (", ".join(map(str, answer)) or "nothing", missing[0]))
        answer = [answer[port["name"]] for port in outputs]
    if len(answer) != len(outputs):
        raise TypeError("the model gave %d outputs and says that it has %d" % (len(answer), len(outputs)))
    for place, port in enumerate(outputs):
        yield place, port, answer[place]


def _probe(inputs, call):
    import numpy
    from . import tensors
    zeros = [numpy.zeros([1 if size < 0 else size for size in port["dims"] or [1]],
                         dtype="datetime64[ns]" if port.get("dtype") == "datetime64[ns]" else
                         object if port["element"] == wire.TEXT else tensors._DTYPES[port["element"]]) for port in inputs]
    for port, array in zip(inputs, zeros):
        if array.dtype == object:
            array[...] = ""
    try:
        answer = call(zeros)
    except Exception:  # Zeros are no input for every model; such a one says what it gives when it gives it.
        return [{"name": "predictions", "element": tensors.element_of("float64"), "dims": None}]
    named = answer.items() if isinstance(answer, dict) else [("predictions", answer)]
    found = []
    for name, value in named:
        array = numpy.asarray(value)
        found.append({"name": str(name), "element": tensors.element_of(array.dtype), "dims": [-1, *array.shape[1:]] if array.ndim else []})
    return found


# scikit-learn and what behaves like it ----------------------------------------------------------------------------------------------

def _estimator(flavour, model, inputs, outputs, function):
    import numpy
    from . import tensors
    if inputs is not None and any(one.get("type") != "tensor" for one in inputs):
        return _frames(flavour, getattr(model, function), inputs, outputs)
    if not hasattr(model, function or "predict"):
        for name in ("predict", "transform"):
            if hasattr(model, name):
                function = name
        if not function or not hasattr(model, function):
            if not callable(model):
                raise Unusable("the file holds a %s, which has neither predict nor transform and cannot be called" % type(model).__name__)
            function = "__call__"
    function = function or "predict"
    ports = _ports(inputs, "input") if inputs else [_features(model)]
    names = getattr(model, "feature_names_in_", None)
    pandas = sys.modules.get("pandas") or (_try_import("pandas") if names is not None else None)

    def given_as(given):
        if names is not None and pandas is not None and given[0].ndim == 2:
            return pandas.DataFrame(given[0], columns=names, copy=False)
        return given[0] if len(given) == 1 else given

    predict = getattr(model, function)
    found = _ports(outputs, "predictions") if outputs else _probe(ports, lambda given: predict(given_as(given)))
    calls = [predict]
    if function == "predict" and not outputs and hasattr(model, "predict_proba") and hasattr(model, "classes_"):
        classes = getattr(model, "classes_")
        if isinstance(classes, numpy.ndarray):
            found = [found[0], {"name": "probabilities", "element": tensors.element_of("float64"), "dims": [-1, len(classes)]}]
            calls.append(model.predict_proba)

    def run(given, asked, number):
        if len(calls) == 1:
            answers = _places(found, predict(given_as(given)))
        else:
            ready = given_as(given)
            answers = ((place, found[place], call(ready)) for place, call in enumerate(calls) if asked >> place & 1)
        return [tensors.of(place, port, value) for place, port, value in answers if asked >> min(place, 63) & 1]

    return Model(flavour, ports, found, run)


def _features(model):
    from . import tensors
    count = getattr(model, "n_features_in_", None)
    takes_texts = count is None and any(hasattr(step, "vocabulary_") for step in [model, *(s for _, s in getattr(model, "steps", [])[:1])])
    if takes_texts:
        return {"name": "input", "element": wire.TEXT, "dims": [-1]}
    element = tensors.element_of("float64")
    return {"name": "input", "element": element, "dims": [-1, int(count)] if count is not None else None}


def _try_import(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


# PyTorch ----------------------------------------------------------------------------------------------------------------------------

def _torch(path):
    torch = _need("torch", "a model of PyTorch's")
    from . import tensors
    try:
        model = torch.jit.load(path, map_location="cpu")
        arguments = model.forward.schema.arguments[1:]
        names = [argument.name for argument in arguments if argument.default_value is None] or ["input"]
        flavour = "torchscript"
    except RuntimeError:
        model = torch.load(path, map_location="cpu")
        if not isinstance(model, torch.nn.Module):
            raise Unusable("the file holds a %s: save the whole module, a TorchScript of it, or give it a handler.py"
                           % type(model).__name__) from None
        names, flavour = ["input"], "torch"
    model.eval()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    floats = tensors.element_of("float32")
    ports = [{"name": name, "element": floats, "dims": None} for name in names]
    outputs = [{"name": "output", "element": floats, "dims": None}]

    def run(given, asked, number):
        with torch.inference_mode():
            answer = model(*[torch.from_numpy(array) for array in given])
        if isinstance(answer, (tuple, list)):
            if len(answer) != 1:
                raise TypeError("the model gave %d outputs; without a handler.py one is known" % len(answer))
            answer = answer[0]
        return [tensors.of(0, outputs[0], answer.detach().numpy())]

    return Model(flavour, ports, outputs, run)


# Handlers ---------------------------------------------------------------------------------------------------------------------------

def _handler(folder, path, manifest, facts):
    entry = handler.Entry(path, handler.Context(folder, manifest, facts))
    described = os.path.join(folder, "signature.json")
    if os.path.exists(described):
        with open(described, encoding="utf-8") as file:
            declared = json.load(file)
        inputs, outputs = _ports(declared["inputs"], "input"), _ports(declared["outputs"], "output")

        def call(given, number):
            entry.context.request_ids = {0: "%d-0" % number}
            return entry({port["name"]: array for port, array in zip(inputs, given)})

        return _typed("handler", inputs, call, outputs)

    def run(given, asked, number):
        bodies = given[0].reshape(-1).tolist() if hasattr(given[0], "reshape") else given[0]
        entry.context.request_ids = {place: "%d-%d" % (number, place) for place in range(len(bodies))}
        entry.context.system_properties["batch_size"] = len(bodies)
        answers = entry([{"body": body} for body in bodies])
        if not isinstance(answers, (list, tuple)) or len(answers) != len(bodies):
            raise TypeError("the handler gave %s for %d requests; it must give a list with an answer for each"
                            % ("%d answers" % len(answers) if isinstance(answers, (list, tuple)) else type(answers).__name__, len(bodies)))
        buffers = wire.text_buffers([handler.as_bytes(answer) for answer in answers])
        return [(0, wire.TEXT, [len(bodies)], buffers)]

    return Model("handler", [dict(_BODY)], [dict(_BODY)], run, raw=True)
