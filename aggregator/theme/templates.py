"""A theme's templates: found before ours, each a change of ours, checked without rendering a page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FunctionLoader, TemplateSyntaxError, nodes

from aggregator.theme.look import Look

FOLDER = Path(__file__).parents[1] / "web" / "templates"
OURS = "ours/"  # before the name of one of our templates: that one, whatever the theme has

# What templates may use beside Jinja's own filters; `web.display.templating` says what each does.
FILTERS = (
    "ago", "avatar_of", "days", "digits", "epoch", "exact", "file_name", "highlighted", "instant", "moment",
    "short_month", "size", "span", "state_in_words",
)  # fmt: skip
EXTENSIONS = ("jinja2.ext.i18n",)


def loader(look: Look) -> FunctionLoader:
    """Return what finds templates: the theme's first, then ours, and ours alone below `ours/`."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if name in look.templates:
            return look.templates[name], look.file_of(name), lambda: True
        path = FOLDER / name.removeprefix(OURS)
        if path.parent != FOLDER or not path.is_file():
            return None
        return path.read_text("utf-8"), str(path), lambda: True

    return FunctionLoader(load)


def faults_of_templates(look: Look) -> Iterator[str]:
    """Yield what is wrong with the theme's templates, each as `file:line: sentence`."""
    env = Environment(loader=loader(look), autoescape=True, extensions=EXTENSIONS)
    env.filters.update(dict.fromkeys(FILTERS, str))
    for name, source in look.templates.items():
        file = look.file_of(name)
        try:
            tree = env.parse(source, name, file)
            env.compile(env.parse(source, name, file), name, file)
        except TemplateSyntaxError as error:
            yield f"{file}:{error.lineno}: {_sentence(error.message or 'is no template')}"
        else:
            for line, sentence in (*_references(tree, look.templates), *_blocks(tree, name)):
                yield f"{file}:{line}: {sentence}"


def _sentence(message: str) -> str:
    """Return Jinja's own words in the middle of a line."""
    return f"{message[:1].lower()}{message[1:]}".rstrip(".")


def _references(tree: nodes.Template, templates: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        wanted = getattr(node, "template", None)
        if not isinstance(wanted, nodes.Const) or getattr(node, "ignore_missing", False):
            continue
        if wanted.value not in templates and wanted.value.removeprefix(OURS) not in blocks_of_ours():
            yield node.lineno, f"names the template `{wanted.value}`, and there is none"


def _blocks(tree: nodes.Template, name: str) -> Iterator[tuple[int, str]]:
    """Check that a template which is called like one of ours changes that one, by blocks that it has."""
    ours = blocks_of_ours().get(name)
    if ours is None:
        return
    first = next(tree.find_all(nodes.Extends), None)
    if not first or not isinstance(first.template, nodes.Const) or first.template.value != OURS + name:
        yield (
            1,
            f'must begin with {{% extends "{OURS}{name}" %}} and override blocks of it; or choose another name',
        )
        return
    for node in tree.body:
        if isinstance(node, nodes.Output) and any(map(_is_shown, node.nodes)):
            yield node.lineno, "this is in no block and would be shown nowhere; put it into one"
        elif isinstance(node, nodes.Block) and node.name not in ours:
            known = f"its blocks are {', '.join(sorted(ours))}" if ours else "it has none"
            yield node.lineno, f"there is no block `{node.name}` in {OURS}{name}; {known}"


def _is_shown(part: nodes.Expr) -> bool:
    return not isinstance(part, nodes.TemplateData) or bool(part.data.strip())


@cache
def blocks_of_ours() -> Mapping[str, frozenset[str]]:
    """Return the names of our templates, each with the blocks that it and those that it extends have."""
    env = Environment(autoescape=True, extensions=EXTENSIONS)
    trees = {path.name: env.parse(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.html"))}

    parents = {name: _constants(tree.find_all(nodes.Extends)) for name, tree in trees.items()}

    def blocks(name: str) -> frozenset[str]:
        own = frozenset(node.name for node in trees[name].find_all(nodes.Block))
        return own.union(*(blocks(parent) for parent in parents[name]))

    return {name: blocks(name) for name in trees}


def _constants(extends: Iterable[nodes.Extends]) -> list[str]:
    return [node.template.value for node in extends if isinstance(node.template, nodes.Const)]
