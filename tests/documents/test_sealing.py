"""The form of files on disk: what was sealed comes back, and everything else is refused."""

import hashlib
import io
import os
import secrets
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import sealing
from documents.sealing import CHUNK, SEALED_CHUNK, Damaged, Writer, kept_size, sealed_size

KEY, FILE = sealing.new_key(), uuid.uuid4()
PATTERN = secrets.token_bytes(65_537)  # a prime: no two chunks of a file begin alike
patient = settings(deadline=None)  # a busy machine is no failure
borders = st.builds(lambda chunks, beside: max(0, chunks * CHUNK + beside), st.integers(0, 3), st.integers(-3, 3))
sizes = borders | st.integers(0, 2 * CHUNK)


def content(size: int) -> bytes:
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


def pieces(plain: bytes, cuts: list[int]) -> Iterator[bytes]:
    """`plain` in pieces that end at the cuts, which may be equal or beyond its end."""
    before = 0
    for cut in [*sorted(cuts), len(plain)]:
        yield plain[before:cut]
        before = max(before, cut)


def sealed(plain: bytes, *, key: bytes = KEY, file_id: uuid.UUID = FILE) -> bytes:
    return b"".join(sealing.seal([plain], key=key, file_id=file_id))


def opened(text: bytes, *, key: bytes = KEY, file_id: uuid.UUID = FILE) -> bytes:
    return b"".join(sealing.unseal(io.BytesIO(text), key=key, file_id=file_id))


def chunks_of(text: bytes) -> list[bytes]:
    return [text[at : at + SEALED_CHUNK] for at in range(0, len(text), SEALED_CHUNK)]


# There and back


@patient
@given(size=sizes, cuts=st.lists(st.integers(0, 3 * CHUNK), max_size=4))
def test_what_was_sealed_comes_back_whatever_its_size_and_its_pieces(size, cuts):
    plain = content(size)
    text = b"".join(sealing.seal(pieces(plain, cuts), key=KEY, file_id=FILE))
    assert (opened(text), len(text)) == (plain, sealed_size(size))


def test_nothing_of_the_content_stands_on_the_disk_and_the_same_file_never_looks_the_same():
    plain = b"Hanne Hansen, Hovedgaden, " * 50_000
    first, second = sealed(plain), sealed(plain)
    assert b"Hanne" not in first and first != second
    assert not {chunk[:8] for chunk in chunks_of(first)} & {chunk[:8] for chunk in chunks_of(second)}


# Everything else


@patient
@given(
    size=st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5]), at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7)
)
def test_one_flipped_bit_is_refused_wherever_it_lies(size, at, bit):
    text = bytearray(sealed(content(size)))
    text[int(at * len(text))] ^= 1 << bit
    with pytest.raises(Damaged):
        opened(bytes(text))


@patient
@given(size=st.sampled_from([1, CHUNK, 2 * CHUNK, 2 * CHUNK + 5]), left=st.floats(0, 1, exclude_max=True))
def test_a_file_that_is_cut_anywhere_is_refused(size, left):
    text = sealed(content(size))
    with pytest.raises(Damaged):
        opened(text[: int(left * len(text))])


@pytest.mark.parametrize("kept", [1, 2])
def test_a_file_that_is_cut_between_two_chunks_is_refused(kept):
    with pytest.raises(Damaged):
        opened(b"".join(chunks_of(sealed(content(3 * CHUNK)))[:kept]))


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (0, 1, 1, 2), (0, 2), (1, 2), (0, 1, 2, 2), (2,)])
def test_chunks_that_are_swapped_left_out_or_repeated_are_refused(order):
    parts = chunks_of(sealed(content(2 * CHUNK + 5)))
    with pytest.raises(Damaged):
        opened(b"".join(parts[number] for number in order))


def test_a_chunk_of_another_file_is_refused_even_under_the_same_key():
    ours, theirs = chunks_of(sealed(content(2 * CHUNK))), chunks_of(sealed(content(2 * CHUNK), file_id=uuid.uuid4()))
    with pytest.raises(Damaged):
        opened(ours[0] + theirs[1])


def test_a_file_that_goes_on_after_its_end_is_refused():
    text = sealed(content(5))
    for more in (b"\0", text, bytes(SEALED_CHUNK)):
        with pytest.raises(Damaged):
            opened(text + more)


def test_another_key_and_another_id_open_nothing():
    text = sealed(content(5))
    for key, file_id in ((sealing.new_key(), FILE), (KEY, uuid.uuid4())):
        with pytest.raises(Damaged):
            opened(text, key=key, file_id=file_id)


def test_nothing_of_a_damaged_chunk_is_handed_out_but_what_stands_before_it_is():
    text = bytearray(sealed(content(2 * CHUNK)))
    text[-1] ^= 1
    found = sealing.unseal(io.BytesIO(bytes(text)), key=KEY, file_id=FILE)
    assert next(found) == content(CHUNK)
    with pytest.raises(Damaged):
        next(found)


# Keys under keys


def test_a_key_opens_under_the_key_that_wrapped_it_and_for_its_own_thing():
    under, other = sealing.new_key(), sealing.new_key()
    wrapped = sealing.wrap(KEY, under=under, bound_to=FILE)
    assert KEY not in wrapped
    assert sealing.unwrap(wrapped, under=[other, under], bound_to=FILE) == KEY
    for keys, thing in (([other], FILE), ([], FILE), ([under], uuid.uuid4())):
        with pytest.raises(Damaged):
            sealing.unwrap(wrapped, under=keys, bound_to=thing)


@patient
@given(at=st.integers(0, 60), bit=st.integers(0, 7))
def test_a_wrapped_key_that_was_changed_does_not_open(at, bit):
    under = sealing.new_key()
    wrapped = bytearray(sealing.wrap(KEY, under=under, bound_to=FILE))
    assert len(wrapped) == 61
    wrapped[at] ^= 1 << bit
    with pytest.raises(Damaged):
        sealing.unwrap(bytes(wrapped), under=[under], bound_to=FILE)


@pytest.mark.parametrize("text", [b"", b"\x01", b"\x01" + bytes(12), bytes(61)])
def test_what_is_no_wrapped_key_does_not_open(text):
    with pytest.raises(Damaged):
        sealing.unwrap(text, under=[KEY], bound_to=FILE)


# As bytes arrive


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "sealed"
    path.touch()
    return path


def write(place, length: int, parts, *, finish: bool = True) -> Writer:
    with place.open("r+b", buffering=0) as file:
        writer = Writer(file, key=KEY, file_id=FILE, length=length)
        for part in parts:
            writer.write(part)
        if finish:
            writer.finish()
        return writer


@patient
@given(size=sizes, cuts=st.lists(st.integers(0, 3 * CHUNK), max_size=4))
def test_a_file_is_sealed_as_its_bytes_arrive(tmp_path_factory, size, cuts):
    place, plain = tmp_path_factory.mktemp("w") / "sealed", content(size)
    place.touch()
    writer = write(place, size, pieces(plain, cuts))
    assert (writer.is_complete, writer.offset, writer.sha256) == (True, size, hashlib.sha256(plain).hexdigest())
    assert (opened(place.read_bytes()), place.stat().st_size) == (plain, sealed_size(size))


@patient
@given(size=borders, sent=st.floats(0, 1), again=st.floats(0, 1))
def test_a_broken_line_is_taken_up_after_the_last_whole_chunk(tmp_path_factory, size, sent, again):
    place, plain = tmp_path_factory.mktemp("w") / "sealed", content(size)
    place.touch()
    first = write(place, size, [plain[: int(sent * size)]])
    assert first.offset == kept_size(place.stat().st_size, size)
    assert first.offset in (size, int(sent * size) // CHUNK * CHUNK)
    second = write(place, size, [plain[first.offset : max(first.offset, int(again * size))]], finish=False)
    last = write(place, size, [plain[second.offset :]])
    assert (last.is_complete, last.sha256, opened(place.read_bytes())) == (True, hashlib.sha256(plain).hexdigest(), plain)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + b"half a chunk",
        lambda text: text[:-1],
        lambda text: text[:-CHUNK] + bytes(CHUNK),  # a crash: the length is on the disk, the bytes are not
        lambda text: text[:SEALED_CHUNK] + text[:SEALED_CHUNK],
        lambda text: bytes(len(text)),
    ],
    ids=["more", "less", "zeros", "doubled", "nothing"],
)
def test_what_does_not_open_is_cut_off_and_sent_again(place, spoil):
    plain = content(3 * CHUNK + 7)
    write(place, len(plain), [plain[: 2 * CHUNK]])
    place.write_bytes(spoil(place.read_bytes()))
    second = write(place, len(plain), [])
    assert second.offset in (0, CHUNK, 2 * CHUNK) and place.stat().st_size == second.offset // CHUNK * SEALED_CHUNK
    third = write(place, len(plain), [plain[second.offset :]])
    assert (third.sha256, opened(place.read_bytes())) == (hashlib.sha256(plain).hexdigest(), plain)


def test_other_bytes_in_the_place_of_lost_ones_never_meet_the_same_nonce(place):
    write(place, 2 * CHUNK, [content(CHUNK)])
    first = place.read_bytes()
    place.write_bytes(b"")
    write(place, 2 * CHUNK, [bytes(CHUNK)])
    assert place.read_bytes()[:8] != first[:8]


def test_more_bytes_than_were_announced_are_refused(place):
    with pytest.raises(ValueError, match="announced"):
        write(place, CHUNK, [content(CHUNK), b"x"])
    assert opened(place.read_bytes()) == content(CHUNK)


def test_a_disk_that_is_full_leaves_whole_chunks_and_the_rest_can_follow(place):
    plain = content(3 * CHUNK)
    with place.open("r+b", buffering=0) as file:
        narrow = Narrow(file, SEALED_CHUNK + 1000)
        writer = Writer(narrow, key=KEY, file_id=FILE, length=len(plain))
        with pytest.raises(OSError, match="No space left"):
            writer.write(plain)
        assert (writer.offset, place.stat().st_size) == (CHUNK, SEALED_CHUNK)
        narrow.room = len(plain) * 2
        writer.write(plain[CHUNK:])
        writer.finish()
    assert (writer.sha256, opened(place.read_bytes())) == (hashlib.sha256(plain).hexdigest(), plain)


class Narrow(io.FileIO):
    """A file on a disk with `room` bytes; it takes what fits, in small parts, and then says that it is full."""

    def __init__(self, file: io.FileIO, room: int) -> None:
        super().__init__(os.dup(file.fileno()), "r+")
        self.room = room

    def write(self, data) -> int:
        part = bytes(data)[: min(100_000, self.room - self.tell())]
        if not part:
            raise OSError(28, "No space left on device")
        return super().write(part)
