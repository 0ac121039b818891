"""What a theme's folder holds, once it is read and found to be right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from aggregator.theme.pictures import shape_of

STYLE = "style.css"
LOGOS = ("logo.svg", "logo.png")  # the first that is there
ICON = "icon.svg"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A site's own look; two are equal if their files and faces are. Empty, it is ours."""

    digest: str = ""
    folder: str = field(default="", compare=False)  # as it is named to people
    # Its files by their names below the folder, like "faces/jane.png".
    assets: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    templates: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    faces: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)  # of sources by slug

    @property
    def logo(self) -> str | None:
        """The name of the logo among the assets."""
        return next((name for name in LOGOS if name in self.assets), None)

    @property
    def logo_shape(self) -> tuple[int, int] | None:
        """The width and height of the logo, which a page takes for a ratio; None if it is not known."""
        return shape_of(self.logo, self.assets[self.logo]) if self.logo else None

    def has(self, name: str) -> bool:
        """Whether the theme brings this asset."""
        return name in self.assets

    def file_of(self, template: str) -> str:
        """Return a template's path as it is named to people, which tracebacks name, too."""
        return str(PurePosixPath(self.folder, "templates", template))
