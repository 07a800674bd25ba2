"""Writes the corpus that the scanner is tried on: OUT/benign must be safe or unknown, OUT/malicious unsafe.

Nothing of it is ever loaded here. Whatever is malicious would write a file called 'pwned'.
"""
import bz2, collections, datetime, decimal, gzip, io, json, lzma, os, pickle, struct, sys, tarfile, warnings, zipfile, zlib

warnings.simplefilter("ignore")
import joblib, lz4.frame, numpy as np, pandas as pd, scipy.sparse
from sklearn.datasets import make_classification, make_regression
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer

OUT = sys.argv[1]
COMMAND = "echo > pwned"


def write(folder, name, data):
    path = os.path.join(OUT, folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def benign(name, data):
    write("benign", name, data)


def malicious(name, data):
    write("malicious", name, data)


def unknown(name, data):
    write("unknown", name, data)


def zipped(members, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


# ---- harmful classes -------------------------------------------------------------------------------------------------------------
def reducing(function, *arguments):
    class Evil:
        def __reduce__(self):
            return function, arguments
    return Evil()


def harm():
    import builtins, code, ctypes, functools, importlib, operator, pty, runpy, shutil, socket, subprocess, timeit, urllib.request, webbrowser
    yield "system", reducing(os.system, COMMAND)
    yield "popen", reducing(os.popen, COMMAND)
    yield "eval", reducing(eval, "__import__('os').system('echo > pwned')")
    yield "exec", reducing(exec, "import os")
    yield "compile", reducing(compile, "1", "", "eval")
    yield "open", reducing(open, "pwned", "w")
    yield "getattr", reducing(getattr, "x", "upper")
    yield "import", reducing(__import__, "antigravity")
    yield "subprocess", reducing(subprocess.Popen, ["touch", "pwned"])
    yield "check_output", reducing(subprocess.check_output, ["touch", "pwned"])
    yield "runpy", reducing(runpy.run_path, "evil.py")
    yield "socket", reducing(socket.create_connection, ("127.0.0.1", 9))
    yield "urlopen", reducing(urllib.request.urlopen, "http://127.0.0.1:9")
    yield "browser", reducing(webbrowser.open, "http://127.0.0.1:9")
    yield "pty", reducing(pty.spawn, "sh")
    yield "ctypes", reducing(ctypes.CDLL, None)
    yield "timeit", reducing(timeit.timeit, "1", "import os")
    yield "rmtree", reducing(shutil.rmtree, "nowhere")
    yield "loads", reducing(pickle.loads, b"I1\n.")
    yield "joblib", reducing(joblib.load, "evil.joblib")
    yield "numpy-load", reducing(np.load, "evil.npy", None, True)
    yield "memmap", reducing(np.memmap, "pwned", "uint8", "w+", 0, (1,))
    yield "partial", reducing(functools.partial, os.system, COMMAND)
    yield "methodcaller", reducing(operator.methodcaller, "system", COMMAND)
    yield "attrgetter", reducing(operator.attrgetter, "system")
    yield "import-module", reducing(importlib.import_module, "os")
    yield "code", reducing(code.InteractiveInterpreter)
    yield "read-pickle", reducing(pd.read_pickle, "evil.pkl")
    yield "pandas-eval", reducing(pd.eval, "1+1")
    yield "runstring", reducing(np.testing._private.utils.runstring, "import os", {})
    yield "new-index", reducing(pd.core.indexes.base._new_Index, np.memmap, {"filename": "pwned", "mode": "w+"})
    yield "nested", {"weights": np.arange(3), "deep": [(1, {"x": reducing(os.system, COMMAND)})]}
    yield "in-state", LogisticRegression(C=reducing(os.system, COMMAND))
    yield "as-key", {reducing(os.system, COMMAND): 1}
    yield "object-array", np.array([1, reducing(os.system, COMMAND)], dtype=object)
    yield "own-class", Own()


class Own:
    """A class of the user's own: nobody knows what loading it runs."""


# ---- harmless values -------------------------------------------------------------------------------------------------------------
def values():
    yield "none", None
    yield "numbers", [0, 1, -1, 255, 65535, 2**31, 2**63, -(2**70), 10**400, 1.5, float("inf"), True, False, 1j]
    yield "texts", ["", "a" * 300, "ünïcödé 🎈", "line\nbreak\\u0041'\"", "os", "system", b"bytes\x00\xff", b"x" * 70000, bytearray(b"ab")]
    yield "containers", {"a": (1,), "b": (1, 2), "c": (1, 2, 3), "d": tuple(range(9)), "e": {1, 2}, "f": frozenset([3]), "g": [[]], "h": {}}
    shared = ["shared"]
    yield "shared", [shared, shared, {"again": shared}]
    recursive = []
    recursive.append(recursive)
    yield "recursive", recursive
    yield "long-list", list(range(5000))
    yield "long-dict", {str(i): i for i in range(5000)}
    yield "ordered", collections.OrderedDict(b=1, a=2)
    yield "default", collections.defaultdict(list, a=[1])
    yield "counter", collections.Counter("abracadabra")
    yield "deque", collections.deque([1, 2], maxlen=3)
    yield "dates", [datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc), datetime.timedelta(1), datetime.date(2020, 1, 1)]
    yield "decimal", decimal.Decimal("1.5")
    yield "range", [range(3), slice(1, 2)]
    yield "array", np.arange(1000, dtype=np.float32).reshape(10, 100)
    yield "arrays", [np.array(3), np.zeros((0, 3)), np.array(["a", "bcd"]), np.array([b"x"]), np.array([True]), np.asfortranarray(np.eye(3))]
    yield "structured", np.array([(1, 2.0, "x")], dtype=[("a", "i4"), ("b", "f8"), ("c", "U3")])
    yield "times", np.array(["2020-01-01"], dtype="datetime64[D]")
    yield "objects", np.array([1, "a", None, [2]], dtype=object)
    yield "scalars", [np.float32(1), np.int64(2), np.str_("x"), np.bool_(True), np.datetime64("2020")]
    yield "masked", np.ma.array([1, 2], mask=[0, 1])
    yield "matrix", np.matrix([[1, 2]])
    yield "random", [np.random.RandomState(0), np.random.default_rng(0)]
    yield "opcodes-as-numbers", np.frombuffer(b"cos\nsystem\n(S'echo > pwned'\ntR." * 3 + b"." * 3, dtype=np.uint8).astype(np.int16)
    yield "sparse", [scipy.sparse.csr_matrix([[1, 0]]), scipy.sparse.csc_matrix([[1, 0]]), scipy.sparse.coo_matrix([[1, 0]])]
    yield "frame", pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": pd.Categorical(["u", "v"]), "d": pd.to_datetime(["2020", "2021"])})
    yield "series", pd.Series([1.0, 2.0], index=pd.date_range("2020", periods=2))
    yield "index", pd.MultiIndex.from_tuples([(1, "a"), (2, "b")])


def models():
    X, y = make_classification(120, 6, random_state=0)
    Xr, yr = make_regression(120, 6, random_state=0)
    yield "logistic", LogisticRegression().fit(X, y)
    yield "ridge", Ridge().fit(Xr, yr)
    yield "forest", RandomForestClassifier(12, random_state=np.random.RandomState(1)).fit(X, y)
    yield "boosting", GradientBoostingClassifier(n_estimators=5).fit(X, y)
    yield "histogram", HistGradientBoostingRegressor(max_iter=5).fit(Xr, yr)
    yield "isolation", IsolationForest(n_estimators=5).fit(X)
    yield "neighbours", KNeighborsClassifier(algorithm="kd_tree").fit(X, y)
    yield "network", MLPClassifier(4, max_iter=20).fit(X, y)
    yield "pipeline", make_pipeline(StandardScaler(), SVC(probability=True)).fit(X, y)
    yield "sgd", SGDClassifier().fit(X, y)
    yield "bayes", GaussianNB().fit(X, y)
    yield "clusters", KMeans(3, n_init=1).fit(X)
    yield "grid", GridSearchCV(LogisticRegression(), {"C": [1, 2]}, scoring="accuracy").fit(X, y)
    yield "one-hot", OneHotEncoder().fit([["a"], ["b"]])
    yield "words", TfidfVectorizer().fit(["some words", "other words"])


# ---- pickles written by hand -----------------------------------------------------------------------------------------------------
SYSTEM0 = b"cos\nsystem\n(S'echo > pwned'\ntR."
SYSTEM4 = b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R."


def crafted():
    def text(value):
        value = value.encode()
        return b"\x8c" + bytes([len(value)]) + value
    yield "global", SYSTEM0
    yield "global-unused", b"\x80\x02cos\nsystem\n."
    yield "inst", b"(S'echo > pwned'\nios\nsystem\n."
    yield "obj", b"(cos\nsystem\nS'echo > pwned'\no."
    yield "newobj", b"\x80\x02csubprocess\nPopen\n]X\x04\x00\x00\x00truea\x85\x81."
    yield "newobj-ex", b"\x80\x04csubprocess\nPopen\n)}\x92."
    yield "stack-global", SYSTEM4
    yield "memo-global", b"\x80\x04" + text("system") + b"\x94" + text("os") + b"\x940" + b"h\x00\x94" + b"0h\x01h\x00\x93" + text("true") + b"\x85R."
    yield "memo-far", b"\x80\x04" + text("os") + b"r\xff\x00\x00\x000" + text("system") + b"r\xfe\x00\x00\x000" + b"j\xff\x00\x00\x00j\xfe\x00\x00\x00\x93" + text("true") + b"\x85R."
    yield "dup-global", b"\x80\x04" + text("os") + b"20" + text("system") + b"\x93)R."
    yield "escaped", b"V\\u006f\\u0073\nVsystem\n\x93(Vtrue\ntR."
    yield "quoted", b"S'o\\x73'\nS'system'\n\x93(Vtrue\ntR."
    yield "computed", b"\x80\x04cbuiltins\nstr\n" + b"C\x02os" + text("ascii") + b"\x86R" + text("system") + b"\x93" + text("true") + b"\x85R."
    yield "python-2", b"c__builtin__\neval\n(S'1'\ntR."
    yield "dotted", b"\x80\x04" + text("collections") + text("OrderedDict.fromkeys.__self__") + b"\x93)R."
    yield "extension", b"\x80\x02\x82\x01)R."
    yield "changes-import", b"\x80\x02ccollections\nOrderedDict\n}X\x08\x00\x00\x00__init__X\x01\x00\x00\x00xsb."
    yield "calls-instance", b"\x80\x02ccollections\nOrderedDict\n)R)R."
    yield "codec", b"\x80\x02c_codecs\nencode\nX\x01\x00\x00\x00xX\x05\x00\x00\x00rot13\x86R."
    yield "reconstructs", b"ccopy_reg\n_reconstructor\n(cos\nsystem\nc__builtin__\nobject\nNtR."
    yield "slots", b"\x80\x02ccollections\nOrderedDict\n)RN}X\x09\x00\x00\x00__class__K\x01s\x86b."
    yield "makes-value", b"\x80\x02cnumpy\nfloat64\n)\x81."
    yield "calls-class", b"\x80\x02csklearn.linear_model._logistic\nLogisticRegression\n)R."
    yield "second", pickle.dumps(1, 2) + pickle.dumps(2, 4) + SYSTEM4
    yield "second-old", pickle.dumps([1], 0) + SYSTEM0
    yield "broken-after", SYSTEM4[:-1] + b"\xff\xff"
    yield "ends-early", SYSTEM4[:-1]
    yield "broken-before", b"\x80\x04\xff" + SYSTEM4
    yield "protocol-twice", b"\x80\x02N0\x80\x03N."
    yield "protocol-9", b"\x80\x02N0\x80\x09N."
    yield "odd-number", b"I0x10\n0" + SYSTEM0
    yield "odd-numbers", b"F1_0.5e1\n0L 0_1L\n0" + SYSTEM0
    yield "torch-bytes", b"\x80\x02ctorch.storage\n_load_from_bytes\nB" + struct.pack("<I", len(SYSTEM4)) + SYSTEM4 + b"\x85R."
    yield "torch-rebuild", b"\x80\x02ctorch._tensor\n_rebuild_from_type_v2\n(cposix\nsystem\nctorch\nTensor\n(X\x04\x00\x00\x00truetNtR."
    yield "huge-length", b"\x80\x04\x96\x00\x00\x00\x00\x00\x00\x01\x00."
    yield "huge-memo", b"\x80\x04Nr\xff\xff\xff\x07."  # a table of half a billion places
    yield "joblib-hides", joblib_that_hides()


def joblib_that_hides():
    """An array of joblib whose numbers are a pickle, for whoever loads the file without joblib."""
    out = io.BytesIO()
    inner = b"0" + SYSTEM0
    joblib.dump([np.frombuffer(inner.ljust(64, b"."), dtype=np.uint8)], out, protocol=2)
    data = out.getvalue()
    at = data.index(inner)
    # What stands before the array are its padding and the byte that tells how long that is.
    start = data.rindex(b"b", 0, at) + 1
    return data[:start] + b"0" * (at - start) + data[at:]


# ---- containers ------------------------------------------------------------------------------------------------------------------
def torch_archive(pickled, folder="archive", method=zipfile.ZIP_STORED):
    return zipped({folder + "/data.pkl": pickled, folder + "/byteorder": b"little", folder + "/data/0": np.arange(16, dtype="f4").tobytes(),
                   folder + "/data/1": b"\x80\x02\x1f\x8b\xff\xfe" * 9, folder + "/version": b"3\n"}, method)


def tensor(name):
    def binunicode(value):
        return b"X" + struct.pack("<I", len(value)) + value.encode()
    storage = b"(" + binunicode("storage") + b"ctorch\nFloatStorage\n" + binunicode(name) + binunicode("cpu") + b"K\x10tQ"
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00(K\x04K\x04t(K\x04K\x01t\x89ccollections\nOrderedDict\n)RtR"


STATE = b"\x80\x02ccollections\nOrderedDict\n)R(X\x01\x00\x00\x00w" + tensor("0") + b"X\x01\x00\x00\x00v" + tensor("1") + b"u."


def old_torch(last):
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    return magic + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2) + last + pickle.dumps(["0", "1"], 2) \
        + struct.pack("<q", 16) + np.arange(16, dtype="f4").tobytes() + struct.pack("<q", 16) + np.ones(16, "f4").tobytes()


def npy(value, **options):
    out = io.BytesIO()
    np.save(out, value, **options)
    return out.getvalue()


def saved(save, value):
    out = io.BytesIO()
    save(out, value)
    return out.getvalue()


def dumped(value, **options):
    out = io.BytesIO()
    joblib.dump(value, out, **options)
    return out.getvalue()


def containers(pickled, value, put, kind):
    """Every container there is, around one pickle and around one value."""
    put(f"containers/{kind}.zip", zipped({"a/model.pkl": pickled, "readme.txt": b"text"}))
    put(f"containers/{kind}-deflated.zip", zipped({"a/model.txt": pickled}, zipfile.ZIP_DEFLATED))
    put(f"containers/{kind}-in-zip-in-zip.zip", zipped({"inner.zip": zipped({"m": pickled}, zipfile.ZIP_DEFLATED)}, zipfile.ZIP_DEFLATED))
    put(f"containers/{kind}.tar", tarred({"model.pkl": pickled}))
    put(f"containers/{kind}-long-name.tar", tarred({"x" * 150 + "/model.pkl": pickled}))
    put(f"containers/{kind}.tar.gz", tarred({"model.pkl": pickled}, "w:gz"))
    put(f"containers/{kind}.tgz.zip", zipped({"model.tgz": tarred({"model.pkl": pickled}, "w:gz")}))
    put(f"containers/{kind}.gz", gzip.compress(pickled))
    put(f"containers/{kind}-twice.gz", gzip.compress(pickled[:5]) + gzip.compress(pickled[5:]))
    put(f"containers/{kind}.zlib", zlib.compress(pickled))
    put(f"containers/{kind}.lz4", lz4.frame.compress(pickled))
    put(f"containers/{kind}-blocks.lz4", lz4.frame.compress(pickled + pickle.dumps(bytes(range(256)) * 900), block_size=lz4.frame.BLOCKSIZE_MAX64KB, block_linked=True, content_checksum=True, block_checksum=True))
    put(f"containers/{kind}-objects.npy", npy(np.array([value, 1], dtype=object), allow_pickle=True))
    put(f"containers/{kind}-objects.npz", saved(lambda out, v: np.savez(out, a=np.array([v], dtype=object), b=np.eye(2)), value))
    put(f"containers/{kind}-compressed.npz", saved(lambda out, v: np.savez_compressed(out, a=np.array([v], dtype=object)), value))
    put(f"containers/{kind}-after.npy", npy(np.eye(2)) + pickled)
    for protocol in range(6):
        put(f"containers/{kind}-{protocol}.joblib", dumped({"a": np.arange(5), "v": value, "b": np.eye(3)}, protocol=protocol))
    for method in ("zlib", "gzip", "lz4"):
        put(f"containers/{kind}-{method}.joblib", dumped({"a": np.arange(5), "v": value}, compress=(method, 3)))


def archives():
    evil = SYSTEM4
    good = zipped({"archive/data.pkl": evil, "archive/version": b"3"})
    flag = bytearray(good)
    for at in (good.index(b"PK\x01\x02") + 8,):
        flag[at] |= 1
    yield "flag-central.zip", bytes(flag)
    flag = bytearray(good)
    flag[6] |= 1
    flag[good.index(b"PK\x01\x02") + 8] |= 1
    yield "flag-both.zip", bytes(flag)
    checksum = bytearray(good)
    checksum[14] ^= 0xFF
    checksum[good.index(b"PK\x01\x02") + 16] ^= 0xFF
    yield "checksum.zip", bytes(checksum)
    renamed = bytearray(good)
    at = good.index(b"PK\x01\x02") + 46
    renamed[at:at + 16] = b"archive/data.txt"
    yield "renamed.zip", bytes(renamed)
    method = bytearray(zipped({"a": evil}, zipfile.ZIP_DEFLATED))
    method[method.index(b"PK\x01\x02") + 10] = 0
    yield "method.zip", bytes(method)
    yield "glued-to-text.txt", b"plain text\n" + good
    yield "glued-to-pickle.pkl", pickle.dumps(1, 2) + good
    yield "glued-to-npy.npy", npy(np.eye(2)) + good
    first, second = zipped({"hidden.pkl": evil}), zipped({"seen.txt": b"text"})
    cut = first[:first.index(b"PK\x01\x02")]
    yield "hidden.zip", cut + second
    yield "no-table.zip", good[:good.index(b"PK\x01\x02")]
    doubled = io.BytesIO()
    with zipfile.ZipFile(doubled, "w") as archive:
        archive.writestr("a", b"text")
        archive.writestr("a", b"other")
    yield "twice.zip", doubled.getvalue()
    for name, title in (("../evil", "up"), ("/etc/evil", "absolute"), ("a/../../evil", "inside"), ("C:evil", "drive"), ("a\\..\\evil", "backslash"), ("evil.", "dot")):
        yield f"slip-{title}.zip", zipped({name: b"text"})
        yield f"slip-{title}.tar", tarred({name: b"text"})
    yield "case.zip", zipped({"Model": b"a", "model": b"b"})
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    yield "link.zip", out.getvalue()
    for kind, title in ((tarfile.SYMTYPE, "symbolic"), (tarfile.LNKTYPE, "hard"), (tarfile.CHRTYPE, "device"), (tarfile.FIFOTYPE, "pipe")):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            info = tarfile.TarInfo("member")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        yield f"{title}.tar", out.getvalue()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("cos\nsystem\n(S'echo > pwned'\ntR.")
        archive.addfile(info)
    yield "pickle-as-name.tar", out.getvalue()
    yield "bomb.gz", gzip.compress(bytes(200 << 20), 9)
    yield "bomb.zip", zipped({"zeros": bytes(200 << 20)}, zipfile.ZIP_DEFLATED)
    yield "weights.zip", torch_archive(STATE[:-1] + b"0" + SYSTEM4[2:])
    yield "pickle-in-weights.pt", zipped({"a/data.pkl": STATE, "a/data/0": SYSTEM0.ljust(64, b"."), "a/data/1": bytes(64)})
    yield "old-torch.pt", old_torch(SYSTEM4)


def keras(layer, name="config.json"):
    config = {"module": "keras", "class_name": "Sequential", "config": {"layers": [layer]}, "registered_name": None}
    return zipped({"metadata.json": json.dumps({"keras_version": "3.0.0"}).encode(), name: json.dumps(config).encode()})


DENSE = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, "activation": "relu", "kernel_initializer": {
    "module": "keras.initializers", "class_name": "GlorotUniform", "config": {}, "registered_name": None}}, "registered_name": None}


def keras_harm():
    yield "lambda", {"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wEA"}}}}
    yield "lambda-old", {"class_name": "Lambda", "config": {"function": ["4wEA", None, None]}}
    yield "module", {"module": "subprocess", "class_name": "run", "config": {"args": "true"}}
    yield "function", {"module": "keras.layers", "class_name": "Dense", "config": {"activation": {
        "module": "os", "class_name": "function", "config": "system", "registered_name": "function"}}}
    yield "get-file", {"module": "keras.utils", "class_name": "function", "config": "get_file"}
    yield "saved-model", {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/tmp/evil"}}


def field(number, body):
    if isinstance(body, str):
        body = body.encode()
    length, out = len(body), b""
    while True:
        out += bytes([(length & 127) | (128 if length > 127 else 0)])
        length >>= 7
        if not length:
            break
    return varint(number << 3 | 2) + out + body


def varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def onnx(tensor=b"", node=b"", function=b""):
    node = field(1, "x") + field(2, "y") + field(4, "Relu") + node
    graph = field(1, node) + field(2, "g") + (field(5, tensor) if tensor else b"")
    return varint(8) + varint(8) + field(2, "test") + field(7, graph) + (field(25, function) if function else b"") + field(8, varint(16) + varint(17))


def weights(location):
    return varint(8) + varint(4) + varint(16) + varint(1) + field(8, "w") + field(13, field(1, "location") + field(2, location)) + varint(14 << 3) + varint(1)


def safetensors(header, data):
    header = json.dumps(header).encode() if isinstance(header, dict) else header
    return struct.pack("<Q", len(header)) + header + data


def main():
    for name, value in list(values()) + list(models()):
        for protocol in range(6):
            benign(f"pickles/{name}-{protocol}.pkl", pickle.dumps(value, protocol))
        benign(f"joblib/{name}.joblib", dumped(value))
    for name, value in harm():
        for protocol in range(6):
            try:
                data = pickle.dumps(value, protocol)
            except (pickle.PicklingError, TypeError):
                continue
            malicious(f"pickles/{name}-{protocol}.pkl", data)
            malicious(f"renamed/{name}-{protocol}.txt", data)
    for name, data in crafted():
        malicious(f"crafted/{name}.pkl", data)
    good, bad = LogisticRegression(), reducing(os.system, COMMAND)
    for protocol in (0, 2, 4):
        containers(pickle.dumps(good, protocol), good, benign, f"good-{protocol}")
        containers(pickle.dumps(bad, protocol), bad, malicious, f"bad-{protocol}")
    for name, data in archives():
        malicious(f"archives/{name}", data)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        benign(f"torch/new-{method}.pt", torch_archive(STATE, method=method))
    benign("torch/old.pt", old_torch(STATE))
    for name, layer in keras_harm():
        malicious(f"keras/{name}.keras", keras(layer))
        malicious(f"keras/{name}.h5", b"\x89HDF\r\n\x1a\n" + bytes(100) + json.dumps(layer if "class_name" == next(iter(layer)) else {"class_name": "S", "config": [layer]}).encode() + bytes(50))
    benign("keras/dense.keras", keras(DENSE))
    unknown("keras/custom.keras", keras({"module": None, "class_name": "Mine", "config": {}, "registered_name": "pack>Mine"}))
    unknown("keras/weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(200))
    benign("onnx/plain.onnx", onnx())
    benign("onnx/beside.onnx", onnx(weights("weights/w.bin")))
    for at, location in enumerate(("../w", "a/../../w", "/etc/passwd", "a//b", "C:\\w", "*/_ORT_MEM_ADDR_/*", "a/./b", "")):
        malicious(f"onnx/location-{at}.onnx", onnx(weights(location)))
        malicious(f"onnx/attribute-{at}.onnx", onnx(node=field(5, field(1, "value") + field(5, weights(location)))))
        malicious(f"onnx/function-{at}.onnx", onnx(function=field(7, field(4, "Constant") + field(5, field(5, weights(location))))))
    malicious("onnx/python.onnx", onnx(node=field(4, "PyOp")))
    unknown("onnx/custom.onnx", onnx(node=field(7, "my.domain")))
    f4 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    benign("safetensors/one.safetensors", safetensors({"__metadata__": {"format": "pt"}, "a": f4}, bytes(8)))
    benign("safetensors/empty.safetensors", safetensors({}, b""))
    malicious("safetensors/overlap.safetensors", safetensors({"a": f4, "b": f4}, bytes(8)))
    malicious("safetensors/outside.safetensors", safetensors({"a": {**f4, "data_offsets": [0, 80], "shape": [20]}}, bytes(8)))
    malicious("safetensors/hole.safetensors", safetensors({"a": {**f4, "data_offsets": [4, 12]}}, bytes(12)))
    malicious("safetensors/tail.safetensors", safetensors({"a": f4}, bytes(8) + SYSTEM0))
    malicious("safetensors/shape.safetensors", safetensors({"a": {**f4, "shape": [2**62, 2**62]}}, bytes(8)))
    for name, text in (("readme.md", "# Model\ncos and sin\nsystem\n"), ("words.txt", "cat\ndog\nTree\n(text)\n"), ("data.csv", "Name,1\nIda,2\n"),
                       ("conda.yaml", "channels:\n- defaults\ndependencies:\n- python\n"), ("MLmodel", "flavors:\n  sklearn:\n    pickled_model: model.pkl\n"),
                       ("numbers.json", "{\"a\": [1, 2]}"), ("empty", ""), ("dot", "."), ("Start.txt", "Pickles are\n.\n")):
        benign(f"texts/{name}", text.encode())
    malicious("texts/evil.yaml", b"a: !!python/object/apply:os.system ['true']\n")
    unknown("texts/code.py", b"import os\n")
    unknown("texts/program", b"\x7fELF" + bytes(60))
    for name, pack in (("bz2", bz2.compress), ("xz", lzma.compress), ("lzma", lambda data: lzma.compress(data, lzma.FORMAT_ALONE))):
        unknown(f"packed/bad.{name}", pack(SYSTEM4))
        unknown(f"packed/good.{name}", pack(pickle.dumps(good)))


main()
