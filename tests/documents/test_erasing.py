"""Erasure: the keys go, and with them everything, whatever copies of the bytes there are."""

import io

import pytest

from accounts.models import AuditEntry
from accounts.refusal import Refused
from documents import actions, sealing, vault
from documents.models import Document, DocumentPage, FileKey, StoredFile, Vault
from documents.states import DocumentState
from tests import factories
from tests.documents.files import PLANTED, handed_in, path_of, stored_file


@pytest.fixture
def scope(consultant):
    return factories.engagement(consultant).scope


def parts_of(document: Document) -> list[StoredFile]:
    return [document.original, document.cleaned, document.text, *[page.image for page in document.page_images.all()]]


def test_an_erased_document_leaves_neither_keys_nor_bytes_nor_its_name(scope, consultant, django_capture_on_commit_callbacks):
    document, other = handed_in(scope, consultant), stored_file(scope, consultant)
    parts = parts_of(document)
    assert [vault.read(part) for part in parts] == [PLANTED.encode()] * 5
    paths = [path_of(part) for part in parts]
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(document, by=consultant, reason="Forkert borger")
    assert [path.exists() for path in paths] == [False] * 5
    assert (list(StoredFile.objects.all()), FileKey.objects.count(), DocumentPage.objects.count()) == ([other], 1, 0)
    assert (document.state, document.name, document.original, document.cleaned, document.text) == (
        DocumentState.ERASED, "Slettet fil", None, None, None,
    )  # fmt: skip
    assert document.erased_at is not None
    assert vault.read(other) == PLANTED.encode()


def test_a_copy_of_the_bytes_opens_with_no_key_that_is_left(scope, consultant, settings, django_capture_on_commit_callbacks):
    document = handed_in(scope, consultant, pages=0)
    original = document.original
    copy, file_id = path_of(original).read_bytes(), original.pk
    assert b"".join(sealing.unseal(io.BytesIO(copy), key=vault.key_of(original), file_id=file_id)) == PLANTED.encode()
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(document, by=consultant, reason="Forkert borger")
    left = Vault.objects.get(scope=scope)
    scope_key = sealing.unwrap(left.wrapped_key, under=settings.VAULT_KEYS, bound_to=scope.pk)
    for key in (*settings.VAULT_KEYS, scope_key):
        with pytest.raises(sealing.Damaged):
            list(sealing.unseal(io.BytesIO(copy), key=key, file_id=file_id))
    with pytest.raises(vault.NoKey):
        vault.key_of(StoredFile(pk=file_id, scope=scope))


def test_an_erasure_is_written_down_without_the_name_of_the_file(scope, consultant):
    document = handed_in(scope, consultant)
    actions.erase(document, by=consultant, reason="Forkert borger")
    [entry] = AuditEntry.objects.filter(verb="document.erase")
    assert (entry.by, entry.scope, entry.reason, entry.target_id) == (consultant, scope, "Forkert borger", str(document.pk))
    assert entry.target_name == f"Dokument {str(document.pk)[:8]}"


def test_the_bytes_stay_until_the_erasure_is_certain(scope, consultant):
    document = handed_in(scope, consultant)
    path = path_of(document.original)
    actions.erase(document, by=consultant, reason="Forkert borger")  # inside the test's transaction, which is never committed
    assert path.exists()


def test_what_is_erased_is_not_erased_again(scope, consultant):
    document = handed_in(scope, consultant)
    actions.erase(document, by=consultant, reason="Forkert borger")
    with pytest.raises(Refused, match="allerede slettet"):
        actions.erase(document, by=consultant, reason="Igen")


@pytest.mark.parametrize("state", sorted(set(DocumentState) - {DocumentState.ERASED}))
def test_a_document_can_be_erased_at_any_time(scope, consultant, state):
    document = handed_in(scope, consultant)
    Document.objects.filter(pk=document.pk).update(state=state)
    actions.erase(document, by=consultant, reason="Forkert borger")
    assert document.state == DocumentState.ERASED
