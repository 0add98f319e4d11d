"""What Python itself says of source texts: JSON lists on stdin and stdout."""
import ast
import hashlib
import json
import sys

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def definitions(node, outer=""):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, DEFINITIONS):
            yield from definitions(child, outer)
            continue
        name = outer + child.name
        doc = child.body[0] if ast.get_docstring(child) is not None else None
        yield {
            "name": name,
            "kind": "class" if isinstance(child, ast.ClassDef) else "function",
            "lines": [min([child.lineno] + [d.lineno for d in child.decorator_list]), child.end_lineno],
            "header": child.lineno,
            "docstring": doc and [doc.lineno, doc.end_lineno],
            "words": doc and ast.get_docstring(child),
        }
        yield from definitions(child, name + ".")


def without_docstring(tree, name):
    """A hash of the tree without the docstrings of the definitions with this name."""
    def strip(node, outer=""):
        for child in ast.iter_child_nodes(node):
            inner = outer + child.name if isinstance(child, DEFINITIONS) else outer
            if inner == name and isinstance(child, DEFINITIONS) and ast.get_docstring(child) is not None:
                child.body = child.body[1:]
            strip(child, inner + "." if isinstance(child, DEFINITIONS) else outer)
    strip(tree)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def read(request):
    tree = ast.parse(request["text"])
    return {
        "definitions": sorted(definitions(tree), key=lambda found: found["lines"][0]),
        "rest": without_docstring(tree, request.get("without", "")),
    }


json.dump([read(request) for request in json.load(sys.stdin)], sys.stdout)
