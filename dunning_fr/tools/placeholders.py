"""What the text of a letter may compute: fields of the notice, and nothing else.

A text is written by users and rendered for everybody, so an expression is not
Python: it reads fields (``object.total_text``), compares and joins them. It calls
nothing, and knows no other name than ``object``.
"""

import ast

ROOT = "object"
_HARMLESS = (
    ast.IfExp,
    ast.BoolOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Constant,
    ast.boolop,
    ast.Not,
    ast.cmpop,
    ast.Load,
)


class ForbiddenExpression(ValueError):
    """The piece of an expression that a text may not use."""


def check(expression, is_field_path):
    """Raise :class:`ForbiddenExpression` unless the expression only reads fields.

    :param is_field_path: says whether a path such as ``"company_id.name"`` may be read

    >>> fine = {"name", "count", "company_id.name"}.__contains__
    >>> check(
    ...     "object.name + ' x' if not object.count else object.company_id.name", fine)
    >>> for bad in ("object.sudo()", "env", "object['name']", "[x for x in '']",
    ...             "object.write", "'a' * 9", "f'{object}'", "object", "1 +"):
    ...     try:
    ...         check(bad, fine)
    ...     except ForbiddenExpression as error:
    ...         print(error)
    object.sudo()
    env
    object['name']
    [x for x in '']
    object.write
    'a' * 9
    f'{object}'
    object
    1 +
    """
    _check_node(_parse(expression), is_field_path)


def demand(expression, function="demand"):
    """Rewrite the expression so that each value it prints goes through a function.

    The function gets the record and the path; it can format the value, and note
    that it is empty. What is only tested is left alone, and so is a value with an
    alternative:

    >>> demand("object.name")
    "demand(object, 'name')"
    >>> demand("object.a or object.b")
    "object.a or demand(object, 'b')"
    >>> demand("'Ref. ' + object.a.b if object.kind == 'x' and object.c else ''")
    "'Ref. ' + demand(object, 'a.b') if object.kind == 'x' and object.c else ''"
    """
    return ast.unparse(_demand_node(_parse(expression), function))


def _parse(expression):
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise ForbiddenExpression(expression.strip()) from None


def _check_node(node, is_field_path):
    if isinstance(node, ast.Attribute):
        path = _path(node)
        if not path or not is_field_path(path):
            raise ForbiddenExpression(ast.unparse(node))
        return
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
    if not is_sum and not isinstance(node, (*_HARMLESS, ast.Add)):
        raise ForbiddenExpression(ast.unparse(node))
    for child in ast.iter_child_nodes(node):
        _check_node(child, is_field_path)


def _path(node):
    """Dotted path of ``object.a.b`` without its root, or None."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    is_rooted = isinstance(node, ast.Name) and node.id == ROOT
    return ".".join(reversed(names)) if is_rooted else None


def _demand_node(node, function):
    if isinstance(node, ast.Attribute):
        arguments = [ast.Name(ROOT, ast.Load()), ast.Constant(_path(node))]
        return ast.Call(ast.Name(function, ast.Load()), arguments, [])
    if isinstance(node, ast.IfExp):
        node.body = _demand_node(node.body, function)
        node.orelse = _demand_node(node.orelse, function)
    elif isinstance(node, ast.BinOp):
        node.left = _demand_node(node.left, function)
        node.right = _demand_node(node.right, function)
    elif isinstance(node, ast.BoolOp):
        node.values[-1] = _demand_node(node.values[-1], function)
    return node
