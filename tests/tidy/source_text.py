"""C++ source text as the checks read it: without comments, without the insides of literals, cut into functions."""

import re
from dataclasses import dataclass

LITERAL_OR_COMMENT = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<raw> \bu?8?R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)" )
    | (?P<string> "(?:\\.|[^"\\\n])*" )
    | (?P<char> (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+' )
    """,
    re.VERBOSE | re.DOTALL,
)


def blank(text: str) -> str:
    """Spaces in place of every character but line ends, so that positions stay true."""
    return re.sub(r"[^\n]", " ", text)


def without_comments(text: str) -> str:
    return LITERAL_OR_COMMENT.sub(lambda m: blank(m[0]) if m["comment"] else m[0], text)


def code_only(text: str) -> str:
    """Neither comments nor what stands between quotes; the quotes of an #include stay with their path."""

    def replace(match: re.Match) -> str:
        if match["comment"]:
            return blank(match[0])
        line_begin = text.rfind("\n", 0, match.start()) + 1
        if text[line_begin : match.start()].lstrip().startswith("#include"):
            return match[0]
        return match[0][0] + blank(match[0][1:-1]) + match[0][-1]

    return LITERAL_OR_COMMENT.sub(replace, text)


def without_preprocessor(code: str) -> str:
    """Blanks directives with their continued lines: a macro's braces need not balance."""
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda m: blank(m[0]), code, flags=re.MULTILINE)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


@dataclass
class Function:
    name: str
    first_line: int
    lines: int  # of the body, its braces' lines included


# What may stand between the closing parenthesis of the parameters and the body.
AFTER_PARAMETERS = re.compile(
    r"\)\s*(?:const\b|noexcept\b(?:\([^()]*\))?|override\b|final\b|mutable\b|&&?|\s"
    r"|->\s*[\w:<>,\s*&()\[\]]+|requires\b[\w:<>,\s*&|()]+)*$"
)
TRANSPARENT = re.compile(r"^(?:template\s*<.*>\s*)?(?:inline\s+)?(?:namespace|class|struct|union|enum|extern)\b", re.DOTALL)
CONSTRUCTOR_INITIALISERS = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:)")


def functions_of(text: str) -> list[Function]:
    """Every function body at namespace or class level; a lambda inside counts as lines of its function."""
    code = without_preprocessor(code_only(text))
    found = []
    head_begin = 0
    position = 0
    while position < len(code):
        char = code[position]
        if char in ";}":
            head_begin = position + 1
        elif char == ":" and re.search(r"\b(?:public|private|protected)\s*$", code[head_begin:position]):
            head_begin = position + 1
        elif char == "{":
            head = code[head_begin:position].strip()
            end = matching_brace(code, position)
            kind = classify(head)
            if kind == "function":
                lines = code.count("\n", position, end) + 1
                found.append(Function(name_of(head), line_of(code, position), lines))
                head_begin = end + 1
            if kind == "scope":
                head_begin = position + 1
            else:
                position = end
                # After a value its declaration goes on; anything else begins a new one.
                if kind == "value" and code[end + 1 :].lstrip()[:1] not in tuple(";,{)("):
                    head_begin = end + 1
        position += 1
    return found


def classify(head: str) -> str:
    """What the brace after `head` opens: a "scope" of declarations, a "function" body or a "value"."""
    if TRANSPARENT.match(head):
        return "scope"
    if CONSTRUCTOR_INITIALISERS.search(head):
        return "function" if head[-1] in ")}" else "value"
    if re.search(r"(?<![=!<>])=(?!=)", without_parentheses(without_operator(head))) and not head.endswith("]"):
        return "function" if re.search(r"=\s*\[.*\]", head, re.DOTALL) else "value"
    if AFTER_PARAMETERS.search(head):
        return "function"
    return "value"


def without_operator(head: str) -> str:
    return re.sub(r"\boperator\s*[^\s\w(]+", "operator", head)


def without_parentheses(head: str) -> str:
    while True:
        shorter = re.sub(r"\([^()]*\)", "", head)
        if shorter == head:
            return head
        head = shorter


def name_of(head: str) -> str:
    test = re.match(r"(\w*TEST\w*|RC_\w+)\s*\(\s*(\w+)\s*,\s*(\w+)", head)
    if test:
        return f"{test[2]}.{test[3]}"
    name = re.search(r"((?:[\w~]+::)*(?:operator\s*[^\s(]+|operator\(\)|~?(?!__attribute__)\w+))\s*\(", head)
    if name:
        return name[1]
    variable = re.search(r"(\w+)\s*=", head)
    return variable[1] if variable else head[:40]


def matching_brace(code: str, opening: int) -> int:
    depth = 0
    for brace in re.compile(r"[{}]").finditer(code, opening):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(code) - 1
