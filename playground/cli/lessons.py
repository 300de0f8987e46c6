"""The command `lessons`: what there is to open."""

from engine.lessons import lessons
from playground.cli.arguments import Arguments
from playground.cli.streams import tell_json


def run(arguments: list[str]) -> int:
    """Print id, title, group and one line of every lesson."""
    parser = Arguments("lessons", "The lessons: id, title, group, one line each.", "")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    as_json = parser.parse_args(arguments).json
    found = lessons()
    width = max((len(lesson.id) for lesson in found), default=0)
    group = ""
    for lesson in found:
        if as_json:
            fields = {"id": lesson.id, "title": lesson.title}
            fields |= {"group": lesson.group, "line": lesson.line}
            tell_json(fields)
            continue
        if lesson.group != group:
            print(f"{'' if not group else chr(10)}{lesson.group}")
            group = lesson.group
        print(f"  {lesson.id:<{width}}  {lesson.title}: {lesson.line}")
    return 0
