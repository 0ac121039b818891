import pytest

from aggregator.model import Enclosure
from aggregator.web.display.files import MOST_FILES, files_of

ADDRESS = "https://a.test/1"


@pytest.mark.parametrize(
    ("enclosure", "kind"),
    [
        (Enclosure(ADDRESS, "audio/mpeg"), "Audio"),
        (Enclosure(f"{ADDRESS}.MP3?id=2"), "Audio"),
        (Enclosure(f"{ADDRESS}.m4a", "application/octet-stream"), "Audio"),
        (Enclosure(f"{ADDRESS}.mp3", "video/mp4"), "Video"),
        (Enclosure(ADDRESS, "Application/PDF"), "PDF"),
        (Enclosure(f"{ADDRESS}.zip"), "File"),
        (Enclosure(f"{ADDRESS}.mp3", "text/html"), "File"),
    ],
)
def test_a_file_is_named_by_its_type_or_by_how_its_address_ends(enclosure: Enclosure, kind: str) -> None:
    (file,) = files_of([enclosure])

    assert (file.kind, file.is_audio) == (kind, kind == "Audio")


def test_pictures_are_no_files_and_there_are_never_too_many() -> None:
    many = [Enclosure(f"{ADDRESS}/{number}.pdf") for number in range(20)]

    files = files_of([Enclosure(ADDRESS, "image/png"), Enclosure(f"{ADDRESS}.jpg"), *many])

    assert [file.kind for file in files] == ["PDF"] * MOST_FILES


def test_what_the_publisher_says_of_a_file_is_told() -> None:
    assert files_of([Enclosure(ADDRESS, "audio/mpeg", 24_000_000, 2_520)])[0].facts == ["42 min", "24 MB"]
    assert files_of([Enclosure(ADDRESS, "audio/mpeg")])[0].facts == []
