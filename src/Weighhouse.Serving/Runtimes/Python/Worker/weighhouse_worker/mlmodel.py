"""The MLmodel file, and the signature in it."""
import json
import os

# What MLflow calls types, with the number of ours and the name of numpy's.
COLUMN_TYPES = {
    "boolean": (0, "bool"), "integer": (7, "int32"), "long": (8, "int64"), "float": (11, "float32"), "double": (12, "float64"),
    "string": (13, "object"), "binary": (13, "object"), "datetime": (13, "datetime64[ns]"),
}


def read(folder):
    """The file as nested dictionaries; None when the folder has none."""
    path = os.path.join(folder, "MLmodel")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        import yaml
    except ImportError:
        return json.loads(text) if text.lstrip().startswith("{") else plain_yaml(text)
    return yaml.safe_load(text)


def signature(parsed):
    """The inputs and the outputs of the signature; None for what it does not say."""
    found = parsed.get("signature") or {}
    return [json.loads(found[side]) if found.get(side) else None for side in ("inputs", "outputs")]


def plain_yaml(text):
    """YAML as MLflow writes it: maps by indentation, lists of words, and texts that may go on in the next lines."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()
             if line.strip() and not line.lstrip().startswith("#")]
    value, at = _block(lines, 0, 0)
    if at != len(lines):
        raise ValueError("the MLmodel file is beyond what can be read without PyYAML: %s" % lines[at][1][:80])
    return value


def _block(lines, at, indent):
    if at < len(lines) and (lines[at][1] == "-" or lines[at][1].startswith("- ")):
        items = []
        while at < len(lines) and lines[at][0] == indent and lines[at][1].startswith("- "):
            items.append(_scalar(lines[at][1][2:]))
            at += 1
        return items, at
    found = {}
    while at < len(lines) and lines[at][0] == indent:
        name, colon, rest = lines[at][1].partition(":")
        if not colon or (rest and not rest.startswith(" ")):
            raise ValueError("the MLmodel file is beyond what can be read without PyYAML: %s" % lines[at][1][:80])
        rest = rest.strip()
        at += 1
        if rest:
            while at < len(lines) and lines[at][0] > indent:
                rest += " " + lines[at][1]
                at += 1
            found[_scalar(name)] = _scalar(rest)
        elif at < len(lines) and (lines[at][0] > indent or (lines[at][0] == indent and lines[at][1].startswith("- "))):
            found[_scalar(name)], at = _block(lines, at, lines[at][0])
        else:
            found[_scalar(name)] = None
    return found, at


def _scalar(text):
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] in ("|", ">", "&", "*", "!", "?", "%", "@", "`", "'"):
        raise ValueError("the MLmodel file is beyond what can be read without PyYAML: %s" % text[:80])
    if text[:1] in ("\"", "[", "{"):
        return json.loads(text)
    if text in ("null", "~", ""):
        return None
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text
