"""From the text of a request to parameters with types, the same for JSON, query and form."""
import json
import re


class Refusal(Exception):
    """An error of the API: it becomes the envelope's Error."""
    def __init__(self, code, message):
        self.code, self.message = code, message


def json_object(body):
    """The JSON object in these bytes. Nothing at all is an empty object; a member given twice is refused."""
    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a member is given twice")
        return dict(pairs)
    try:
        value = json.loads(body.decode("utf-8") or "{}", object_pairs_hook=unique, parse_constant=int)
    except (ValueError, RecursionError) as error:
        raise Refusal("InvalidParameter", f"The body is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise Refusal("InvalidParameter", "The body is not a JSON object.")
    return value


def nested(flat, declared):
    """{"ImageIds.0": x} -> {"ImageIds": [x]}. Numbers may have gaps: only their order counts."""
    tree = {}
    for name, value in flat.items():
        path = name.split(".")
        if path[0] not in declared:
            path = [name]
        here = tree
        for part in path[:-1]:
            here = here.setdefault(part, {})
            if not isinstance(here, dict):
                raise Refusal("InvalidParameter", f"The parameter `{name}` contradicts another.")
        if len(path) > 4 or path[-1] in here:
            raise Refusal("InvalidParameter", f"The parameter `{name}` is not well formed.")
        here[path[-1]] = value

    def listed(value):
        if not isinstance(value, dict):
            return value
        value = {name: listed(member) for name, member in value.items()}
        if value and all(re.fullmatch("[0-9]+", name) for name in value):
            return [value[name] for name in sorted(value, key=lambda n: (len(n.lstrip("0")), n.lstrip("0")))]
        return value
    return {name: listed(value) for name, value in tree.items()}


def check_types(tree, declared, required, encoding):
    """The parameters with their declared types; text stands for Booleans and numbers where the wire has only text."""
    for name in required:
        if tree.get(name) in (None, []):
            raise Refusal("MissingParameter", f"The request is missing a required parameter `{name}`.")

    def typed(value, kind, where):
        if isinstance(kind, list) and isinstance(value, list):
            return [typed(one, kind[0], f"{where}.{n}") for n, one in enumerate(value)]
        if isinstance(kind, dict) and isinstance(value, dict) and set(value) == set(kind):
            return {name: typed(value[name], kind[name], f"{where}.{name}") for name in kind}
        if kind == "string" and isinstance(value, str):
            return value
        if kind == "boolean" and isinstance(value, bool):
            return value
        if kind == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if kind == "boolean" and encoding != "json" and value in ("0", "1"):
            return value == "1"
        if kind == "integer" and type(value) is int and value >= 0:
            return value
        if kind == "integer" and encoding != "json" and isinstance(value, str) and re.fullmatch("[0-9]{1,20}", value):
            return int(value)
        kind = "object" if isinstance(kind, dict) else "list" if isinstance(kind, list) else kind
        raise Refusal("InvalidParameter", f"The type of the parameter `{where}` should be `{kind}`.")
    return {name: typed(tree[name], kind, name) for name, kind in declared.items() if name in tree}
