"""From the settings to the look that their theme and faces ask for."""

from pathlib import Path

from aggregator import theme
from aggregator.sources.files import SourcesFault
from aggregator.sources.settings import Settings
from aggregator.theme import Look


def theme_folder(path: Path, settings: Settings) -> Path | None:
    """Return the folder of the theme; `path` is that of the sources file, beside which it is."""
    return path.parent / settings.site.theme if settings.site.theme else None


def read_look(path: Path, settings: Settings) -> tuple[Look, tuple[str, ...]]:
    """Return the look that settings ask for, and what is wrong with it: with any fault, it does not count."""
    faces = {source.slug: source.face for source in settings.sources if source.face}
    folder = theme_folder(path, settings)
    if folder:
        return theme.read(folder, faces)
    if faces:
        first = next(iter(faces))
        sentence = (
            f"the source `{first}` has a `face`, and [site] names no `theme` whose folder has it; add one"
        )
        return Look(), (f"{path}: {sentence}",)
    return Look(), ()


def with_look(path: Path, settings: Settings) -> Settings:
    """Return the settings with the look that they ask for; raises SourcesFault with everything that is wrong with it."""
    look, faults = read_look(path, settings)
    if faults:
        raise SourcesFault(*faults)
    return settings.model_copy(update={"look": look})
